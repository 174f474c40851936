import { ApiError, isStatus, isTemporary } from '../api/errors.ts'
import type { DraftKey } from '../drafts/storage.ts'
import { items } from '../outbox/items.ts'
import { release } from '../outbox/outbox.ts'
import { uploads } from './uploads.ts'
import { alterFile, stillToUpload, type WaitingFile, type WithFiles, withFile } from './waiting-files.ts'

/** The files of a draft that are not uploaded yet, for the reply that is sent with them. */
export function waitingFilesOf(draftKey: DraftKey): WaitingFile[] {
  return uploads.of(draftKey).map(({ key, name, type, bytes }) => ({ key, name, type, size: bytes.size }))
}

/** Uploads the files of a reply one after the other. `held`: one of them cannot be uploaded, and its teammate has to decide. */
export async function uploadFilesOf(reply: WithFiles): Promise<'ready' | 'held'> {
  for (;;) {
    const current = items.find(reply)
    const [file] = current ? stillToUpload(current) : []
    if (!current || !file) return 'ready'
    if (file.problem !== undefined) return 'held'
    await uploadFile(current, file)
  }
}

async function uploadFile(reply: WithFiles, { key }: WaitingFile): Promise<void> {
  try {
    if (!(await uploads.finish(key))) await noteLost(reply, key)
  } catch (error) {
    if (!(error instanceof ApiError) || isTemporary(error) || isStatus(error, 401)) throw error
    alterFile(reply, key, { problem: error.message })
  }
}

/** The time until a write of another tab, which may have uploaded the file, is visible here. */
const otherTabMs = 150

async function noteLost(reply: WithFiles, key: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, otherTabMs))
  const current = items.find(reply)
  if (current && stillToUpload(current).some((file) => file.key === key)) alterFile(reply, key, { problem: null })
}

export function retryFile(reply: WithFiles, { key }: WaitingFile): void {
  release(reply, withFile(reply, key, { problem: undefined }))
}

/** Takes a file that was chosen again, in place of one whose bytes are gone. */
export async function replaceFile(reply: WithFiles, { key }: WaitingFile, bytes: File): Promise<void> {
  await uploads.replace(key, { conversationId: reply.conversationId }, bytes)
  const { name, type, size } = bytes
  release(reply, withFile(reply, key, { name, type, size, problem: undefined }))
}

export function leaveOutFile(reply: WithFiles, { key }: WaitingFile): void {
  const { uploads: files = [] } = items.find(reply) ?? reply
  release(reply, { uploads: files.filter((file) => file.key !== key) })
  uploads.cancel({ key, draftKey: { conversationId: reply.conversationId } })
}
