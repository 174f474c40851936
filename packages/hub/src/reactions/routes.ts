import { Type } from 'typebox'
import { requireCapability } from '../channels/capability.ts'
import { findChannel } from '../channels/queries.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { requireTeammate } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { refusalOfChange } from '../message-changes/refusals.ts'
import { requireMessage } from '../messages/access.ts'
import { emojiOf } from './emoji.ts'
import { tooMany } from './report.ts'

interface ReactionDeps {
  db: Database
  bus: Bus
}

/** A teammate's own reactions. An API token is nobody who could react. */
export function reactionRoutes(app: App, deps: ReactionDeps): void {
  reactionRoute(app, deps, { method: 'PUT', isOn: true, id: 'add-message-reaction', summary: 'React to a message' })
  reactionRoute(app, deps, { method: 'DELETE', isOn: false, id: 'remove-message-reaction', summary: 'Take it back' })
}

type Outcome = 'changed' | 'unchanged' | 'no_message' | 'removed' | 'not_sent' | 'in_trash' | 'too_many'

interface Verb {
  method: 'PUT' | 'DELETE'
  isOn: boolean
  id: string
  summary: string
}

function reactionRoute(app: App, { db, bus }: ReactionDeps, { method, isOn, id, summary }: Verb): void {
  app.route({
    method,
    url: '/messages/:message_id/reactions/:emoji',
    config: { access: ['teammate'] },
    schema: {
      tags: ['Messages'],
      operationId: id,
      summary,
      params: Type.Object({ message_id: Type.String(), emoji: Type.String({ description: 'One emoji' }) }),
    },
    handler: async (request, reply) => {
      const teammate = requireTeammate(request)
      const message = await requireMessage(db, teammate, request.params.message_id)
      const emoji = emojiOf(request.params.emoji)
      if (emoji === null) throw new ApiError('invalid_body', undefined, ['path.emoji: is not one emoji'])
      const channel = await findChannel(db, teammate.companyId, message.channel_id)
      if (!channel) throw new ApiError('channel_deleted')
      requireCapability(channel, 'reactions')
      const actor = actorOf(teammate)
      const [row] = await db.query<{ outcome: Outcome }>(
        'react',
        'select react($1, $2, $3, $4, $5, $6, $7) as outcome',
        [teammate.companyId, message.id, teammate.teammateId, emoji, isOn, actor.kind, actor.id],
      )
      refuse(row?.outcome)
      if (row?.outcome === 'changed') {
        bus.messageChangeQueued()
        bus.eventsCommitted(teammate.companyId)
      }
      return reply.code(204).send()
    },
  })
}

function refuse(outcome: Outcome | undefined): void {
  if (outcome === 'changed' || outcome === 'unchanged') return
  if (outcome === 'in_trash') throw new ApiError('conversation_in_trash')
  throw outcome === 'too_many' ? tooMany() : refusalOfChange(outcome)
}
