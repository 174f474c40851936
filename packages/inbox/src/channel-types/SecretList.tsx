import { hubNow } from '../api/clock.ts'
import { t } from '../strings/settings.ts'
import { Button } from '../ui/forms/Button.tsx'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { useOverAt } from '../ui/time/over.ts'
import type { ChannelTypeDetails } from './queries.ts'

export type SecretQuestion = 'sign' | 'forget' | 'end'
type Secret = ChannelTypeDetails['secrets'][number]

/** The valid secrets, each with its use and its end. The secrets themselves are not shown. */
export function SecretList({ secrets, onAsk }: { secrets: Secret[]; onAsk: (question: SecretQuestion) => void }) {
  useOverAt(secrets.map(({ expires_at }) => expires_at))
  const living = secrets.filter(({ expires_at }) => expires_at === null || expires_at > hubNow())
  return (
    <Rows label={t.channelTypes.secrets}>
      {living.map((secret) => (
        <Row
          key={`${secret.state} ${secret.created_at}`}
          name={t.channelTypes.secretNames[secret.state]}
          meta={
            <>
              {doingOf(secret)}
              {' · '}
              {t.channelTypes.made} {dueTime(secret.created_at)}
              {' · '}
              {t.channelTypes.lastVerified(secret.last_verified_at === null ? null : dueTime(secret.last_verified_at))}
            </>
          }
          end={<SecretButtons state={secret.state} onAsk={onAsk} />}
        />
      ))}
    </Rows>
  )
}

function doingOf({ state, expires_at }: Secret): string {
  if (state === 'new') return t.channelTypes.newDoes
  return expires_at === null ? t.channelTypes.currentDoes : t.channelTypes.previousDoes(dueTime(expires_at))
}

function SecretButtons({ state, onAsk }: { state: Secret['state']; onAsk: (question: SecretQuestion) => void }) {
  if (state === 'current') return null
  if (state === 'previous') return <Button onClick={() => onAsk('end')}>{t.channelTypes.endPrevious}</Button>
  return (
    <>
      <Button onClick={() => onAsk('forget')}>{t.channelTypes.forgetNew}</Button>
      <Button kind="primary" onClick={() => onAsk('sign')}>
        {t.channelTypes.signWithNew}
      </Button>
    </>
  )
}
