import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Channel, Inbox, UndoSendTime } from '../api/types.ts'
import { TemplateList } from '../message-templates/TemplateList.tsx'
import { inboxesQuery } from '../session/inboxes.ts'
import { t as forms } from '../strings/forms.ts'
import { t } from '../strings/settings.ts'
import { AskAdmin, useIsAdmin } from '../teammates/admins.tsx'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button, ButtonLink, Buttons } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import { CopyField } from '../ui/forms/CopyField.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { fullName } from '../ui/pages/namesakes.ts'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { Authorization } from './Authorization.tsx'
import { ChannelStatus } from './ChannelStatus.tsx'
import { type ChannelDeletion, changeChannel, channelDeletionQuery, deleteChannel } from './channel-settings.ts'
import { channelsQuery, inboxIdOf } from './queries.ts'
import { TypeIcon } from './TypeIcon.tsx'
import { undoChoices } from './undo-times.ts'
import { webhookUrlProblem } from './webhook-url.ts'

const back = { to: '/settings/channels', name: t.pages.channels }

export function ChannelPage() {
  const channels = useQuery(channelsQuery)
  const inboxes = useQuery(inboxesQuery)
  const { channelId } = useParams({ strict: false })
  return (
    <Loaded query={channels} skeleton={<PageSkeleton />}>
      {(data) => {
        const channel = data.find((channel) => channel.id === channelId)
        if (!channel) return <Notice level="h1" title={t.channels.goneTitle} hint={t.channels.gone} />
        return (
          <Loaded query={inboxes} skeleton={<PageSkeleton />}>
            {(all) => <Details key={channel.id} channel={channel} inboxes={all} />}
          </Loaded>
        )
      }}
    </Loaded>
  )
}

function Details({ channel, inboxes }: { channel: Channel; inboxes: Inbox[] }) {
  const isAdmin = useIsAdmin()
  return (
    <SettingsPage
      title={channel.name}
      intro={channel.channel_type.name}
      icon={<TypeIcon type={channel.channel_type} size={40} />}
      back={back}
    >
      <ChannelStatus channel={channel} />
      <Authorization channel={channel} />
      {isAdmin && (
        <div>
          <ButtonLink to={`/settings/channels/${channel.id}/health`}>{t.channels.toHealth}</ButtonLink>
        </div>
      )}
      {isAdmin ? <Settings channel={channel} inboxes={inboxes} /> : <AskAdmin />}
      {channel.channel_type.message_templates && <TemplateList channelId={channel.id} />}
      <Section title={t.channels.details}>
        <CopyField label={t.channels.id} value={channel.id} />
        {channel.webhook_url && !channel.channel_type.is_custom && (
          <CopyField label={t.channels.webhook} value={channel.webhook_url} />
        )}
      </Section>
      {isAdmin && (
        <Section title={t.channels.remove} hint={t.channels.removeHint}>
          <Remove channel={channel} inbox={inboxes.find((inbox) => inbox.id === inboxIdOf(channel))} />
        </Section>
      )}
    </SettingsPage>
  )
}

function Settings({ channel, inboxes }: { channel: Channel; inboxes: Inbox[] }) {
  const queryClient = useQueryClient()
  const { is_custom } = channel.channel_type
  const form = useForm({
    initial: {
      name: channel.name,
      inbox_id: inboxIdOf(channel) ?? '',
      undo_send_time: String(channel.settings.undo_send_time),
      webhook_url: channel.webhook_url ?? '',
    },
    check: ({ name, webhook_url }) => ({
      name: !name ? t.channels.missing.name : name.length > 80 ? t.channels.missing.longName : undefined,
      webhook_url: is_custom ? webhookUrlProblem(webhook_url) : undefined,
    }),
    send: async (values) => {
      await changeChannel(queryClient, channel, {
        ...values,
        webhook_url: is_custom ? values.webhook_url : undefined,
        undo_send_time: Number(values.undo_send_time) as UndoSendTime,
      })
      toast(t.saved)
    },
  })
  return (
    <Section title={t.channels.edit}>
      <form noValidate className={layout.form} onSubmit={form.submit}>
        <ErrorSummary form={form} />
        <TextField field={form.field('name')} label={t.channels.name} hint={t.channels.nameHint} />
        {is_custom && (
          <TextField
            field={form.field('webhook_url')}
            label={t.channels.webhook}
            hint={t.channels.webhookHint}
            type="url"
            inputMode="url"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        <SelectField
          field={form.field('inbox_id')}
          label={t.channels.inbox}
          hint={t.channels.moveHint}
          options={inboxes.map((inbox) => ({ value: inbox.id, name: fullName(inbox, inboxes, inbox.id) }))}
        />
        <SelectField
          field={form.field('undo_send_time')}
          label={t.channels.undoLabel}
          hint={t.channels.undoHint}
          options={undoChoices}
        />
        <Buttons>
          <Button type="submit" kind="primary" isBusy={form.isSending}>
            {form.isSending ? forms.saving : t.save}
          </Button>
        </Buttons>
      </form>
    </Section>
  )
}

function Remove({ channel, inbox }: { channel: Channel; inbox: Inbox | undefined }) {
  const [touched, setTouched] = useState<ChannelDeletion | null>(null)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const ask = () =>
    queryClient
      .fetchQuery(channelDeletionQuery(channel.id))
      .then(setTouched, (error: Error) => toast(error.message, { tone: 'danger' }))
  return (
    <div>
      <Button kind="danger" onClick={() => void ask()}>
        {t.channels.removeButton(channel.name)}
      </Button>
      {touched && (
        <ConfirmDialog
          title={t.channels.removeTitle(channel.name)}
          button={t.channels.removeButton(channel.name)}
          onClose={() => setTouched(null)}
          onConfirm={async () => {
            await deleteChannel(queryClient, channel)
            toast(
              t.channels.removed(
                channel.name,
                touched.conversations,
                touched.conversations_elsewhere,
                inbox?.name ?? '',
              ),
            )
            void navigate({ to: back.to })
          }}
        >
          <p>{t.channels.removeWaiting(touched.waiting_messages)}</p>
          <p>{t.channels.removeKeeps(touched.conversations, touched.conversations_elsewhere, inbox?.name ?? '')}</p>
          <p>{t.channels.removeNotifies(touched.tells_server)}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
