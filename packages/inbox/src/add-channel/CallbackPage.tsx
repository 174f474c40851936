import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { request } from '../api/request.ts'
import type { Channel } from '../api/types.ts'
import { channelTypesQuery, hasDetails } from '../channel-types/queries.ts'
import { channelsQuery } from '../channels/queries.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { AdminsOnly, useIsAdmin } from '../teammates/admins.tsx'
import { ButtonLink } from '../ui/forms/Button.tsx'
import { forgetValues } from '../ui/forms/stored-values.ts'
import { Notice } from '../ui/pages/Notice.tsx'
import { PageSkeleton } from '../ui/pages/PageSkeleton.tsx'
import { ChannelAdded } from './ChannelAdded.tsx'
import { ChooseAddress } from './ChooseAddress.tsx'
import { keepFormOf } from './credentials.ts'

const texts = t.addChannel.back
const again = { to: '/settings/channels', name: t.pages.channels }

interface Came {
  state: string
  code?: string | undefined
  error?: string | undefined
  error_description?: string | undefined
}

/** The query parameters with which the authorization server sent the browser back. */
function readAddress(): Came | null {
  const query = new URLSearchParams(location.search)
  const state = query.get('state')
  if (state === null) return null
  const of = (name: string) => query.get(name)?.slice(0, 4_000) || undefined
  return { state, code: of('code'), error: of('error'), error_description: of('error_description') }
}

/** Where the authorization server brings an admin back to: hands in what came, and shows what became of it. */
export function CallbackPage() {
  const { uid = '' } = useParams({ strict: false })
  const [came] = useState(readAddress)
  // a code is a secret: it does not stay in the address
  useEffect(() => history.replaceState(history.state, '', location.pathname), [])
  if (!useIsAdmin()) return <AdminsOnly />
  if (!came) {
    return (
      <Notice level="h1" title={texts.nothing} hint={texts.nothingHint}>
        <ButtonLink to={again.to}>{again.name}</ButtonLink>
      </Notice>
    )
  }
  return <Finish uid={uid} came={came} />
}

function Finish({ uid, came }: { uid: string; came: Came }) {
  const queryClient = useQueryClient()
  const [added, setAdded] = useState<Channel | null>(null)
  const finished = useQuery({
    queryKey: ['channel-authorization', came.state],
    queryFn: async () => {
      const body = { application_uid: uid, ...came }
      return (await request('POST', '/channel_authorizations/finish', { body })).body
    },
    // a state works once
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const channel = added ?? finished.data?.channel
  useEffect(() => {
    if (!channel) return
    forgetValues(keepFormOf(uid))
    void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
  }, [channel, queryClient, uid])
  if (finished.isPending) return <Notice level="h1" role="status" title={texts.working} hint={texts.workingHint} />
  if (finished.error) {
    return (
      <Notice level="h1" role="alert" title={texts.failedTitle} hint={finished.error.message}>
        <ButtonLink to={`/settings/channels/new/${uid}`} kind="primary">
          {texts.again}
        </ButtonLink>
        <ButtonLink to={again.to}>{again.name}</ButtonLink>
      </Notice>
    )
  }
  if (finished.data?.outcome === 'choose_address' && !added) {
    return <ChooseAddress finished={finished.data} onAdded={setAdded} />
  }
  return channel ? (
    <Connected uid={uid} channel={channel} isNew={finished.data?.outcome !== 'authorized_again'} />
  ) : null
}

function Connected({ uid, channel, isNew }: { uid: string; channel: Channel; isNew: boolean }) {
  const types = useQuery(channelTypesQuery)
  const inboxes = useQuery(inboxesQuery)
  const type = types.data?.find((one) => one.uid === uid)
  if (!isNew) {
    return (
      <Notice level="h1" title={channel.name} hint={texts.reauthorized(channel.name)}>
        <ButtonLink to={`/settings/channels/${channel.id}`} kind="primary">
          {t.addChannel.toChannel}
        </ButtonLink>
      </Notice>
    )
  }
  if (!type || !hasDetails(type) || !inboxes.data) return <PageSkeleton />
  return <ChannelAdded channel={channel} inboxes={inboxes.data} />
}
