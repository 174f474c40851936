import type { DraftKey } from '../drafts/storage.ts'

/** A file that was attached and is not uploaded yet, stored on this device so that a reload does not lose it. */
export interface StoredFile {
  key: string
  teammateId: string
  draftKey: DraftKey
  name: string
  type: string
  bytes: Blob
  addedAt: number
}

const storeName = 'files'
let opening: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('portico-uploads', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opening
}

async function ask<Result>(mode: IDBTransactionMode, question: (store: IDBObjectStore) => IDBRequest<Result>) {
  const database = await open()
  return new Promise<Result>((resolve, reject) => {
    const request = question(database.transaction(storeName, mode).objectStore(storeName))
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Files in IndexedDB. Nothing here throws: in a browser without storage a file lasts as long as the page. */
export const uploadFiles = {
  /** Returns whether it was stored. */
  put: (file: StoredFile): Promise<boolean> =>
    ask('readwrite', (store) => store.put(file)).then(
      () => true,
      () => false,
    ),

  remove: (key: string): Promise<void> =>
    ask('readwrite', (store) => store.delete(key)).then(
      () => undefined,
      () => undefined,
    ),

  /** Null: it is not stored here, or not any more. */
  get: (key: string): Promise<StoredFile | null> =>
    ask<StoredFile | undefined>('readonly', (store) => store.get(key)).then(
      (file) => file ?? null,
      () => null,
    ),

  has: (key: string): Promise<boolean> =>
    ask('readonly', (store) => store.count(key)).then(
      (count) => count > 0,
      () => true,
    ),

  /** In the order in which they were attached. */
  async of(teammateId: string): Promise<StoredFile[]> {
    const all = await ask<StoredFile[]>('readonly', (store) => store.getAll()).catch(() => [])
    const own = all.filter((file) => file.teammateId === teammateId)
    return own.sort((one, other) => one.addedAt - other.addedAt)
  },
}
