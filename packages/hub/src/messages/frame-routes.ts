import { publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import { Type } from 'typebox'
import { isShownInline } from '../attachments/sniff.ts'
import { frameDocument, framedHtml, framePolicy } from '../bodies/frame.ts'
import { hasRemotePictures, type Places, withPictures } from '../bodies/pictures.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { remoteImagesOf } from '../inboxes/queries.ts'
import type { RemoteImages } from '../remote-images/remote-images.ts'
import { requireMessage } from './access.ts'
import type { MessageRow } from './queries.ts'

interface FrameDeps {
  db: Database
  remoteImages: RemoteImages
  log: Logger
}

const MessageParams = Type.Object({ message_id: Type.String() })
const tags = ['Messages']

/** Of one body: no newsletter has so many. */
const mostImages = 500

/** Routes of a message's HTML body and its remote images. */
export function frameRoutes(app: App, deps: FrameDeps): void {
  frameRoute(app, deps)
  remoteImageRoute(app, deps)
}

function frameRoute(app: App, { db, remoteImages }: FrameDeps): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id/frame',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'get-message-frame',
      summary: 'The HTML body of a message as a document for a sandboxed frame',
      params: MessageParams,
      querystring: Type.Object({
        remote_images: Type.Optional(
          Type.Boolean({ description: 'The reader asks for images from elsewhere. What the inbox says comes first' }),
        ),
      }),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const message = await requireMessage(db, principal, request.params.message_id)
      const html = await framedHtml(db, companyId, message)
      const id = publicId('msg', companyId, message.id)
      const choice = hasRemotePictures(html) ? await remoteImagesOf(db, companyId, message.conversation_id) : null
      const isShown = choice === 'always' || (choice === 'ask' && request.query.remote_images === true)
      let shown = 0
      const places: Places = {
        remote: (url) =>
          isShown && shown++ < mostImages ? addressOf(id, url, remoteImages.signatureOf(id, url)) : null,
        attached: (cid) => inlineAddressOf(companyId, message, cid),
      }
      const state = choice === null ? 'none' : isShown ? 'shown' : choice
      reply.header('content-security-policy', framePolicy).header('x-frame-options', 'SAMEORIGIN')
      return reply.type('text/html; charset=utf-8').send(frameDocument(withPictures(html, places), state))
    },
  })
}

/** A picture that came with the message under this name. */
function inlineAddressOf(companyId: number, { id, attachments }: MessageRow, cid: string): string | null {
  const file = attachments?.find((attachment) => attachment.is_inline && attachment.cid === cid)
  if (!file || !isShownInline(file.sniffed_type)) return null
  return `/messages/${publicId('msg', companyId, id)}/download/${publicId('fil', companyId, file.id)}?inline`
}

const addressOf = (messageId: string, url: string, signature: string) =>
  `/messages/${messageId}/remote_image?${new URLSearchParams({ url, signature })}`

function remoteImageRoute(app: App, { db, remoteImages, log }: FrameDeps): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id/remote_image',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'get-message-remote-image',
      summary: 'An image that the HTML body of a message loads from elsewhere, fetched by the hub',
      params: MessageParams,
      querystring: Type.Object({
        url: Type.Optional(Type.String({ maxLength: 2_000 })),
        signature: Type.Optional(
          Type.String({
            maxLength: 100,
            description: 'Made by the hub, for the images that it found in the message. Without one there is no image',
          }),
        ),
      }),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { url = '', signature = '' } = request.query
      const message = await requireMessage(db, principal, request.params.message_id)
      const id = publicId('msg', principal.companyId, message.id)
      if (!remoteImages.isSigned(id, url, signature)) throw new ApiError('not_found')
      const choice = await remoteImagesOf(db, principal.companyId, message.conversation_id)
      if (choice === 'never') throw new ApiError('forbidden', 'This inbox shows no images from elsewhere.')
      const { type, bytes } = await remoteImages.read(principal.companyId, url).catch((error) => {
        log.info({ request_id: request.id, reason: error.message }, 'a remote image was not loaded')
        throw new ApiError('not_found', "The image's server did not give an image.")
      })
      reply
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cross-origin-resource-policy', 'same-origin')
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, max-age=86400')
      return reply.type(type).send(bytes)
    },
  })
}
