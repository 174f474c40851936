import { issueChannelToken } from '@portico/protocol'
import { FakeChannelServer } from './channel-server.ts'
import type { Answer, Fixture } from './hub.ts'

/** A channel that was added through the API: its server answered the hub's authorization request. */
export interface TestChannel {
  id: string
  typeUid: string
  secret: string
  server: FakeChannelServer
  /** A fresh channel token. */
  token(): string
  /** Pushes one inbound message as the channel's server would. */
  push(message: PushedText): Promise<Answer>
}

export interface PushedText {
  body: string
  externalId: string
  conversation?: string
  handle?: string
  name?: string
  deliveredAt?: number
}

export interface ChannelOptions {
  type?: Record<string, unknown>
  settings?: { undo_send_time: number }
  credentials?: Record<string, string>
  server?: FakeChannelServer
}

export async function addTestChannel(hub: Fixture, options: ChannelOptions = {}): Promise<TestChannel> {
  const server = options.server ?? (await FakeChannelServer.start())
  const type = await expect(
    hub.call('POST', '/channel_types', {
      ...{
        name: 'Test channel',
        description: 'For tests',
        server_url: server.url,
        auth_type: 'none',
        contact_type: 'custom',
      },
      ...{ allow_compose: true, allow_reply: true, composer: 'basic', wants_message_imported: false },
      ...options.type,
    }),
  )
  const channel = await expect(
    hub.call(
      'POST',
      `/inboxes/${hub.inbox}/channels`,
      {
        ...{ type: 'custom', application_uid: type.uid, name: 'Test' },
        settings: options.settings ?? { undo_send_time: 0 },
        credentials: options.credentials,
      },
      { headers: { prefer: 'return=representation' } },
    ),
  )
  const token = () => issueChannelToken({ secret: type.secret, uid: type.uid, channelId: channel.id })
  return {
    id: channel.id,
    typeUid: type.uid,
    secret: type.secret,
    server,
    token,
    push: (message) =>
      hub.call('POST', `/channels/${channel.id}/inbound_messages`, inbound(message), { token: token() }),
  }
}

export function inbound({ body, externalId, conversation, handle, name, deliveredAt }: PushedText) {
  return {
    sender: { handle: handle ?? 'ivo', ...(name && { name }) },
    body,
    metadata: { external_id: externalId, external_conversation_id: conversation ?? 'thread-1' },
    ...(deliveredAt && { delivered_at: deliveredAt }),
  }
}

async function expect(answering: Promise<Answer>) {
  const { status, body } = await answering
  if (status < 300) return body
  throw new Error(`the hub answered ${status}: ${JSON.stringify(body)}`)
}
