import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { FileStorage } from '../file-storage/file-storage.ts'
import { ApiError } from '../http/api-error.ts'
import { keepFiles } from '../http/files.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { type App, Done } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { sendFile } from './download.ts'
import { attachmentResource } from './present.ts'
import { type AttachmentRow, dropUnused, findAttachment, markInline, type OwnerKind } from './queries.ts'
import { Attachment, UploadFields } from './schema.ts'
import { uploaderOf } from './store.ts'
import { readThumbnail } from './thumbnails.ts'

/** Whether a caller may read what a file belongs to. Features register theirs in main.ts. */
type Owners = Partial<Record<OwnerKind, (principal: Principal, ownerId: number) => Promise<boolean>>>

export interface AttachmentDeps {
  db: Database
  urls: Urls
  storage: FileStorage
  owners: Owners
}

const tags = ['Attachments']

export function attachmentRoutes(app: App, deps: AttachmentDeps): void {
  uploadRoutes(app, deps)
  downloadRoute(app, deps)
  thumbnailRoute(app, deps)
}

function uploadRoutes(app: App, { db, urls }: AttachmentDeps): void {
  app.route({
    method: 'POST',
    url: '/attachments',
    config: {
      access: ['teammate', 'api_token'],
      commitsInGroups: true,
      takesFiles: { fields: ['attachment'], most: 1 },
    },
    schema: {
      tags,
      operationId: 'upload-attachment',
      summary: 'Upload a file, to name it in a draft or message. What is not used within a day is removed',
      consumes: ['multipart/form-data'],
      body: UploadFields,
      response: { 201: Attachment },
    },
    handler: async (request, reply) => {
      const { companyId } = requirePrincipal(request)
      const { is_inline = false, cid = null } = request.body
      if (cid !== null && !is_inline) throw new ApiError('invalid_body', undefined, ['body.cid: needs is_inline'])
      const [file] = request.files
      if (!file) throw new ApiError('invalid_form', 'The form has no file.', ['body.attachment: is missing'])
      if (is_inline) await markInline(db, companyId, file.id, cid)
      keepFiles(request)
      const { id, filename, contentType: content_type, sniffedType: sniffed_type, size, pixels } = file
      const { width, height } = pixels ?? { width: null, height: null }
      reply.code(201)
      return attachmentResource(
        { id, filename, content_type, sniffed_type, size, is_inline, cid, width, height },
        companyId,
        urls,
      )
    },
  })
  app.route({
    method: 'DELETE',
    url: '/attachments/:attachment_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'delete-attachment',
      summary: 'Remove an upload of mine that is attached to nothing',
      params: Type.Object({ attachment_id: Type.String() }),
      response: { 204: Done },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const file = await findAttachment(
        db,
        principal.companyId,
        resourceNumber(principal, 'fil', request.params.attachment_id),
      )
      if (!file || !isUploader(principal, file)) throw new ApiError('not_found')
      if ((await dropUnused(db, principal.companyId, [file.id])) === 0) {
        throw new ApiError('attachment_in_use')
      }
      return reply.code(204).send()
    },
  })
}

export const InlineQuery = Type.Object({
  inline: Type.Optional(
    Type.Enum(['', '1', 'true'], {
      description:
        'Portico extension. Pictures, sound and film (by their bytes: no HTML, SVG or PDF) come as what they are, to be shown',
    }),
  ),
})

function downloadRoute(app: App, deps: AttachmentDeps): void {
  const { db } = deps
  app.route({
    method: 'GET',
    url: '/download/:attachment_link_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'download-attachment',
      summary: 'The bytes of a file',
      params: Type.Object({ attachment_link_id: Type.String() }),
      querystring: InlineQuery,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const id = resourceNumber(principal, 'fil', request.params.attachment_link_id)
      const file = await findAttachment(db, principal.companyId, id)
      if (!file || !(await mayRead(deps, principal, file))) throw new ApiError('not_found')
      return sendFile(deps.storage, file, request, reply)
    },
  })
}

function thumbnailRoute(app: App, deps: AttachmentDeps): void {
  const { db } = deps
  app.route({
    method: 'GET',
    url: '/attachments/:attachment_id/thumbnail',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-attachment-thumbnail',
      summary: 'A small WebP of a picture, without its metadata',
      params: Type.Object({ attachment_id: Type.String() }),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const id = resourceNumber(principal, 'fil', request.params.attachment_id)
      const file = await findAttachment(db, principal.companyId, id)
      if (!file || !(await mayRead(deps, principal, file))) throw new ApiError('not_found')
      const thumbnail = await readThumbnail(deps, principal.companyId, file)
      if (!thumbnail) throw new ApiError('not_found', 'Of this file there is no thumbnail. Download the file itself.')
      reply
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cross-origin-resource-policy', 'same-origin')
        .header('cache-control', 'private, max-age=3600')
      return reply.type('image/webp').send(thumbnail)
    },
  })
}

/** A file that belongs to this very thing, which the caller may read. Throws not_found. */
export async function sendFileOf(
  { db, storage }: Pick<AttachmentDeps, 'db' | 'storage'>,
  owner: { kind: OwnerKind; id: number },
  text: string,
  request: FastifyRequest & { query: { inline?: string } },
  reply: FastifyReply,
) {
  const principal = requirePrincipal(request)
  const file = await findAttachment(db, principal.companyId, resourceNumber(principal, 'fil', text))
  if (file?.owner_kind !== owner.kind || file.owner_id !== owner.id) throw new ApiError('not_found')
  return sendFile(storage, file, request, reply)
}

async function mayRead({ owners }: AttachmentDeps, principal: Principal, file: AttachmentRow): Promise<boolean> {
  const { owner_kind, owner_id } = file
  if (owner_kind === null || owner_id === null) return isUploader(principal, file)
  return (await owners[owner_kind]?.(principal, owner_id)) ?? false
}

function isUploader(principal: Principal, file: AttachmentRow): boolean {
  const { kind, id } = uploaderOf(principal)
  return file.uploader_kind === kind && file.uploader_id === id
}
