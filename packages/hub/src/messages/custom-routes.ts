import { randomUUID } from 'node:crypto'
import type { ContactType } from '@portico/protocol'
import { Accepted, CustomMessage } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { markdownAsHtml } from '../bodies/conversion.ts'
import { requireChannel } from '../channels/access.ts'
import { channelAuthOf } from '../channels/channel-auth.ts'
import { giveHandle } from '../contacts/queries.ts'
import { requireContact } from '../contacts/routes.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type ChannelAuth, type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { filesOfMessages, requireContent } from './files.ts'
import type { Receiver } from './receive.ts'

interface CustomRouteDeps {
  db: Database
  receiver: Pick<Receiver, 'receive'>
}

/** The route to which bridges of custom channels, the older kind, push with an API token. */
export function customRoutes(app: App, { db, receiver }: CustomRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/channels/:channel_id/incoming_messages',
    config: { access: ['api_token'], commitsInGroups: true, takesFiles: filesOfMessages },
    schema: {
      tags: ['Messages'],
      operationId: 'receive-custom-messages',
      summary: 'A customer wrote on a custom channel, the older kind',
      params: Type.Object({ channel_id: Type.String() }),
      body: CustomMessage,
      response: { 202: Accepted },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireChannel(db, principal, request.params.channel_id)
      const { sender, subject, body, body_format, metadata } = request.body
      requireContent(body, request.files.length)
      refuseLargeHeaders(metadata?.headers)
      const channel = await customChannel(db, principal.companyId, id)
      if (sender.contact_id) await nameContact(db, principal, channel.contactType, { ...sender, id: sender.contact_id })
      const externalId = randomUUID()
      const messageUid = await receiver.receive(channel, {
        isInbound: true,
        people: [{ handle: sender.handle, name: sender.name }],
        subject: subject ?? undefined,
        body: body_format === 'html' ? body : await htmlOf(principal.companyId, body),
        files: request.files,
        externalId,
        externalConversationId: metadata?.thread_ref || sender.handle,
      })
      if (metadata?.headers) await keepHeaders(db, channel, externalId, metadata.headers)
      return reply.code(202).send({ status: 'accepted', message_uid: messageUid })
    },
  })
}

const longestHeaders = 10_000

function refuseLargeHeaders(headers: Record<string, unknown> | null | undefined): void {
  const { length } = JSON.stringify(headers ?? {})
  if (length <= longestHeaders) return
  throw new ApiError('invalid_body', undefined, [
    `body.metadata.headers: has ${length} characters of JSON; at most ${longestHeaders} are kept`,
  ])
}

/** A sender who is said to be a contact has that contact's handles from now on. Throws invalid_body. */
async function nameContact(
  db: Database,
  principal: Principal,
  source: ContactType,
  { id, handle }: { id: string; handle: string },
): Promise<void> {
  const contact = await requireContact(db, principal, id).catch(() => null)
  const outcome = contact && (await giveHandle(db, principal.companyId, contact.id, { source, handle }))
  if (outcome === 'given' || outcome === 'known') return
  throw new ApiError('invalid_body', undefined, [
    `body.sender.contact_id: ${outcome === 'other_contact' ? 'the handle is that of another contact' : 'is no contact of this company'}`,
  ])
}

async function keepHeaders(
  db: Database,
  { companyId, channelId }: ChannelAuth,
  externalId: string,
  headers: Record<string, unknown>,
): Promise<void> {
  await db.query(
    'keep_custom_headers',
    'update messages set custom_headers = $4 where company_id = $1 and channel_id = $2 and external_id = $3',
    [companyId, channelId, externalId, JSON.stringify(headers)],
  )
}

/** Sanitised like any HTML that channels push, when it is stored. Throws overloaded. */
function htmlOf(companyId: number, markdown: string): Promise<string> {
  return markdownAsHtml(companyId, markdown).catch(() => {
    throw new ApiError('overloaded')
  })
}

/** Throws invalid_body for channels of the newer kind. */
async function customChannel(db: Database, companyId: number, channelId: number): Promise<ChannelAuth> {
  const { auth, isCustom } = await channelAuthOf(db, companyId, channelId)
  if (isCustom) return auth
  throw new ApiError(
    'invalid_body',
    'This is no custom channel: it was added with an application_uid. Its server pushes to inbound_messages, with a channel token.',
  )
}
