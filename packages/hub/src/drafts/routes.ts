import { publicId } from '@portico/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { requireTeammate } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { type DraftRow, deleteDraft, findDraft, saveDraft } from './queries.ts'

const Nullable = Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()])
const DraftBody = Type.Object({
  body: Type.String({ maxLength: 500_000 }),
  subject: Type.Optional(Nullable),
  channel_id: Type.Optional(Nullable),
  recipient: Type.Optional(Nullable),
})
type DraftBody = Static<typeof DraftBody>
const Draft = Type.Object({ ...DraftBody.properties, updated_at: Type.Number() })

const tags = ['Drafts']
type Where = { conversation_id?: string }

/** Drafts are ours: one per teammate and conversation, and one for a new message; private to their author. */
export function draftRoutes(app: FastifyInstance, { db }: { db: Database }): void {
  routesAt(app, db, '/conversations/:conversation_id/draft', 'of a conversation')
  routesAt(app, db, '/drafts/new', 'for a new message')
}

function routesAt(app: FastifyInstance, db: Database, url: string, what: string): void {
  const isReply = url.includes(':')
  const shared = { url, config: { access: ['teammate'] as const } }
  const schema = { tags, ...(isReply && { params: Type.Object({ conversation_id: Type.String() }) }) }
  const name = isReply ? 'conversation-draft' : 'new-draft'
  app.route({
    ...shared,
    method: 'GET',
    schema: { ...schema, operationId: `get-${name}`, summary: `My draft ${what}`, response: { 200: Draft } },
    handler: async (request: FastifyRequest<{ Params: Where }>, reply) => {
      const teammate = requireTeammate(request)
      const draft = await findDraft(db, teammate, await conversationOf(db, request))
      // having no draft is the usual case, and no error
      if (!draft) return reply.code(204).send()
      return present(draft, teammate.companyId)
    },
  })
  app.route({
    ...shared,
    method: 'PUT',
    schema: {
      ...schema,
      operationId: `save-${name}`,
      summary: `Save my draft ${what}`,
      body: DraftBody,
      response: { 200: Draft },
    },
    handler: async (request: FastifyRequest<{ Params: Where; Body: DraftBody }>) => {
      const teammate = requireTeammate(request)
      const { body, subject = null, channel_id, recipient = null } = request.body
      const draft = await saveDraft(db, teammate, {
        conversation_id: await conversationOf(db, request),
        channel_id: channel_id ? resourceNumber(teammate, 'cha', channel_id) : null,
        recipient,
        subject,
        body,
      })
      return present(draft, teammate.companyId)
    },
  })
  app.route({
    ...shared,
    method: 'DELETE',
    schema: { ...schema, operationId: `delete-${name}`, summary: `Throw my draft ${what} away` },
    handler: async (request: FastifyRequest<{ Params: Where }>, reply) => {
      await deleteDraft(db, requireTeammate(request), await conversationOf(db, request))
      return reply.code(204).send()
    },
  })
}

async function conversationOf(db: Database, request: FastifyRequest): Promise<number | null> {
  const { conversation_id } = request.params as Where
  if (conversation_id === undefined) return null
  return (await requireConversation(db, requireTeammate(request), conversation_id)).id
}

function present(draft: DraftRow, companyId: number) {
  return {
    body: draft.body,
    subject: draft.subject,
    channel_id: draft.channel_id === null ? null : publicId('cha', companyId, draft.channel_id),
    recipient: draft.recipient,
    updated_at: draft.updated_at.getTime() / 1000,
  }
}
