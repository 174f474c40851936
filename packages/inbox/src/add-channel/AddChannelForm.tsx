import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, isTemporary } from '../api/errors.ts'
import type { Channel, Inbox, UndoSendTime } from '../api/types.ts'
import { type ChannelTypeDetails, hostOf } from '../channel-types/queries.ts'
import { goToAuthorizationServer } from '../channels/authorize.ts'
import { channelsQuery } from '../channels/queries.ts'
import { undoChoices } from '../channels/undo-times.ts'
import { t } from '../strings/settings.ts'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { SecretField, TextField } from '../ui/forms/TextField.tsx'
import { type Form, useForm } from '../ui/forms/useForm.ts'
import { fullName } from '../ui/pages/namesakes.ts'
import { type AddChannelFields, askedBy, checkNewChannel, credentialsOf, keepFormOf } from './credentials.ts'
import { HandshakeProgress } from './HandshakeProgress.tsx'
import { addChannel, type HandshakeStep } from './handshake.ts'

interface AddChannelFormProps {
  type: ChannelTypeDetails
  inboxes: Inbox[]
  inboxId: string
  onAdded: (channel: Channel) => void
}

/** The form of a new channel, then the progress of the handshake. The input is kept after an error. */
export function AddChannelForm({ type, inboxes, inboxId, onAdded }: AddChannelFormProps) {
  const queryClient = useQueryClient()
  const [steps, setSteps] = useState<HandshakeStep[]>([])
  const [isUnknown, setUnknown] = useState(false)
  const [technicalReason, setTechnicalReason] = useState<string>()
  const initial = {
    ...{ name: type.name, inbox_id: inboxId, undo_send_time: '5' },
    ...{ api_key: '', access_token: '', username: '', password: '', client_id: '', client_secret: '' },
  }
  const isAway = askedBy(type) === 'authorization_code'
  const form = useForm<AddChannelFields>({
    initial,
    verbatim: ['password'],
    storageKey: isAway ? keepFormOf(type.uid) : undefined,
    check: (fields) => checkNewChannel(type, fields),
    send: async (fields) => {
      if (isAway) return leave(type, fields)
      setSteps([])
      const channel = await addChannel(
        {
          inboxId: fields.inbox_id,
          typeUid: type.uid,
          name: fields.name,
          credentials: credentialsOf(type, fields),
          undoSendTime: Number(fields.undo_send_time),
        },
        (step) => setSteps((before) => [...before, step]),
      ).catch((error) => {
        // the hub may have added the channel when its response was lost
        setUnknown(isTemporary(error))
        setTechnicalReason(technicalReasonOf(error))
        throw error
      })
      queryClient.setQueryData(channelsQuery.queryKey, (channels) =>
        channels?.some((known) => known.id === channel.id) ? channels : channels && [...channels, channel],
      )
      void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
      onAdded(channel)
    },
  })
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      <ErrorSummary
        form={form}
        title={form.formError ? (isUnknown ? t.addChannel.unknown : t.addChannel.refused) : undefined}
        note={form.formError ? (isUnknown ? t.addChannel.keptToo : afterRefusal(type, steps)) : undefined}
        technicalReason={form.formError ? technicalReason : undefined}
      />
      <TextField field={form.field('name')} label={t.channels.name} hint={t.addChannel.nameHint} />
      <Credentials type={type} form={form} />
      <SelectField
        field={form.field('inbox_id')}
        label={t.channels.inbox}
        hint={t.channels.inboxHint}
        options={inboxes.map((inbox) => ({ value: inbox.id, name: fullName(inbox, inboxes, inbox.id) }))}
      />
      <SelectField
        field={form.field('undo_send_time')}
        label={t.channels.undoLabel}
        hint={t.channels.undoHint}
        options={undoChoices}
      />
      {form.isSending && !isAway ? (
        <HandshakeProgress name={form.values.name} host={hostOf(type.server_url)} steps={steps} />
      ) : (
        <Buttons>
          <Button type="submit" kind="primary" isBusy={form.isSending}>
            {isAway ? t.addChannel.leave(hostOf(type.oauth2?.authorize_url ?? '')) : t.addChannel.button}
          </Button>
        </Buttons>
      )}
    </form>
  )
}

function Credentials({ type, form }: { type: ChannelTypeDetails; form: Form<AddChannelFields> }) {
  const texts = t.addChannel
  // a channel's token is not the teammate's own password: the browser must neither fill nor keep it
  const foreign = { autoComplete: 'off', 'data-1p-ignore': true, 'data-lpignore': 'true' }
  switch (askedBy(type)) {
    case 'authorization_code':
      return <p>{texts.agreement(hostOf(type.oauth2?.authorize_url ?? ''))}</p>
    case 'client_credentials':
      return (
        <>
          <TextField field={form.field('client_id')} label={texts.clientId} {...foreign} spellCheck={false} />
          <SecretField
            field={form.field('client_secret')}
            label={texts.clientSecret}
            hint={texts.clientSecretHint(type.name)}
            {...foreign}
          />
        </>
      )
    case 'api_key':
      return (
        <SecretField
          field={form.field('api_key')}
          label={texts.apiKey}
          hint={texts.apiKeyHint(type.name)}
          {...foreign}
        />
      )
    case 'bearer':
      return (
        <SecretField
          field={form.field('access_token')}
          label={texts.token}
          hint={texts.tokenHint(type.name)}
          {...foreign}
        />
      )
    case 'password':
    case 'basic':
      return (
        <>
          <TextField field={form.field('username')} label={texts.username} {...foreign} spellCheck={false} />
          <SecretField
            field={form.field('password')}
            label={texts.password}
            hint={texts.passwordHint(type.name)}
            {...foreign}
          />
        </>
      )
    case 'none':
      return <p>{texts.noCredential}</p>
  }
}

async function leave(type: ChannelTypeDetails, fields: AddChannelFields): Promise<void> {
  await goToAuthorizationServer({
    application_uid: type.uid,
    inbox_id: fields.inbox_id,
    name: fields.name === type.name ? undefined : fields.name,
    settings: { undo_send_time: Number(fields.undo_send_time) as UndoSendTime },
  })
}

/** The technical error of the connection to the channel's server, which the hub names as `server: …`. */
function technicalReasonOf(error: unknown): string | undefined {
  const details = error instanceof ApiError ? error.details : []
  return details.flatMap((detail) => (detail.startsWith('server: ') ? detail.slice('server: '.length) : []))[0]
}

/** The steps before the error, when the error does not name them. */
function afterRefusal(type: ChannelTypeDetails, steps: HandshakeStep[]): string {
  const texts = t.addChannel
  const answered = steps.find((step) => step.step === 'answered')
  if (!answered?.status_code) return texts.kept
  const time = texts.progress.ms(answered.duration_ms)
  return `${texts.refusedAfter(hostOf(type.server_url), answered.status_code, time)} ${texts.kept}`
}
