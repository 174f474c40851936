import { isDeepStrictEqual } from 'node:util'
import { publicId } from '@portico/protocol'
import type { RichContent } from '@portico/protocol/rich-content'
import { Type } from 'typebox'
import { attachmentResource } from '../attachments/present.ts'
import { findAttachable } from '../attachments/queries.ts'
import { noSuchFile } from '../attachments/rules.ts'
import { uploaderOf } from '../attachments/store.ts'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { envelopeOf } from '../http/errors.ts'
import { requireTeammate, type TeammatePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { type App, Done } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { tidyLocation } from '../rich-content/stored.ts'
import { type DraftContent, type DraftRow, findDraft, findOtherDrafts, isEmpty, saveDraft } from './queries.ts'
import { Conflict, Draft, DraftBody } from './schema.ts'

interface DraftDeps {
  db: Database
  bus: Bus
  urls: Urls
}

const ReplyParams = Type.Object({ conversation_id: Type.String() })
const NewParams = Type.Object({})
const tags = ['Drafts']

/** Drafts are ours: one per teammate and conversation, and one for a new message; private to their author. */
export function draftRoutes(app: App, deps: DraftDeps): void {
  routesAt(app, deps, '/conversations/:conversation_id/draft', 'of a conversation')
  routesAt(app, deps, '/drafts/new', 'for a new message')
}

function routesAt(app: App, deps: DraftDeps, url: string, what: string): void {
  const { db } = deps
  const isReply = url.includes(':')
  const shared = { url, config: { access: ['teammate'] as const } }
  const schema = { tags, params: isReply ? ReplyParams : NewParams }
  const name = isReply ? 'conversation-draft' : 'new-draft'
  app.route({
    ...shared,
    method: 'GET',
    schema: { ...schema, operationId: `get-${name}`, summary: `My draft ${what}`, response: { 200: Draft, 204: Done } },
    handler: async (request, reply) => {
      const teammate = requireTeammate(request)
      const draft = await findDraft(db, teammate, await conversationOf(db, teammate, request.params))
      // having no draft is the usual case, and no error
      if (!draft || isEmpty(draft)) return reply.code(204).send()
      return present(draft, teammate.companyId, deps.urls)
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
      response: { 200: Draft, 409: Conflict },
    },
    handler: async (request, reply) => {
      const teammate = requireTeammate(request)
      const { body, subject = null, channel_id, recipient = null, set_aside = null, base_version = null } = request.body
      const asked: DraftContent = {
        ...(await filesOf(db, teammate, request.body.attachment_ids)),
        conversation_id: await conversationOf(db, teammate, request.params),
        channel_id: channel_id ? resourceNumber(teammate, 'cha', channel_id) : null,
        ...{ recipient, subject, body, set_aside },
        rich_content: contentOf(request.body),
      }
      const { draft, isCurrent } = await save(deps, teammate, asked, base_version)
      const shown = present(draft, teammate.companyId, deps.urls)
      if (isCurrent) return shown
      const conflict = envelopeOf(new ApiError('draft_conflict'), request.id)
      return reply.code(409).send({ ...conflict, draft: shown })
    },
  })
  app.route({
    ...shared,
    method: 'DELETE',
    schema: { ...schema, operationId: `delete-${name}`, summary: `Throw my draft ${what} away` },
    handler: async (request, reply) => {
      const teammate = requireTeammate(request)
      const empty = { channel_id: null, recipient: null, subject: null, body: '', set_aside: null, rich_content: null }
      const conversation_id = await conversationOf(db, teammate, request.params)
      await save(deps, teammate, { conversation_id, ...empty, fileIds: [] }, null)
      return reply.code(204).send()
    },
  })
}

/** Saves, and notifies the author's other tabs; or returns the current draft, which may have the same text. */
async function save(
  { db, bus }: DraftDeps,
  author: { companyId: number; teammateId: number },
  asked: DraftContent,
  base: number | null,
): Promise<{ draft: DraftRow; isCurrent: boolean }> {
  const { companyId, teammateId } = author
  const conversationId = asked.conversation_id
  const saved = await saveDraft(db, author, asked, base)
  if (saved) {
    bus.draftChanged({ companyId, teammateId, conversationId, version: saved.version })
    // a draft that lost a file to this one
    for (const other of await findOtherDrafts(db, author, conversationId, asked.fromDrafts ?? []))
      bus.draftChanged({ companyId, teammateId, conversationId: other.conversation_id, version: other.version })
    // a statement does not see the files that it has just given to the draft
    const draft = asked.fileIds === null ? saved : await findDraft(db, author, conversationId)
    return { draft: draft ?? saved, isCurrent: true }
  }
  const draft = await findDraft(db, author, conversationId)
  // deleted between the two reads, with its conversation
  if (!draft) throw new ApiError('not_found')
  return { draft, isCurrent: hasSameContent(draft, asked) }
}

const fields = ['channel_id', 'recipient', 'subject', 'body', 'set_aside'] as const

function hasSameContent(draft: DraftRow, asked: DraftContent): boolean {
  const files = draft.files?.map(({ id }) => id) ?? []
  const hasFiles = asked.fileIds === null || asked.fileIds.join() === files.join()
  return (
    hasFiles &&
    isDeepStrictEqual(draft.rich_content, asked.rich_content) &&
    fields.every((field) => (draft[field] || null) === (asked[field] || null))
  )
}

function contentOf({ buttons = [], location }: DraftBody): RichContent | null {
  if (buttons.length === 0 && !location) return null
  return { ...(buttons.length > 0 && { buttons }), ...(location && { location: tidyLocation(location) }) }
}

/** Numbers of files that the author may attach. Throws invalid_body. */
async function filesOf(
  db: Database,
  teammate: TeammatePrincipal,
  asked: string[] | undefined,
): Promise<Pick<DraftContent, 'fileIds' | 'fromDrafts'>> {
  if (asked === undefined) return { fileIds: null }
  if (asked.length === 0) return { fileIds: [] }
  const ids = asked.map((id) => resourceNumber(teammate, 'fil', id))
  const files = await findAttachable(db, uploaderOf(teammate), ids)
  if (files.length < ids.length) throw noSuchFile()
  const fromDrafts = files.flatMap(({ owner_kind, owner_id }) => (owner_kind === 'draft' && owner_id ? [owner_id] : []))
  return { fileIds: ids, fromDrafts }
}

async function conversationOf(
  db: Database,
  teammate: TeammatePrincipal,
  { conversation_id }: { conversation_id?: string },
): Promise<number | null> {
  if (conversation_id === undefined) return null
  return (await requireConversation(db, teammate, conversation_id)).id
}

function present(draft: DraftRow, companyId: number, urls: Urls): Draft {
  return {
    body: draft.body,
    subject: draft.subject,
    channel_id: draft.channel_id === null ? null : publicId('cha', companyId, draft.channel_id),
    recipient: draft.recipient,
    set_aside: draft.set_aside,
    attachments: (draft.files ?? []).map((file) => attachmentResource(file, companyId, urls)),
    buttons: draft.rich_content?.buttons ?? [],
    location: draft.rich_content?.location ?? null,
    version: draft.version,
    updated_at: draft.updated_at.getTime() / 1000,
  }
}
