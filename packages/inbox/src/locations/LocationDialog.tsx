import { asText, coordinates } from '@portico/protocol/rich-content'
import { IconCurrentLocation, IconMapPinPlus } from '@tabler/icons-react'
import { type FormEvent, useId, useState } from 'react'
import { Dialog } from '../ui/dialogs/Dialog.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { Button } from '../ui/forms/Button.tsx'
import { TextField } from '../ui/forms/TextField.tsx'
import type { Location } from './location.ts'
import styles from './locations.module.css'
import { currentRequest, type LocationRequest } from './open-location.ts'
import { t } from './place-strings.ts'
import { pointIn } from './point.ts'

/** A place, pasted or asked of the browser, with the words for it. */
export default function LocationDialog() {
  const request = currentRequest()
  return request ? <LocationForm {...request} /> : null
}

function LocationForm({ location, isCapable, onChoose }: LocationRequest) {
  const id = useId()
  const [pasted, setPasted] = useState(location ? coordinates(location) : '')
  const [name, setName] = useState(location?.name ?? '')
  const [address, setAddress] = useState(location?.address ?? '')
  const [problem, setProblem] = useState<string>()
  const { isAsking, ask } = useWhereIAm((found) => {
    setProblem(typeof found === 'string' ? found : undefined)
    if (typeof found !== 'string') setPasted(coordinates(found))
  })
  const point = pointIn(pasted)
  const chosen: Location | null = point && {
    ...point,
    ...(name.trim() && { name: name.trim() }),
    ...(address.trim() && { address: address.trim() }),
    ...(location?.url && { url: location.url }),
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) {
      setProblem(pasted.trim() ? t.unknown : t.missing)
      document.getElementById(`${id}-place`)?.focus()
      return
    }
    dialogStore.close()
    onChoose(chosen)
  }
  const field = (part: string, value: string, onChange: (value: string) => void, error?: string) => ({
    ...{ id: `${id}-${part}`, name: part, value, error, onChange, onBlur: () => {} },
  })
  const paste = (text: string) => {
    setProblem(undefined)
    setPasted(text)
  }
  return (
    <Dialog label={t.title} className={styles.dialog}>
      <form noValidate className={styles.form} onSubmit={submit}>
        <h2>{t.title}</h2>
        <TextField field={field('place', pasted, paste, problem)} label={t.place} hint={t.placeHint} autoFocus />
        <div>
          <Button isBusy={isAsking} onClick={ask}>
            <IconCurrentLocation size={16} aria-hidden />
            {isAsking ? t.locating : t.here}
          </Button>
        </div>
        <TextField field={field('name', name, setName)} label={t.name} maxLength={200} isOptional />
        <TextField field={field('address', address, setAddress)} label={t.address} maxLength={500} isOptional />
        {chosen && (
          <div role="status" className={styles.hint}>
            <p>{isCapable ? t.asLocation : t.asText}</p>
            <p className={styles.asText} dir="auto">
              {isCapable
                ? [chosen.name, chosen.address, coordinates(chosen)].filter(Boolean).join('\n')
                : asText({ location: chosen })}
            </p>
          </div>
        )}
        <div className={styles.buttons}>
          <Button type="submit" kind="primary">
            <IconMapPinPlus size={16} aria-hidden />
            {t.attach}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Asks the browser where this device is, once; the teammate allows it there. The answer is a place, or why there is none. */
function useWhereIAm(onAnswer: (found: Location | string) => void) {
  const [isAsking, setAsking] = useState(false)
  const ask = () => {
    if (!isSecureContext) return onAnswer(t.insecure)
    setAsking(true)
    const answer = (found: Location | string) => {
      setAsking(false)
      onAnswer(found)
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => answer({ latitude, longitude }),
      () => answer(t.denied),
      { timeout: 15_000, maximumAge: 60_000 },
    )
  }
  return { isAsking, ask }
}
