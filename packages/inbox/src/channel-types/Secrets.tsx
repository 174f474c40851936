import { IconRefresh } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hubNow } from '../api/clock.ts'
import { t } from '../strings/settings.ts'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button, ButtonLink } from '../ui/forms/Button.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { ShownOnce } from '../ui/pages/ShownOnce.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { endPreviousSecret, forgetNewSecret, rotateSecret, signWithNewSecret } from './channel-type-actions.ts'
import { type FreshSecret, freshSecrets, useFreshSecret } from './fresh-secrets.ts'
import type { ChannelTypeDetails } from './queries.ts'
import { SecretList, type SecretQuestion } from './SecretList.tsx'

/** App UID and secrets of a type; a new secret in full, until the admin confirms that it is stored. */
export function Secrets({ type }: { type: ChannelTypeDetails }) {
  const fresh = useFreshSecret(type.uid)
  const [question, setQuestion] = useState<'rotate' | SecretQuestion | null>(null)
  return (
    <>
      {fresh && <Fresh key={fresh.secret} uid={type.uid} fresh={fresh} />}
      <Section title={t.channelTypes.identity} hint={t.channelTypes.identityHint}>
        {!fresh && <CopyField label={t.channelTypes.appUid} value={type.uid} />}
        <SecretList secrets={type.secrets} onAsk={setQuestion} />
        <div>
          <Button onClick={() => setQuestion('rotate')}>
            <IconRefresh size={16} aria-hidden />
            {t.channelTypes.rotate}
          </Button>
        </div>
      </Section>
      {question && <Question key={question} question={question} type={type} onClose={() => setQuestion(null)} />}
    </>
  )
}

/** The question before each action. */
function Question({
  question,
  type,
  onClose,
}: {
  question: 'rotate' | SecretQuestion
  type: ChannelTypeDetails
  onClose: () => void
}) {
  const queryClient = useQueryClient()
  const { title, hints, button, done } = t.channelTypes.questions[question]
  const replacesOne = question === 'rotate' && type.secrets.some(({ state }) => state === 'new')
  const endsOne = question === 'sign' && type.secrets.some(isAlivePrevious)
  const isKind = question === 'rotate' || question === 'sign'
  return (
    <ConfirmDialog
      title={title}
      button={button}
      {...(isKind && { kind: 'primary' as const, keep: t.cancel })}
      onClose={onClose}
      onConfirm={async () => {
        await verbs[question](queryClient, type.uid)
        if (done) toast(done)
      }}
    >
      {hints.map((hint) => (
        <p key={hint}>{hint}</p>
      ))}
      {replacesOne && <p>{t.channelTypes.replacesNew}</p>}
      {endsOne && <p>{t.channelTypes.endsPrevious}</p>}
    </ConfirmDialog>
  )
}

function isAlivePrevious({ state, expires_at }: ChannelTypeDetails['secrets'][number]): boolean {
  return state === 'previous' && (expires_at ?? 0) > hubNow()
}

const verbs = { rotate: rotateSecret, sign: signWithNewSecret, forget: forgetNewSecret, end: endPreviousSecret }

function Fresh({ uid, fresh }: { uid: string; fresh: FreshSecret }) {
  return (
    <ShownOnce
      title={t.channelTypes.secretTitle}
      once={fresh.isFirst ? t.channelTypes.secretOnce : t.channelTypes.newSecretOnce}
      lost={fresh.isFirst ? t.channelTypes.secretLost : t.channelTypes.rotated}
      dismiss={t.channelTypes.secretSaved}
      onDismiss={() => freshSecrets.forget(uid)}
      next={fresh.isFirst && <ButtonLink to={`/settings/channels/new/${uid}`}>{t.channelTypes.addOne}</ButtonLink>}
    >
      <CopyField label={t.channelTypes.appUid} value={uid} />
      <CopyField label={t.channelTypes.secret} value={fresh.secret} />
    </ShownOnce>
  )
}
