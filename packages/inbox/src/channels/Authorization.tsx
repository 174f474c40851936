import { useState } from 'react'
import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { useIsAdmin } from '../teammates/admins.tsx'
import { Button } from '../ui/forms/Button.tsx'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { toast } from '../ui/toasts/toasts.ts'
import styles from './Authorization.module.css'
import { goToAuthorizationServer } from './authorize.ts'

const texts = t.channels.authorization

/** How a channel stands with its authorization server, and the way to authorize it again. */
export function Authorization({ channel }: { channel: Channel }) {
  const { authorization } = channel
  const isAdmin = useIsAdmin()
  if (!authorization) return null
  const { state, owner_name, last_error } = authorization
  return (
    <Section title={texts.title}>
      <div className={styles.authorization} data-state={state}>
        {owner_name !== null && (
          <p>
            <bdi>{texts.by(owner_name)}</bdi>
          </p>
        )}
        <p>{stateText(authorization)}</p>
        {state !== 'ok' && last_error !== null && (
          <p className={styles.reason}>
            <strong>{texts.reason}:</strong> {last_error}
          </p>
        )}
      </div>
      {isAdmin && <Again channel={channel} />}
    </Section>
  )
}

function stateText({ state, ended_at, expires_at, obtained_at }: NonNullable<Channel['authorization']>): string {
  if (state === 'ended') return texts.ended(ended_at === null ? '' : dueTime(ended_at))
  if (state === 'failing') return texts.failing
  const lasts = expires_at === null ? texts.forever : texts.expires(dueTime(expires_at))
  return [texts.ok, lasts, obtained_at !== null && texts.since(dueTime(obtained_at))].filter(Boolean).join(' ')
}

/** Only a person can agree; other credentials are entered when a channel is added. */
function Again({ channel }: { channel: Channel }) {
  const [isBusy, setBusy] = useState(false)
  const { authorization } = channel
  if (authorization?.server == null) return authorization?.state === 'ended' ? <p>{texts.enterAgain}</p> : null
  const leave = () => {
    setBusy(true)
    goToAuthorizationServer({ channel_id: channel.id }).catch((error: Error) => {
      setBusy(false)
      toast(error.message, { tone: 'danger' })
    })
  }
  return (
    <div className={styles.again}>
      <Button kind={authorization.state === 'ended' ? 'primary' : 'plain'} isBusy={isBusy} onClick={leave}>
        {texts.again}
      </Button>
      <p>{texts.againHint(authorization.server)}</p>
    </div>
  )
}
