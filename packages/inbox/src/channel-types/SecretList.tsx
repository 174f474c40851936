import { hubNow } from '../api/clock.ts'
import { Button } from '../forms/Button.tsx'
import { Row, Rows } from '../settings/Rows.tsx'
import { t } from '../strings/settings.ts'
import { dueTime } from '../time/words.ts'
import type { ChannelTypeDetails } from './queries.ts'

/** Which secrets live, and until when. None of them can be read. */
export function SecretList({ secrets, onEnd }: { secrets: ChannelTypeDetails['secrets']; onEnd: () => void }) {
  const living = secrets.filter(({ expires_at }) => expires_at === null || expires_at > hubNow())
  return (
    <Rows label={t.channelTypes.secrets}>
      {living.map((secret, index) => (
        <Row
          key={secret.created_at}
          name={secret.expires_at === null ? t.channelTypes.current : t.channelTypes.previous}
          meta={
            <>
              {secret.expires_at === null
                ? t.channelTypes.currentDoes
                : t.channelTypes.previousDoes(dueTime(secret.expires_at))}
              {' · '}
              {t.channelTypes.made} {dueTime(secret.created_at)}
            </>
          }
          end={index > 0 && <Button onClick={onEnd}>{t.channelTypes.endPrevious}</Button>}
        />
      ))}
    </Rows>
  )
}
