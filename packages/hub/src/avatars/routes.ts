import { randomBytes } from 'node:crypto'
import { parsePublicId } from '@portico/protocol'
import { Type } from 'typebox'
import { dropUnused, findAttachable } from '../attachments/queries.ts'
import { uploaderOf } from '../attachments/store.ts'
import { portraitOf } from '../attachments/thumbnails.ts'
import type { Database } from '../db/database.ts'
import { type Actor, actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import type { FileStorage } from '../file-storage/file-storage.ts'
import { ApiError } from '../http/api-error.ts'
import { Reference } from '../http/list-schema.ts'
import { requireTeammate, type TeammatePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import { requireTeammateRow } from '../teammates/queries.ts'
import { TeammateParams } from '../teammates/routes.ts'

interface AvatarDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
  storage: FileStorage
}

const tags = ['Teammates']
/** Of the picture in its URL. */
const pictureName = /^[0-9a-f]{32}$/

export function avatarRoutes(app: App, deps: AvatarDeps): void {
  changeRoutes(app, deps)
  pictureRoute(app, deps)
}

function changeRoutes(app: App, deps: AvatarDeps): void {
  app.route({
    method: 'PUT',
    url: '/teammates/:teammate_id/avatar',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'set-avatar',
      summary: 'Give a teammate a picture, from an upload of the caller: oneself, or an admin anybody',
      params: TeammateParams,
      body: Type.Object({ attachment_id: Reference('`fil_…`: JPEG, PNG, WebP or GIF') }),
    },
    handler: async (request, reply) => {
      const caller = requireTeammate(request)
      const teammateId = await changeable(deps.db, caller, request.params.teammate_id)
      const bytes = await uploadedPortrait(deps, caller, request.body.attachment_id)
      await setAvatar(deps, actorOf(caller), teammateId, { name: randomBytes(16).toString('hex'), bytes })
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'DELETE',
    url: '/teammates/:teammate_id/avatar',
    config: { access: ['teammate'] },
    schema: { tags, operationId: 'delete-avatar', summary: "Remove a teammate's picture", params: TeammateParams },
    handler: async (request, reply) => {
      const caller = requireTeammate(request)
      await setAvatar(deps, actorOf(caller), await changeable(deps.db, caller, request.params.teammate_id), null)
      return reply.code(204).send()
    },
  })
}

/** Throws not_found, forbidden. */
async function changeable(db: Database, caller: TeammatePrincipal, text: string): Promise<number> {
  const { id } = await requireTeammateRow(db, caller, text)
  if (id === caller.teammateId || caller.isAdmin) return id
  throw new ApiError('forbidden', 'Only admins change the picture of somebody else.')
}

/** The upload is removed: of it only the square is kept. Throws invalid_body, overloaded, file_storage_unavailable. */
async function uploadedPortrait(
  { db, storage }: AvatarDeps,
  caller: TeammatePrincipal,
  attachmentId: string,
): Promise<Buffer> {
  const [file] = await findAttachable(db, uploaderOf(caller), [resourceNumber(caller, 'fil', attachmentId)])
  if (!file) throw new ApiError('invalid_body', undefined, ['body.attachment_id: is no upload of yours'])
  const bytes = await portraitOf(storage, caller.companyId, file)
  if (!bytes) {
    throw new ApiError('invalid_body', 'This picture cannot be read. Choose a JPEG, PNG, WebP or GIF.', [
      'body.attachment_id: is not a picture that can be shown',
    ])
  }
  await dropUnused(db, caller.companyId, [file.id])
  return bytes
}

async function setAvatar(
  { db, bus }: AvatarDeps,
  { companyId, kind, id }: Actor,
  teammateId: number,
  picture: { name: string; bytes: Buffer } | null,
): Promise<void> {
  const [row] = await db.query<{ outcome: 'changed' | 'no_teammate' }>(
    'set_avatar',
    'select set_avatar($1, $2, $3, $4, $5, $6) as outcome',
    [companyId, teammateId, picture?.name ?? null, picture?.bytes ?? null, kind, id],
  )
  if (row?.outcome !== 'changed') throw new ApiError('not_found')
  bus.eventsCommitted(companyId)
}

/** For everybody who has the URL, without a token: customers' apps show it. */
function pictureRoute(app: App, { db }: AvatarDeps): void {
  app.route({
    method: 'GET',
    url: '/teammates/:teammate_id/avatar/:name',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'get-avatar',
      summary: 'A picture of a teammate, by the URL that only those know who were given it',
      params: Type.Object({ teammate_id: Type.String(), name: Type.String() }),
    },
    handler: async (request, reply) => {
      const bytes = await findPicture(db, request.params.teammate_id, request.params.name)
      if (!bytes) throw new ApiError('not_found', 'There is no such picture, or not any more.')
      reply
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('cache-control', 'public, max-age=3600')
      return reply
        .type('image/webp')
        .serializer((picture: unknown) => picture as string)
        .send(bytes)
    },
  })
}

async function findPicture(db: Database, teammate: string, name: string): Promise<Buffer | undefined> {
  const id = parsePublicId('tea', teammate)
  if (!id || !pictureName.test(name)) return undefined
  const [row] = await db.query<{ bytes: Buffer }>(
    'find_avatar',
    `select a.bytes from avatars a join teammates t on t.company_id = a.company_id and t.id = a.teammate_id
     where a.company_id = $1 and a.teammate_id = $2 and a.name = $3 and t.removed_at is null`,
    [id.companyId, id.number, name],
  )
  return row?.bytes
}
