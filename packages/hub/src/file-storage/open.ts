import type { FileStorageSettings } from '../settings/file-storage.ts'
import type { FileStorage } from './file-storage.ts'
import { storageOnDisk } from './on-disk.ts'

/** The storage of the settings. The library of S3 is loaded where it is used. */
export async function openFileStorage(settings: FileStorageSettings): Promise<FileStorage> {
  if (settings.kind === 'disk') return storageOnDisk(settings.directory)
  const { storageOnS3 } = await import('./on-s3.ts')
  return storageOnS3(settings)
}
