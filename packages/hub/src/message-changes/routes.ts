import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { requireMessage } from '../messages/access.ts'
import { messageResource } from '../messages/present.ts'
import { Message } from '../messages/schema.ts'
import type { ChangeKind } from './kind.ts'
import { decideChanges } from './queries.ts'

interface ChangeRouteDeps {
  db: Database
  bus: Bus
  urls: Urls
  kinds: ChangeKind[]
}

const summaries = {
  retry: 'Send a change to the channel again that it refused',
  discard: 'Give up a change that the channel has not taken: the message stays as the customer has it',
}

/** What a person decides about a change that the channel did not take. */
export function messageChangeRoutes(app: App, deps: ChangeRouteDeps): void {
  for (const verb of ['retry', 'discard'] as const) decisionRoute(app, deps, verb)
}

function decisionRoute(app: App, { db, bus, urls, kinds }: ChangeRouteDeps, verb: 'retry' | 'discard'): void {
  app.route({
    method: 'POST',
    url: `/messages/:message_id/changes/:kind/${verb}`,
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Messages'],
      operationId: `${verb}-message-change`,
      summary: summaries[verb],
      params: Type.Object({ message_id: Type.String(), kind: Type.String() }),
      response: { 200: Message },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id } = await requireMessage(db, principal, request.params.message_id)
      const kind = kinds.find(({ name }) => name === request.params.kind)
      if (!kind) throw new ApiError('not_found')
      const decided = await db.transaction(async (tx) => {
        const changes = await decideChanges(tx, { companyId, messageId: id, kind: kind.name }, verb, actorOf(principal))
        if (verb === 'discard') for (const change of changes) await kind.settled?.(tx, change, 'dropped')
        return changes.length
      })
      if (decided === 0) throw new ApiError('change_not_in_state')
      bus.eventsCommitted(companyId)
      if (verb === 'retry') bus.messageChangeQueued()
      const message = await requireMessage(db, principal, request.params.message_id)
      return messageResource(message, companyId, urls, { showsAdditions: true })
    },
  })
}
