import { PassThrough, type Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { actorOf } from '../events/actor.ts'
import { ApiError } from '../http/api-error.ts'
import { accountFor, envelopeOf } from '../http/errors.ts'
import { prefersRepresentation } from '../http/prefer.ts'
import { note, type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { type App, Done } from '../http/route.ts'
import { assertInbox } from '../inboxes/policy.ts'
import { addCustomChannel, askAndAdd, type HandshakeStep, type Proposal, propose } from './add.ts'
import { channelResource } from './present.ts'
import { findChannel } from './queries.ts'
import type { ChannelRouteDeps } from './routes.ts'
import { Channel, NewChannelBody } from './schema.ts'

/** The events of the handshake, while it runs. */
const Handshake = {
  description: 'The handshake, step by step',
  content: { 'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
}

export function addRoute(app: App, deps: ChannelRouteDeps): void {
  app.route({
    method: 'POST',
    url: '/inboxes/:inbox_id/channels',
    config: { access: ['admin'] },
    schema: {
      tags: ['Channels'],
      operationId: 'create-a-channel',
      summary: 'Add a channel: its server is asked, and says yes within 7 seconds or nothing is added',
      description:
        'Answers 204 as Front does; with `Prefer: return=representation` 201 and the channel. With `Accept: ' +
        'text/event-stream` (a Portico extension) the answer is 200 and tells how the handshake goes, one server-sent event a step: ' +
        '`asking` {"channel_id", "server_url"}, `answered` {"status_code", "duration_ms"}, then `saved` with the ' +
        'channel or `refused` with an `_error` envelope.',
      params: Type.Object({ inbox_id: Type.String() }),
      body: NewChannelBody,
      response: { 200: Handshake, 201: Channel, 204: Done },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { application_uid, ...custom } = request.body
      if (application_uid === undefined) {
        const id = await addCustom(deps, principal, request.params.inbox_id, custom)
        if (!prefersRepresentation(request)) return reply.code(204).send()
        return reply.code(201).send(await present(deps, principal, id))
      }
      const proposal = await proposalOf(deps, principal, request.params.inbox_id, { ...custom, application_uid })
      note(request, { channel_id: proposal.publicId })
      if (/\btext\/event-stream\b/.test(request.headers.accept ?? '')) {
        return reply.type('text/event-stream').send(streamHandshake(deps, proposal, request))
      }
      const id = await askAndAdd(deps, proposal)
      if (!prefersRepresentation(request)) return reply.code(204).send()
      return reply.code(201).send(await present(deps, principal, id))
    },
  })
}

/** A custom channel, the older kind: there is no handshake. */
async function addCustom(
  deps: ChannelRouteDeps,
  principal: Principal,
  inbox: string,
  { name, settings, credentials }: NewChannelBody,
): Promise<number> {
  const inboxId = resourceNumber(principal, 'inb', inbox)
  await assertInbox(deps.db, principal, inboxId)
  const missing = [
    ...(credentials ? ['body.credentials: is for channels with application_uid'] : []),
    ...(settings?.webhook_url ? [] : ['body.settings.webhook_url: missing, for a channel without application_uid']),
  ]
  if (missing.length > 0 || !settings?.webhook_url) throw new ApiError('invalid_body', undefined, missing)
  const channel = { inboxId, name, undoSendTime: settings.undo_send_time }
  return addCustomChannel(deps, actorOf(principal), channel, settings.webhook_url)
}

async function proposalOf(
  deps: ChannelRouteDeps,
  principal: Principal,
  inbox: string,
  body: NewChannelBody & { application_uid: string },
): Promise<Proposal> {
  const inboxId = resourceNumber(principal, 'inb', inbox)
  await assertInbox(deps.db, principal, inboxId)
  if (body.settings?.webhook_url) {
    throw new ApiError('unsupported_field', undefined, ['body.settings.webhook_url: is for custom channels'])
  }
  return propose(deps, actorOf(principal), {
    inboxId,
    applicationUid: body.application_uid,
    name: body.name,
    credentials: body.credentials,
    undoSendTime: body.settings?.undo_send_time,
  })
}

async function present({ db, urls }: ChannelRouteDeps, principal: Principal, id: number) {
  const row = await findChannel(db, principal.companyId, id)
  if (!row) throw new ApiError('not_found')
  return channelResource(row, principal.companyId, urls, { showsWebhook: true })
}

/** Runs the handshake and streams its steps as server-sent events. It continues when the caller disconnects. */
function streamHandshake(deps: ChannelRouteDeps, proposal: Proposal, request: FastifyRequest): Readable {
  const events = new PassThrough()
  const send = (event: string, data: object) => {
    if (events.writable) events.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  askAndAdd(deps, proposal, (step) => send(step.step, dataOf(step)))
    .then((id) => present(deps, requirePrincipal(request), id))
    .then((channel) => send('saved', channel))
    .catch((thrown) => send('refused', envelopeOf(accountFor(thrown, request, deps.log), request.id)))
    .finally(() => events.end())
  return events
}

function dataOf(step: HandshakeStep) {
  return step.step === 'asking'
    ? { channel_id: step.channelId, server_url: step.serverUrl }
    : { status_code: step.statusCode, duration_ms: step.durationMs }
}
