import type { Database } from '../db/database.ts'
import type { Size } from '../pictures/pictures.ts'

type Reader = Pick<Database, 'query'>

export type OwnerKind = 'message' | 'draft' | 'comment' | 'call'

/** The facts of a file, as a JSON column of its owner's rows has them. */
export interface FileFacts {
  id: number
  filename: string
  content_type: string
  sniffed_type: string | null
  size: number
  is_inline: boolean
  cid: string | null
  /** Pixels of a picture as it is seen; null: unknown, or no picture. */
  width: number | null
  height: number | null
}

export interface AttachmentRow extends FileFacts {
  storage_key: string
  /** Hex. */
  sha256: string
  uploader_kind: Uploader['kind']
  uploader_id: number
  owner_kind: OwnerKind | null
  owner_id: number | null
}

/** The owner of a file until it is used. */
export interface Uploader {
  companyId: number
  kind: 'teammate' | 'api_token' | 'channel'
  id: number
}

/** The files of an owner, as SQL: JSON of FileFacts[], or null. */
export const filesColumn = (kind: OwnerKind, company: string, owner: string) => `(
    select json_agg(json_build_object('id', a.id, 'filename', a.filename, 'content_type', a.content_type, 'sniffed_type', a.sniffed_type,
      'size', a.size, 'is_inline', a.is_inline, 'cid', a.cid, 'width', a.width, 'height', a.height) order by a.position, a.id)
    from attachments a where a.company_id = ${company} and a.owner_kind = '${kind}' and a.owner_id = ${owner})`

const columns = `a.id, a.filename, a.content_type, a.sniffed_type, a.size, a.is_inline, a.cid, a.width, a.height, a.storage_key,
  encode(a.sha256, 'hex') as sha256, a.uploader_kind, a.uploader_id, a.owner_kind, a.owner_id`

/** One whose bytes are all there, and that is not about to be removed. */
export async function findAttachment(db: Reader, companyId: number, id: number): Promise<AttachmentRow | undefined> {
  const [row] = await db.query<AttachmentRow>(
    'find_attachment',
    `select ${columns} from attachments a
     where a.company_id = $1 and a.id = $2 and a.size is not null and (a.expires_at is null or a.expires_at > now())`,
    [companyId, id],
  )
  return row
}

/** Those of these files that the caller may attach to something. */
export function findAttachable(db: Reader, { companyId, kind, id }: Uploader, ids: number[]): Promise<AttachmentRow[]> {
  return db.query<AttachmentRow>(
    'find_attachable',
    `select ${columns} from attachable_files($1, $2, $3, $4) a order by array_position($2, a.id)`,
    [companyId, ids, kind, id],
  )
}

export async function beginAttachment(
  db: Reader,
  { companyId, kind, id }: Uploader,
  file: { storageKey: string; filename: string; contentType: string },
): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    'begin_attachment',
    'select begin_attachment($1, $2, $3, $4, $5, $6) as id',
    [companyId, file.storageKey, file.filename, file.contentType, kind, id],
  )
  if (!row) throw new Error('begin_attachment answered nothing')
  return row.id
}

export async function finishAttachment(
  db: Reader,
  companyId: number,
  id: number,
  {
    size,
    sha256,
    sniffedType,
    pixels,
  }: { size: number; sha256: string; sniffedType: string | null; pixels: Size | null },
): Promise<void> {
  await db.query(
    'finish_attachment',
    `update attachments set size = $3, sha256 = decode($4, 'hex'), sniffed_type = $5, width = $6, height = $7
     where company_id = $1 and id = $2 and owner_kind is null`,
    [companyId, id, size, sha256, sniffedType, pixels?.width ?? null, pixels?.height ?? null],
  )
}

export async function markInline(db: Reader, companyId: number, id: number, cid: string | null): Promise<void> {
  await db.query(
    'mark_inline_attachment',
    'update attachments set is_inline = true, cid = $3 where company_id = $1 and id = $2',
    [companyId, id, cid],
  )
}

/** Removes those that nobody uses; the number of them. */
export async function dropUnused(db: Reader, companyId: number, ids: number[]): Promise<number> {
  const [row] = await db.query<{ dropped: number }>(
    'drop_unused_attachments',
    'select drop_unused_attachments($1, $2) as dropped',
    [companyId, ids],
  )
  return row?.dropped ?? 0
}

/** Files whose time is over, the oldest first. They are taken: another hub leaves them. */
export function takeExpired(tx: Reader, companyId: number, limit: number) {
  return tx.query<{ id: number; storage_key: string }>(
    'take_expired_attachments',
    `select id, storage_key from attachments where company_id = $1 and expires_at <= now()
     order by expires_at limit $2 for update skip locked`,
    [companyId, limit],
  )
}

export async function deleteRows(tx: Reader, companyId: number, ids: number[]): Promise<void> {
  await tx.query('delete_attachments', 'delete from attachments where company_id = $1 and id = any($2::bigint[])', [
    companyId,
    ids,
  ])
}

/** When the next is over. */
export async function scheduleNextExpiry(tx: Reader, companyId: number): Promise<void> {
  await tx.query(
    'schedule_attachments',
    `select schedule_timer($1, 'attachments', 0, min(expires_at)) from attachments
     where company_id = $1 and expires_at is not null having count(*) > 0`,
    [companyId],
  )
}
