import { Accepted } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import { assertInbox } from '../inboxes/policy.ts'
import { filesOfMessages, requireContent } from '../messages/files.ts'
import type { Receiver } from '../messages/receive.ts'
import { importMessage } from './import.ts'
import { ImportedMessage } from './schema.ts'

interface ImportedMessageDeps {
  db: Database
  bus: Bus
  receiver: Pick<Receiver, 'receive'>
}

/** Front's import of single messages. Whole histories come by the routes of history/. */
export function importedMessageRoute(app: App, deps: ImportedMessageDeps): void {
  app.route({
    method: 'POST',
    url: '/inboxes/:inbox_id/imported_messages',
    config: { access: ['api_token'], takesFiles: filesOfMessages },
    schema: {
      tags: ['Messages'],
      operationId: 'import-inbox-message',
      summary: 'Store a message that no channel brought: history, or the form of a website',
      params: Type.Object({ inbox_id: Type.String() }),
      body: ImportedMessage,
      response: { 202: Accepted },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      if (principal.kind !== 'api_token') throw new Error('the route takes API tokens')
      const inboxId = resourceNumber(principal, 'inb', request.params.inbox_id)
      await assertInbox(deps.db, principal, inboxId)
      requireContent(request.body.body, request.files.length)
      const uid = await importMessage(deps, principal, inboxId, request.body, request.files)
      return reply.code(202).send({ status: 'accepted', message_uid: uid })
    },
  })
}
