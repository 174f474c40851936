import { useSyncExternalStore } from 'react'
import { isTemporary } from '../api/errors.ts'
import { queryClient } from '../api/query-client.ts'
import { request } from '../api/request.ts'
import { draftAt } from '../drafts/drafts.ts'
import { type DraftKey, draftName } from '../drafts/storage.ts'
import { items } from '../outbox/items.ts'
import { useOutbox } from '../outbox/outbox.ts'
import { randomKey } from '../outbox/random-key.ts'
import { withTabLock } from '../outbox/tab-lock.ts'
import { myId } from '../session/session.ts'
import { postFile } from './post-file.ts'
import { type StoredFile, uploadFiles } from './upload-files.ts'
import { giveToReply, isOfReply } from './waiting-files.ts'

/** A file that is uploaded to the hub; then it becomes part of the draft, or of the reply that was sent with it meanwhile. */
export interface Upload extends StoredFile {
  /** `not_reached`: the connection failed, and the upload is tried again. `refused`: by the hub, with `problem`. */
  state: 'queued' | 'uploading' | 'not_reached' | 'refused'
  /** 0 to 1. */
  progress: number
  /** The hub's sentence. */
  problem: string | null
  /** Whether it is stored on this device; otherwise it is lost with the page. */
  isKept: boolean
}

const retryMs = 5_000

let all: readonly Upload[] = []
const listeners = new Set<() => void>()
const controllers = new Map<string, AbortController>()
/** The drafts whose files are being uploaded: one file after the other, so that they keep the order in which they were attached. */
const busy = new Set<string>()

function show(next: readonly Upload[]): void {
  all = next
  for (const listener of listeners) listener()
}

function alter(key: string, change: Partial<Upload>): void {
  show(all.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)))
}

const drop = (key: string) => show(all.filter((upload) => upload.key !== key))
const isHere = (key: string) => all.some((upload) => upload.key === key)

const untried = { state: 'queued', progress: 0, problem: null } as const

const fileOf = ({ key, teammateId, draftKey, name, type, bytes, addedAt }: Upload): StoredFile => {
  return { key, teammateId, draftKey, name, type, bytes, addedAt }
}

/** Whether it was cancelled, or another tab uploaded or cancelled it. */
async function isGone({ key, isKept }: Upload): Promise<boolean> {
  return !isHere(key) || (isKept && !(await uploadFiles.has(key)))
}

export const uploads = {
  async add(draftKey: DraftKey, files: File[]): Promise<void> {
    const begun = files.map((bytes, index): Upload => {
      const { name, type } = bytes
      const key = randomKey()
      const file = {
        key,
        teammateId: myId(queryClient),
        draftKey,
        name,
        type,
        bytes,
        addedAt: Date.now() + index / 1000,
      }
      return { ...file, ...untried, isKept: false }
    })
    show([...all, ...begun])
    for (const upload of begun) alter(upload.key, { isKept: await uploadFiles.put(fileOf(upload)) })
    void work(draftKey)
  },

  /** Continues the uploads of earlier visits and of closed tabs. */
  async resume(draftKey: DraftKey): Promise<void> {
    const stored = await uploadFiles.of(myId(queryClient))
    items.read()
    const left = stored.filter((file) => isOf(file, draftKey) && !isHere(file.key))
    if (left.length > 0) show([...all, ...left.map(begin)])
    void work(draftKey)
  },

  /** Uploads a file of a reply that waits for it, and throws when that failed. False: its bytes are not here. */
  async finish(key: string): Promise<boolean> {
    const stored = isHere(key) ? null : await uploadFiles.get(key)
    if (stored && !isHere(key)) show([...all, begin(stored)])
    if (!isHere(key)) return false
    const error = await withTabLock(`portico-upload-${key}`, () => send(key))
    if (error) throw error
    return true
  },

  /** Takes the bytes of a file that was chosen again. */
  async replace(key: string, draftKey: DraftKey, bytes: File): Promise<void> {
    const { name, type } = bytes
    const file = { key, teammateId: myId(queryClient), draftKey, name, type, bytes, addedAt: Date.now() }
    drop(key)
    show([...all, { ...begin(file), isKept: await uploadFiles.put(file) }])
  },

  retry({ key, draftKey }: Upload): void {
    alter(key, untried)
    void work(draftKey)
  },

  /** Removes an upload and aborts its request; a file that the hub has by then is deleted there. */
  cancel({ key, draftKey }: Pick<Upload, 'key' | 'draftKey'>): void {
    void uploadFiles.remove(key)
    drop(key)
    controllers.get(key)?.abort()
    void work(draftKey)
  },

  of: (draftKey: DraftKey): readonly Upload[] => all.filter((upload) => isOf(upload, draftKey)),
}

