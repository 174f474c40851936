import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { requireTeammateNumbers } from '../teammates/queries.ts'
import { createInbox } from './create.ts'
import { firstTeam } from './owner.ts'
import { assertInbox, requireInbox, requireManagedInbox, visibleInboxIds } from './policy.ts'
import { inboxResource } from './present.ts'
import { findInboxes } from './queries.ts'
import { Inbox, InboxChange, NewInbox } from './schema.ts'
import { grantInbox, updateInbox } from './update.ts'

export interface InboxDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const tags = ['Inboxes']
const Params = Type.Object({ inbox_id: Type.String() })

export function inboxRoutes(app: App, deps: InboxDeps): void {
  readRoutes(app, deps)
  createRoute(app, deps)
  changeRoute(app, deps)
}

function readRoutes(app: App, { db, urls }: InboxDeps): void {
  app.route({
    method: 'GET',
    url: '/inboxes',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-inboxes',
      summary: 'The inboxes the caller has',
      querystring: PageQuery,
      response: { 200: ListOf(Inbox) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const rows = await findInboxes(db, principal.companyId, await visibleInboxIds(db, principal))
      return wholeList(
        urls,
        request,
        rows.map((row) => inboxResource(row, principal.companyId, urls)),
      )
    },
  })
  app.route({
    method: 'GET',
    url: '/inboxes/:inbox_id',
    config: { access: ['teammate', 'api_token'] },
    schema: { tags, operationId: 'get-inbox', summary: 'One inbox', params: Params, response: { 200: Inbox } },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const row = await requireInbox(db, principal, request.params.inbox_id)
      return inboxResource(row, principal.companyId, urls)
    },
  })
}

function createRoute(app: App, deps: InboxDeps): void {
  app.route({
    method: 'POST',
    url: '/inboxes',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'create-inbox',
      summary: 'Make an inbox',
      description: 'Who makes an inbox that is not public has it too.',
      body: NewInbox,
      response: { 201: Inbox },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await makeInbox(deps, requirePrincipal(request), request.body)),
  })
}

/** Makes an inbox of the company's team. Throws invalid_body when one of its teammates is none. */
export async function makeInbox({ db, bus, urls }: InboxDeps, principal: Principal, body: NewInbox): Promise<Inbox> {
  const { teammate_ids: asked = [], is_public: isPublic = asked.length === 0 } = body
  const name = body.name.trim()
  const teammateIds = await requireTeammateNumbers(db, principal, asked)
  if (principal.kind === 'teammate') teammateIds.push(principal.teammateId)
  const id = await createInbox(db, bus, actorOf(principal), {
    name,
    isPublic,
    teammateIds: isPublic ? [] : teammateIds,
  })
  const row = { id, name, is_public: isPublic, team_id: firstTeam, remote_images: 'ask' as const }
  return inboxResource(row, principal.companyId, urls)
}

function changeRoute(app: App, { db, bus }: InboxDeps): void {
  app.route({
    method: 'PATCH',
    url: '/inboxes/:inbox_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'update-inbox',
      summary: 'Rename an inbox, or change who has it and whether it shows images from elsewhere',
      description:
        'Who makes an inbox not public keeps it; others need to be given it before (POST /inboxes/{id}/teammates), or its conversations are unassigned from them.',
      params: Params,
      body: InboxChange,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const inboxId = await requireManagedInbox(db, principal, request.params.inbox_id)
      const { name, is_public, remote_images } = request.body
      const actor = actorOf(principal)
      if (is_public === false && principal.kind === 'teammate') {
        await assertInbox(db, principal, inboxId)
        await grantInbox(db, bus, actor, inboxId, [principal.teammateId])
      }
      await updateInbox(db, bus, actor, inboxId, {
        name: name?.trim(),
        isPublic: is_public,
        remoteImages: remote_images,
      })
      return reply.code(204).send()
    },
  })
}
