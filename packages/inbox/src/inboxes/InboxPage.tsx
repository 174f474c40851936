import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { Channel, Inbox, Teammate } from '../api/types.ts'
import { ChannelRow } from '../channels/ChannelRow.tsx'
import { channelsQuery, inboxIdOf } from '../channels/queries.ts'
import { inboxesQuery, inboxTeammatesQuery } from '../session/inboxes.ts'
import { useMe } from '../session/session.ts'
import { t } from '../strings/settings.ts'
import { AskAdmin, useIsAdmin } from '../teammates/admins.tsx'
import { nameOf } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { ButtonLink, Buttons } from '../ui/forms/Button.tsx'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { Notice } from '../ui/pages/Notice.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { Row, Rows } from '../ui/pages/Rows.tsx'
import rows from '../ui/pages/rows.module.css'
import { Section, SettingsPage } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { changeInbox } from './access.ts'
import { DeleteInbox } from './DeleteInbox.tsx'
import { InboxForm } from './InboxForm.tsx'

export function InboxPage() {
  const inboxes = useQuery(inboxesQuery)
  const { inboxId } = useParams({ strict: false })
  return (
    <Loaded query={inboxes} skeleton={<PageSkeleton />}>
      {(data) => {
        const inbox = data.find((inbox) => inbox.id === inboxId)
        if (!inbox) return <Notice level="h1" title={t.inboxes.goneTitle} hint={t.inboxes.gone} />
        return <Details key={inbox.id} inbox={inbox} />
      }}
    </Loaded>
  )
}

function Details({ inbox }: { inbox: Inbox }) {
  const teammates = useQuery(inboxTeammatesQuery(inbox.id))
  const isAdmin = useIsAdmin()
  return (
    <SettingsPage
      title={inbox.name}
      back={{ to: '/settings/inboxes', name: t.pages.inboxes }}
      action={<ButtonLink to={`/inboxes/${inbox.id}`}>{t.inboxes.open}</ButtonLink>}
    >
      <Channels inbox={inbox} isAdmin={isAdmin} />
      <Section title={isAdmin ? t.inboxes.edit : t.inboxes.members}>
        <Loaded query={teammates}>
          {(members) => (isAdmin ? <Edit inbox={inbox} members={members} /> : <Members members={members} />)}
        </Loaded>
      </Section>
      {isAdmin && <DeleteInbox inbox={inbox} />}
    </SettingsPage>
  )
}

function Channels({ inbox, isAdmin }: { inbox: Inbox; isAdmin: boolean }) {
  const channels = useQuery(channelsQuery)
  return (
    <Section title={t.inboxes.channels}>
      <Loaded query={channels}>
        {(all) => <Inside channels={all.filter((channel) => inboxIdOf(channel) === inbox.id)} />}
      </Loaded>
      {isAdmin && (
        <Buttons>
          <ButtonLink to="/settings/channels/new" search={{ inbox: inbox.id }}>
            {t.inboxes.addChannel}
          </ButtonLink>
        </Buttons>
      )}
    </Section>
  )
}

function Inside({ channels }: { channels: Channel[] }) {
  if (channels.length === 0) return <p className={rows.none}>{t.inboxes.noChannels}</p>
  return (
    <Rows label={t.inboxes.channels}>
      {channels.map((channel) => (
        <ChannelRow key={channel.id} channel={channel} />
      ))}
    </Rows>
  )
}

function Edit({ inbox, members }: { inbox: Inbox; members: Teammate[] }) {
  const me = useMe()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const ids = members.map((member) => member.id)
  return (
    <InboxForm
      initial={{
        name: inbox.name,
        access: inbox.is_public ? 'everybody' : 'some',
        teammate_ids: inbox.is_public ? [me.id] : ids,
        remote_images: inbox.remote_images,
      }}
      button={t.save}
      send={async (fields) => {
        await changeInbox(queryClient, inbox, ids, fields)
        const isMine = fields.access === 'everybody' || fields.teammate_ids.includes(me.id)
        toast(isMine ? t.saved : t.inboxes.leave)
        if (!isMine) void navigate({ to: '/settings/inboxes' })
      }}
    />
  )
}

function Members({ members }: { members: Teammate[] }) {
  return (
    <>
      <AskAdmin />
      <Rows label={t.inboxes.members}>
        {members.map((member) => (
          <Row key={member.id} icon={<TeammateAvatar teammate={member} />} name={nameOf(member)} meta={member.email} />
        ))}
      </Rows>
    </>
  )
}