const begin = (file: StoredFile): Upload => ({ ...file, ...untried, isKept: true })

const isOf = (file: StoredFile, draftKey: DraftKey) =>
  draftName(file.draftKey) === draftName(draftKey) && !isOfReply(file.key)

async function work(draftKey: DraftKey): Promise<void> {
  const name = draftName(draftKey)
  if (busy.has(name)) return
  busy.add(name)
  try {
    for (let next = nextOf(draftKey); next; next = nextOf(draftKey)) {
      const { key } = next
      await withTabLock(`portico-upload-${key}`, () => send(key))
    }
  } finally {
    busy.delete(name)
  }
  if (uploads.of(draftKey).some(({ state }) => state === 'not_reached')) tryAgainLater(draftKey)
}

const nextOf = (draftKey: DraftKey) => uploads.of(draftKey).find(({ state }) => state === 'queued')

/** Returns the error with which the upload failed. */
async function send(key: string): Promise<unknown> {
  const upload = all.find((upload) => upload.key === key)
  if (!upload || (await isGone(upload))) return drop(key)
  const controller = new AbortController()
  controllers.set(key, controller)
  alter(key, { state: 'uploading', progress: 0 })
  try {
    const attachment = await postFile(upload, (progress) => alter(key, { progress }), controller.signal)
    if (await isGone(upload)) await request('DELETE', `/attachments/${attachment.id}`).catch(() => undefined)
    else if (!giveToReply(key, attachment)) attach(upload.draftKey, attachment)
    drop(key)
    await uploadFiles.remove(key)
  } catch (error) {
    if (!isHere(key)) return
    if (isTemporary(error)) alter(key, { state: 'not_reached', progress: 0 })
    else alter(key, { state: 'refused', progress: 0, problem: (error as Error).message })
    return error
  } finally {
    controllers.delete(key)
  }
}

function attach(draftKey: DraftKey, attachment: Awaited<ReturnType<typeof postFile>>): void {
  const draft = draftAt(draftKey)
  const { content } = draft.shown()
  draft.write({ content: { ...content, attachments: [...content.attachments, attachment] } })
  draft.saveSoon(0)
}

function tryAgainLater(draftKey: DraftKey): void {
  const again = () => {
    clearTimeout(timer)
    window.removeEventListener('online', again)
    const waiting = uploads.of(draftKey).filter(({ state }) => state === 'not_reached')
    for (const { key } of waiting) alter(key, { state: 'queued' })
    void work(draftKey)
  }
  const timer = setTimeout(again, retryMs)
  window.addEventListener('online', again)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useUploads(draftKey: DraftKey): Upload[] {
  const now = useSyncExternalStore(subscribe, () => all)
  useOutbox()
  return now.filter((upload) => isOf(upload, draftKey))
}

/** How far the upload of a file is in this tab, 0 to 1; null: it does not run here. */
export function useProgress(key: string): number | null {
  const upload = useSyncExternalStore(subscribe, () => all.find((upload) => upload.key === key))
  return upload?.state === 'uploading' ? upload.progress : null
}
