import type { Database } from '../db/database.ts'
import { FileMissing, type FileStorage, FileStorageUnavailable } from '../file-storage/file-storage.ts'
import { ApiError } from '../http/api-error.ts'
import { pictureTypes, type Size, sizeOfPicture, squareOf, thumbnailOf } from '../pictures/pictures.ts'
import type { AttachmentRow } from './queries.ts'

interface ThumbnailDeps {
  db: Pick<Database, 'query'>
  storage: FileStorage
}

/** A decoder finds the size of a picture in its beginning, after EXIF data and colour profile. */
const headBytes = 256 * 1024

/** How large a stored picture is seen; null for what is none, or where nobody could look now. */
export async function measure(
  storage: FileStorage,
  companyId: number,
  file: { storageKey: string; size: number; sniffedType: string | null },
): Promise<Size | null> {
  if (!isPicture(file.sniffedType) || file.size === 0) return null
  const head = await bytesOf(storage, file.storageKey, Math.min(headBytes, file.size)).catch(() => null)
  return head && sizeOfPicture(companyId, head)
}

const isPicture = (sniffedType: string | null) => sniffedType !== null && pictureTypes.has(sniffedType)

const underway = new Map<string, Promise<Buffer | null>>()

/**
 * The thumbnail of a file; null where there is none: it is no picture, or one that cannot or must not be decoded. Made when it is
 * first asked for, because most files of a busy company are looked at by nobody, and stored: what could not be made is not tried
 * again. Throws overloaded, file_storage_unavailable, not_found.
 */
export function readThumbnail(deps: ThumbnailDeps, companyId: number, file: AttachmentRow): Promise<Buffer | null> {
  if (!isPicture(file.sniffed_type)) return Promise.resolve(null)
  const key = `${companyId} ${file.id}`
  const reading = underway.get(key) ?? storedOrMade(deps, companyId, file).finally(() => underway.delete(key))
  underway.set(key, reading)
  return reading
}

async function storedOrMade(
  { db, storage }: ThumbnailDeps,
  companyId: number,
  file: AttachmentRow,
): Promise<Buffer | null> {
  const [stored] = await db.query<{ bytes: Buffer | null }>(
    'find_thumbnail',
    'select bytes from thumbnails where company_id = $1 and attachment_id = $2',
    [companyId, file.id],
  )
  if (stored) return stored.bytes
  const bytes = await inTurn(() => make(storage, companyId, file))
  await db.query(
    'store_thumbnail',
    `insert into thumbnails (company_id, attachment_id, bytes)
     select company_id, id, $3 from attachments where company_id = $1 and id = $2 on conflict do nothing`,
    [companyId, file.id, bytes],
  )
  return bytes
}

/** A square of the picture, as WebP; null where it is none that can be decoded. Throws as readThumbnail does. */
export function portraitOf(storage: FileStorage, companyId: number, file: AttachmentRow): Promise<Buffer | null> {
  if (!isPicture(file.sniffed_type)) return Promise.resolve(null)
  return inTurn(() => make(storage, companyId, file, squareOf))
}

async function make(
  storage: FileStorage,
  companyId: number,
  file: AttachmentRow,
  draw = thumbnailOf,
): Promise<Buffer | null> {
  const original = await bytesOf(storage, file.storage_key).catch(asRefusal)
  const made = await draw(companyId, original).catch(() => {
    throw new ApiError('overloaded', 'Too many pictures wait for a thumbnail. Ask for this one again in a moment.')
  })
  return made && Buffer.from(made.bytes)
}

/** Originals that are in memory at a time; a thread full of photos asks for dozens at once. */
const atOnce = 4
let running = 0
const waiting: (() => void)[] = []

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running < atOnce) running++
  else await new Promise<void>((begin) => waiting.push(begin))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

function asRefusal(error: unknown): never {
  if (error instanceof FileStorageUnavailable) throw new ApiError('file_storage_unavailable')
  if (error instanceof FileMissing) throw new ApiError('not_found')
  throw error
}

async function bytesOf(storage: FileStorage, key: string, most?: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  const stream = await storage.read(key, most === undefined ? undefined : { start: 0, end: most - 1 })
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
