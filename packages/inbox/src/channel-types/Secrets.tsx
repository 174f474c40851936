import { IconRefresh } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, ButtonLink } from '../forms/Button.tsx'
import { ConfirmDialog } from '../forms/ConfirmDialog.tsx'
import { CopyField } from '../forms/CopyField.tsx'
import { Section } from '../settings/SettingsPage.tsx'
import { ShownOnce } from '../settings/ShownOnce.tsx'
import { t } from '../strings/settings.ts'
import { dueTime } from '../time/words.ts'
import { toast } from '../toasts/toasts.ts'
import { type FreshSecret, freshSecrets, useFreshSecret } from './fresh-secrets.ts'
import type { ChannelTypeDetails } from './queries.ts'
import { SecretList } from './SecretList.tsx'
import { endPreviousSecret, rotateSecret } from './verbs.ts'

/** App UID and secrets of a type; a new secret in full, until its reader says that it is stored. */
export function Secrets({ type }: { type: ChannelTypeDetails }) {
  const fresh = useFreshSecret(type.uid)
  const [asked, ask] = useState<'rotate' | 'end' | null>(null)
  const queryClient = useQueryClient()
  return (
    <>
      {fresh && <Fresh key={fresh.secret} uid={type.uid} fresh={fresh} />}
      <Section title={t.channelTypes.identity} hint={t.channelTypes.identityHint}>
        {!fresh && <CopyField label={t.channelTypes.appUid} value={type.uid} />}
        <SecretList secrets={type.secrets} onEnd={() => ask('end')} />
        <div>
          <Button onClick={() => ask('rotate')}>
            <IconRefresh size={16} aria-hidden />
            {t.channelTypes.rotate}
          </Button>
        </div>
      </Section>
      {asked === 'rotate' && (
        <ConfirmDialog
          title={t.channelTypes.rotateTitle}
          button={t.channelTypes.rotate}
          kind="primary"
          keep={t.cancel}
          onClose={() => ask(null)}
          onConfirm={() => rotateSecret(queryClient, type.uid)}
        >
          <p>{t.channelTypes.rotateHint}</p>
          <p>{t.channelTypes.rotateWarn}</p>
        </ConfirmDialog>
      )}
      {asked === 'end' && (
        <ConfirmDialog
          title={t.channelTypes.endPreviousTitle}
          button={t.channelTypes.endPreviousButton}
          onClose={() => ask(null)}
          onConfirm={async () => {
            await endPreviousSecret(queryClient, type.uid)
            toast(t.channelTypes.ended)
          }}
        >
          <p>{t.channelTypes.endPreviousHint}</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function Fresh({ uid, fresh }: { uid: string; fresh: FreshSecret }) {
  const isFirst = fresh.previousExpiresAt === null
  return (
    <ShownOnce
      title={t.channelTypes.secretTitle}
      once={t.channelTypes.secretOnce}
      lost={
        fresh.previousExpiresAt === null
          ? t.channelTypes.secretLost
          : t.channelTypes.rotated(dueTime(fresh.previousExpiresAt))
      }
      dismiss={t.channelTypes.secretSaved}
      onDismiss={() => freshSecrets.forget(uid)}
      next={isFirst && <ButtonLink to={`/settings/channels/new/${uid}`}>{t.channelTypes.addOne}</ButtonLink>}
    >
      <CopyField label={t.channelTypes.appUid} value={uid} />
      <CopyField label={t.channelTypes.secret} value={fresh.secret} />
    </ShownOnce>
  )
}
