import { Readable } from 'node:stream'
import { DeleteObjectsCommand, GetObjectCommand, S3Client, type S3ServiceException } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { S3Settings } from '../settings/file-storage.ts'
import { FileMissing, type FileStorage, FileStorageUnavailable } from './file-storage.ts'

/** The least that S3 takes as a part; so much of a file is in memory at once, twice. */
const PART_BYTES = 5 * 1024 * 1024

/** Files as objects of a bucket. Who we are is in the environment, as the SDK reads it. */
export function storageOnS3({ bucket, prefix, region, endpoint }: S3Settings): FileStorage {
  const client = new S3Client({
    region,
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    // checksums that not every S3 knows are sent only where they must be
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000 },
  })
  const keyOf = (key: string) => prefix + key
  return {
    async write(key, bytes) {
      const source = new Source(bytes)
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key: keyOf(key), Body: Readable.from(source) },
        partSize: PART_BYTES,
        queueSize: 1,
        leavePartsOnError: false,
      })
      // not every S3 takes back the parts of an upload that failed: why it failed is what counts
      await upload.done().catch((error) => {
        throw source.failure ?? asFailure(error)
      })
    },
    async read(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`
      const { Body } = await client
        .send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(key), Range }))
        .catch(asFailure)
      return Body as Readable
    },
    async remove(keys) {
      if (keys.length === 0) return
      const Objects = keys.map((key) => ({ Key: keyOf(key) }))
      const { Errors = [] } = await client
        .send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }))
        .catch(asFailure)
      const [failed] = Errors
      if (failed) throw new FileStorageUnavailable(`S3 did not remove ${failed.Key}: ${failed.Code}`)
    },
  }
}

/** Bytes, and what ended them before their end. */
class Source {
  readonly #bytes: AsyncIterable<Buffer>
  failure: unknown

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#bytes = bytes
  }

  async *[Symbol.asyncIterator]() {
    try {
      yield* this.#bytes
    } catch (error) {
      this.failure = error
      throw error
    }
  }
}

/** Errors of S3 and of the network are errors of the storage. */
function asFailure(error: unknown): never {
  const { name = '', $metadata, code } = error as Partial<S3ServiceException> & { code?: string }
  if (name === 'NoSuchKey' || $metadata?.httpStatusCode === 404)
    throw new FileMissing('the object is not there', { cause: error })
  const isOfStorage =
    $metadata !== undefined || (code !== undefined && /^E[A-Z]+$/.test(code)) || /Timeout|Credentials/.test(name)
  if (isOfStorage) throw new FileStorageUnavailable(`S3 fails: ${name || code}`, { cause: error })
  throw error
}
