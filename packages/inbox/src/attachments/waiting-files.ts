import type { Attachment } from '../api/types.ts'
import { type Item, items } from '../outbox/items.ts'

/** A file of a reply in the outbox that was not uploaded when the reply was sent. */
export interface WaitingFile {
  /** The key of its upload. */
  key: string
  name: string
  type: string
  size: number
  /** Absent until it is uploaded. */
  attachment?: Attachment
  /** Why it cannot be uploaded: the hub's sentence, or null when its bytes are gone. */
  problem?: string | null | undefined
}

/** An item of the outbox that has files, and perhaps some that are uploaded first. */
export interface WithFiles extends Item {
  attachments?: Attachment[]
  uploads?: WaitingFile[]
}

const holderOf = (key: string) =>
  items.all().find((item: WithFiles) => item.uploads?.some((file) => file.key === key)) as WithFiles | undefined

/** Whether a reply in the outbox has the file: then it is no file of the draft any more. */
export const isOfReply = (key: string): boolean => holderOf(key) !== undefined

/** Gives an uploaded file to the reply that waits for it. False: there is none. */
export function giveToReply(key: string, attachment: Attachment): boolean {
  items.read()
  const item = holderOf(key)
  if (item) alterFile(item, key, { attachment, problem: undefined })
  return item !== undefined
}

export function alterFile(item: WithFiles, key: string, change: Partial<WaitingFile>): void {
  items.alter(item, withFile(item, key, change))
}

/** The files of an item, one of them changed. */
export function withFile(item: WithFiles, key: string, change: Partial<WaitingFile>): Pick<WithFiles, 'uploads'> {
  const { uploads = [] } = items.find(item) ?? item
  return { uploads: uploads.map((file) => (file.key === key ? { ...file, ...change } : file)) }
}

/** The files that are still to be uploaded, in their order. */
export function stillToUpload(item: WithFiles): WaitingFile[] {
  return (item.uploads ?? []).filter(({ attachment }) => attachment === undefined)
}

/** The files that the hub has, in the order in which they were attached. */
export function attachmentsOf({ attachments = [], uploads = [] }: WithFiles): Attachment[] {
  return [...attachments, ...uploads.flatMap(({ attachment }) => attachment ?? [])]
}
