import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { DeliveryText } from './DeliveryText.tsx'
import styles from './health.module.css'
import { type LoggedDelivery, replay, undeliveredQuery } from './queries.ts'

/** Failed and unconfirmed messages, of which an admin chooses what is sent again. */
export function Replay({ channelId }: { channelId: string }) {
  const undelivered = useQuery(undeliveredQuery(channelId))
  return (
    <Section title={texts.replay} hint={texts.replayHint}>
      <Loaded query={undelivered}>
        {(deliveries) =>
          deliveries.length === 0 ? (
            <p className={styles.none}>{texts.nothingToReplay}</p>
          ) : (
            <Choose channelId={channelId} deliveries={deliveries} />
          )
        }
      </Loaded>
    </Section>
  )
}

function Choose({ channelId, deliveries }: { channelId: string; deliveries: LoggedDelivery[] }) {
  const queryClient = useQueryClient()
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set())
  const [isConfirming, setConfirming] = useState(false)
  // what was settled meanwhile is not chosen any more
  const chosen = deliveries.filter(({ message_id }) => chosenIds.has(message_id))
  const toggle = (id: string, isChosen: boolean) => {
    const next = new Set(chosenIds)
    if (isChosen) next.add(id)
    else next.delete(id)
    setChosenIds(next)
  }
  const send = async () => {
    const { message_ids, skipped } = await replay(
      channelId,
      chosen.map(({ message_id }) => message_id),
    )
    setChosenIds(new Set())
    toast(texts.replayed(message_ids.length, skipped.length))
    await queryClient.invalidateQueries({ queryKey: ['channel-health', channelId] })
  }
  const isAll = chosen.length === deliveries.length
  const unconfirmed = chosen.filter(({ state }) => state === 'not_confirmed').length
  return (
    <>
      <label className={styles.all}>
        <input
          type="checkbox"
          checked={isAll}
          onChange={() => setChosenIds(new Set(isAll ? [] : deliveries.map(({ message_id }) => message_id)))}
        />
        {texts.chooseAll}
      </label>
      <ul className={styles.deliveries}>
        {deliveries.map((delivery) => (
          <li key={delivery.message_id}>
            <input
              type="checkbox"
              aria-label={texts.choose(delivery.preview || texts.noText)}
              checked={chosenIds.has(delivery.message_id)}
              onChange={(event) => toggle(delivery.message_id, event.target.checked)}
            />
            <DeliveryText delivery={delivery} />
          </li>
        ))}
      </ul>
      <Buttons>
        <Button kind="primary" disabled={chosen.length === 0} onClick={() => setConfirming(true)}>
          {chosen.length === 0 ? texts.replay : texts.replayButton(chosen.length)}
        </Button>
      </Buttons>
      {isConfirming && (
        <ConfirmDialog
          title={texts.replayTitle(chosen.length)}
          button={texts.replayButton(chosen.length)}
          kind="primary"
          keep={texts.replayKeep}
          onConfirm={send}
          onClose={() => setConfirming(false)}
        >
          <p>{texts.replayText}</p>
          {unconfirmed > 0 && <p>{texts.replayUnconfirmed(unconfirmed)}</p>}
        </ConfirmDialog>
      )}
    </>
  )
}
