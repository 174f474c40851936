import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ApiError } from './api-error.ts'
import { type ArrivingFile, maxFileBytes, readForm } from './form.ts'
import { type Principal, requirePrincipal } from './principal.ts'

/** The files that may be attached; absent: those that every message may have. */
export interface FileRules {
  /** Of all files together. */
  maxBytes?: number
  /** `image/png`, `image/*`. */
  mediaTypes?: string[]
}

/** The limits of the files of one request, together. */
export interface Allowance extends FileRules {
  bytesLeft: number
}

/** A file of a request that is stored, and belongs to nothing yet. */
export interface ReceivedFile {
  id: number
  filename: string
  contentType: string
  sniffedType: string | null
  size: number
  /** Hex. */
  sha256: string
  /** Of a picture: how large it is seen. */
  pixels: { width: number; height: number } | null
}

/** Where the files of requests go; attachments/ registers itself here, in main.ts. */
export interface FileReceiver {
  receive(request: FastifyRequest, file: ArrivingFile, allowance: Allowance): Promise<ReceivedFile>
  /** Removes those that nobody uses. Never rejects. */
  discard(request: FastifyRequest, files: ReceivedFile[]): Promise<void>
}

/** A route that takes multipart/form-data. */
export interface FileRoute {
  /** Names of the fields that files come in, without the index; others are refused. */
  fields: string[]
  most?: number
  /** The limits of this route: read before the first byte is stored, and before the form's text fields are known. */
  rulesOf?(principal: Principal, params: Record<string, string>): Promise<FileRules>
}

declare module 'fastify' {
  interface FastifyContextConfig {
    takesFiles?: FileRoute
  }
  interface FastifyRequest {
    /** The files that came with it and that are not used yet. */
    files: ReceivedFile[]
    /** Its handler is at work: what it will use is not known yet. */
    usesFiles: boolean
  }
}

/** Reads forms on routes that take files. What is attached to nothing then, and was not kept (`keepFiles`), is removed, however the request ends. */
export function takeFiles(app: FastifyInstance, receiver: FileReceiver): void {
  app.decorateRequest('files')
  app.decorateRequest('usesFiles', false)
  app.addHook('onRequest', (request, _reply, done) => {
    request.files = []
    done()
  })
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest) => {
    const route = request.routeOptions.config.takesFiles
    if (!route) throw new ApiError('unsupported_media_type')
    const rules = (await route.rulesOf?.(requirePrincipal(request), Object(request.params))) ?? {}
    const allowance = { ...rules, bytesLeft: Math.min(rules.maxBytes ?? maxFileBytes, maxFileBytes) }
    const places: (ReceivedFile | undefined)[] = []
    const fields = await readForm(request.raw, async (file) => {
      const place = places.push(undefined) - 1
      requireExpected(route, place, file.field)
      places[place] = await receiver.receive(request, file, allowance)
    }).finally(() => {
      request.files = places.filter((file) => file !== undefined)
    })
    const schema = request.routeOptions.schema?.body as TSchema | undefined
    return schema ? Value.Convert(schema, fields) : fields
  })
  app.addHook('onResponse', async (request) => {
    if (!request.usesFiles) await discardLeft(request)
  })
  app.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.takesFiles) return
    const { handler } = route
    route.handler = async function (this: FastifyInstance, request, reply) {
      request.usesFiles = true
      try {
        return await handler.call(this, request, reply)
      } finally {
        request.usesFiles = false
        void discardLeft(request)
      }
    }
  })
  async function discardLeft(request: FastifyRequest): Promise<void> {
    const left = keepFiles(request)
    if (left.length > 0) await receiver.discard(request, left)
  }
}

/** The files of the request: from now on somebody else sees to them. */
export function keepFiles(request: FastifyRequest): ReceivedFile[] {
  // none where the request was refused before anybody looked
  const { files = [] } = request
  request.files = []
  return files
}

function requireExpected({ fields, most = Number.POSITIVE_INFINITY }: FileRoute, before: number, field: string): void {
  const name = field.replace(/\[\d{0,4}\]$/, '')
  if (!fields.includes(name)) {
    throw new ApiError('invalid_form', undefined, [`body.${field}: files are taken in ${fields.join(', ')}`])
  }
  if (before >= most) throw new ApiError('invalid_form', undefined, [`body.${field}: one file is taken here`])
}
