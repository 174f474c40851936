import { IconPhoto, IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import fields from '../ui/forms/fields.module.css'
import { described, Notes } from '../ui/forms/Labelled.tsx'
import type { FormField } from '../ui/forms/useForm.ts'
import styles from './IconField.module.css'
import { readPicture } from './picture.ts'

interface IconFieldProps {
  field: FormField<string | null>
  onProblem: (message: string) => void
}

export function IconField({ field: { id, value, error, onChange }, onProblem }: IconFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    const picture = await readPicture(file)
    if ('icon' in picture) onChange(picture.icon)
    else onProblem(picture.problem)
  }
  return (
    <fieldset id={id} tabIndex={-1} className={fields.group} {...described(id, error, t.channelTypes.iconHint)}>
      <legend>{t.channelTypes.icon}</legend>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the button is everybody's */}
      <div
        className={styles.icon}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          void take(event.dataTransfer.files[0])
        }}
      >
        <span className={styles.picture}>
          {value ? <img src={value} alt={t.channelTypes.iconAlt} /> : <IconPhoto size={20} stroke={1.5} aria-hidden />}
        </span>
        <Buttons>
          <Button onClick={() => input.current?.click()}>
            <IconUpload size={16} aria-hidden />
            {value ? t.channelTypes.iconReplace : t.channelTypes.iconChoose}
          </Button>
          {value && (
            <Button kind="quiet" onClick={() => onChange(null)}>
              {t.channelTypes.iconRemove}
            </Button>
          )}
        </Buttons>
        <input
          ref={input}
          type="file"
          accept="image/png,image/svg+xml"
          hidden
          onChange={(event) => {
            void take(event.target.files?.[0])
            event.target.value = ''
          }}
        />
      </div>
      <Notes id={id} hint={t.channelTypes.iconHint} error={error} />
    </fieldset>
  )
}
