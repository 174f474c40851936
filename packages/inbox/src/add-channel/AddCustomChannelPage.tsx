import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../api/request.ts'
import type { Channel, Inbox, UndoSendTime } from '../api/types.ts'
import { channelsQuery } from '../channels/queries.ts'
import { undoChoices } from '../channels/undo-times.ts'
import { webhookUrlProblem } from '../channels/webhook-url.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { Button, Buttons } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import { ErrorSummary } from '../ui/forms/ErrorSummary.tsx'
import layout from '../ui/forms/form.module.css'
import { TextField } from '../ui/forms/TextField.tsx'
import { useForm } from '../ui/forms/useForm.ts'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { fullName } from '../ui/pages/namesakes.ts'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { NoInbox } from './AddChannelMenu.tsx'
import { ChannelAdded } from './ChannelAdded.tsx'

const texts = t.addChannel.custom

/** A custom channel, the older kind: a webhook URL, and nobody is asked. */
export function AddCustomChannelPage() {
  const inboxes = useQuery(inboxesQuery)
  if (!useIsAdmin()) return <AdminsOnly />
  return (
    <Loaded query={inboxes} skeleton={<PageSkeleton />}>
      {(all) => (all.length > 0 ? <Add inboxes={all} /> : <NoInbox />)}
    </Loaded>
  )
}

function Add({ inboxes }: { inboxes: Inbox[] }) {
  const queryClient = useQueryClient()
  const [added, setAdded] = useState<Channel | null>(null)
  const { inbox } = useSearch({ strict: false }) as { inbox?: string }
  const form = useForm({
    initial: {
      ...{ name: '', webhook_url: '', undo_send_time: '5' },
      inbox_id: (inboxes.find(({ id }) => id === inbox) ?? inboxes[0])?.id ?? '',
    },
    check: ({ name, webhook_url }) => ({
      name: !name ? t.channels.missing.name : name.length > 80 ? t.channels.missing.longName : undefined,
      webhook_url: webhookUrlProblem(webhook_url),
    }),
    send: async ({ name, inbox_id, webhook_url, undo_send_time }) => {
      const settings = { webhook_url, undo_send_time: Number(undo_send_time) as UndoSendTime }
      const body = { type: 'custom' as const, name, settings }
      const path = `/inboxes/${inbox_id}/channels` as const
      setAdded((await request('POST', path, { body, representation: true })).body as Channel)
      void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
    },
  })
  if (added) return <ChannelAdded channel={added} inboxes={inboxes} onAnother={() => setAdded(null)} />
  return (
    <SettingsPage
      title={texts.formTitle}
      intro={texts.formIntro}
      back={{ to: '/settings/channels/new', name: t.addChannel.anyType }}
    >
      <form noValidate className={layout.form} onSubmit={form.submit}>
        <ErrorSummary form={form} />
        <TextField field={form.field('name')} label={t.channels.name} hint={t.addChannel.nameHint} />
        <TextField
          field={form.field('webhook_url')}
          label={t.channels.webhook}
          hint={t.channels.webhookHint}
          type="url"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="https://"
        />
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
        <Buttons>
          <Button type="submit" kind="primary" isBusy={form.isSending}>
            {t.addChannel.button}
          </Button>
        </Buttons>
      </form>
    </SettingsPage>
  )
}
