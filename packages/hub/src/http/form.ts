import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { ApiError } from './api-error.ts'
import { FormFields } from './form-fields.ts'

const kib = 1024
const mib = 1024 * kib

/** The files of a request in all: 25 MB, as Front has it, in the larger reading of the word. */
export const maxFileBytes = 25 * mib
/** The texts of a form, all of its fields together. */
const maxFieldBytes = mib
/** With the texts, and the lines between the parts. */
export const maxFormBytes = maxFileBytes + maxFieldBytes

const maxFields = 50
const maxFiles = 10

/** A file whose bytes are still coming. */
export interface ArrivingFile {
  /** The name of its field. */
  field: string
  filename: string
  contentType: string
  bytes: Readable
}

type Fields = Record<string, unknown>

const isForm = /^multipart\/form-data\s*(?:;|$)/i

export function bringsForm({ headers }: IncomingMessage): boolean {
  return isForm.test(headers['content-type'] ?? '')
}

/**
 * Reads multipart/form-data: fields into memory, each file by `store` while it arrives, one after the other. Resolves when all are stored.
 * Throws invalid_form, invalid_body, body_too_large, request_timeout, and what `store` throws; then no `store` is under way any more.
 */
export function readForm(request: IncomingMessage, store: (file: ArrivingFile) => Promise<void>): Promise<Fields> {
  const reader = openReader(request)
  const fields = new FormFields()
  const storing: Promise<void>[] = []
  const count = { fields: 0, files: 0 }
  let fieldBytes = 0
  let current: Readable | undefined
  return new Promise((resolve, reject) => {
    let failure: unknown
    const fail = (error: unknown) => {
      if (failure !== undefined) return
      failure = error
      end()
      request.unpipe(reader)
      current?.destroy(error instanceof Error ? error : undefined)
      void Promise.allSettled(storing).then(() => reject(error))
    }
    const attempt = (work: () => void) => {
      try {
        if (failure === undefined) work()
      } catch (error) {
        fail(error)
      }
    }
    const ended = () => {
      if (!request.complete) fail(new ApiError('malformed_request', 'The connection ended before the body did.'))
    }
    const stopWatch = watchProgress(request, () => fail(new ApiError('request_timeout')))
    const end = () => {
      stopWatch()
      request.off('close', ended)
    }
    request.once('close', ended)
    request.on('error', () => ended())
    const readText = (name: string, bytes: Readable) => {
      const chunks: Buffer[] = []
      bytes.on('data', (chunk: Buffer) =>
        attempt(() => {
          fieldBytes += chunk.length
          if (fieldBytes > maxFieldBytes) throw new ApiError('body_too_large', textsTooLong)
          chunks.push(chunk)
        }),
      )
      bytes.on('end', () => attempt(() => fields.add(name, Buffer.concat(chunks))))
    }
    reader.on('file', (field: string | undefined, bytes, filename: string | undefined, _encoding, contentType) => {
      // a stream that fails and that nobody listens to would end the process
      bytes.on('error', () => {})
      if (failure !== undefined) return void bytes.resume()
      if (!field) return fail(new ApiError('invalid_form', undefined, ['body: a part has no name']))
      if (filename === undefined) {
        count.fields++
        if (count.fields > maxFields) return fail(tooMany(maxFields, 'fields'))
        return readText(field, bytes)
      }
      count.files++
      if (count.files > maxFiles) return fail(tooMany(maxFiles, 'files'))
      current = bytes
      storing.push(store({ field, filename, contentType, bytes }).catch(fail))
    })
    reader.on('partsLimit', () => fail(tooMany(maxFields, 'fields')))
    reader.on('error', () => fail(new ApiError('invalid_form')))
    reader.on('finish', () => {
      void Promise.all(storing).then(() => {
        if (failure !== undefined) return
        end()
        attempt(() => resolve(fields.value()))
      }, fail)
    })
    request.pipe(reader)
  })
}

const textsTooLong = 'The texts of a form have 1 MiB in all. Send less.'

function openReader(request: IncomingMessage) {
  const { 'content-type': type = '' } = request.headers
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': type },
      // texts too come as bytes: what is no UTF-8 is refused, and not repaired
      isPartAFile: () => true,
      limits: { parts: maxFields + maxFiles, headerPairs: 20, headerSize: 8 * kib },
    })
  } catch {
    throw new ApiError('invalid_form', undefined, ['header.content-type: names no boundary'])
  }
}

function tooMany(most: number, what: string): ApiError {
  return new ApiError('invalid_form', `A form may have ${most} ${what}.`, [`body: has more than ${most} ${what}`])
}

/** So long nothing may come; Node itself ends what takes longer in all. */
const silenceMs = 30_000

function watchProgress(request: IncomingMessage, stalled: () => void): () => void {
  const timer = setTimeout(stalled, silenceMs)
  const progressed = () => void timer.refresh()
  request.on('data', progressed)
  return () => {
    clearTimeout(timer)
    request.off('data', progressed)
  }
}
