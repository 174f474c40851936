import { type SignatureOutcome, verify, verifyStandard } from '@portico/protocol/web'
import type { ErrorType, RefusalAnswer } from '@portico/protocol/wire'
import { ChannelError } from './channel-error.ts'
import { dispatch, type RequestBody } from './dispatch.ts'
import type { Download } from './files.ts'
import type { ChannelHandlers } from './handlers.ts'
import { BodyAlreadyRead, readBytes } from './read-bytes.ts'

export interface RequestContext {
  keys: readonly CryptoKey[]
  handlers: ChannelHandlers
  onError: (error: unknown) => unknown
  downloadFor: (channelId: string) => Download
}

const statuses: Record<ErrorType, number> = {
  bad_request: 400,
  authentication_required: 401,
  forbidden: 403,
  not_found: 404,
  request_timeout: 408,
  too_many_requests: 429,
  internal_error: 500,
}

/** Verifies a request over its raw bytes and responds to it. Never throws. */
export async function answerRequest(request: Request, context: RequestContext): Promise<Response> {
  try {
    return await verifyAndDispatch(request, context)
  } catch (error) {
    if (error instanceof ChannelError) return errorResponse(error)
    void report(context, error)
    return errorResponse(new ChannelError('internal_error', messageFor(error)))
  }
}

/** An `onError` that throws is logged; the hub gets its response nevertheless. */
async function report({ onError }: RequestContext, error: unknown): Promise<void> {
  try {
    await onError(error)
  } catch (failure) {
    console.error(failure)
  }
}

function messageFor(error: unknown): string {
  if (error instanceof BodyAlreadyRead) return error.message
  return "The channel's server failed. Its owner finds the reason in its log."
}

async function verifyAndDispatch(request: Request, { keys, handlers, downloadFor }: RequestContext): Promise<Response> {
  if (request.method !== 'POST' && request.method !== 'DELETE')
    return json(405, refusal('bad_request', 'Method not allowed. The hub sends only POST and DELETE.'), {
      allow: 'POST, DELETE',
    })
  const body = await readBytes(request).catch(undefinedOnReadError)
  if (body === undefined)
    return json(400, refusal('bad_request', 'The connection closed before the body was complete.'))
  if (body === null) return json(413, refusal('bad_request', 'The body is larger than 5 MiB.'))
  const outcome = await verifySignature(request, keys, body)
  if (!outcome.ok) throw new ChannelError('authentication_required', signatureErrorMessages[outcome.reason])
  const parsed = parse(body)
  if (!parsed) throw new ChannelError('bad_request', 'The body is not a JSON object.')
  const answer = await dispatch(parsed, request, handlers, downloadFor)
  return json(200, answer ?? refusal('bad_request', `This channel does not handle the type ${shown(parsed.type)}.`))
}

/** By Front's headers, or those of Standard Webhooks where a proxy has kept only them. */
function verifySignature(
  { headers }: Request,
  secrets: readonly CryptoKey[],
  body: Uint8Array,
): Promise<SignatureOutcome> {
  const signature = headers.get('x-front-signature')
  if (signature !== null || !headers.has('webhook-signature')) {
    return verify({ secrets, body, signature, timestamp: headers.get('x-front-request-timestamp') })
  }
  return verifyStandard({
    ...{ secrets, body, id: headers.get('webhook-id') },
    timestamp: headers.get('webhook-timestamp'),
    signature: headers.get('webhook-signature'),
  })
}

function undefinedOnReadError(error: unknown): undefined {
  if (error instanceof BodyAlreadyRead) throw error
}

const signatureErrorMessages: Record<(SignatureOutcome & { ok: false })['reason'], string> = {
  missing: 'The request is not signed. Only the hub may call this URL.',
  timestamp: 'X-Front-Request-Timestamp is not a whole number of milliseconds.',
  clock: "The clocks of the hub and of the channel's server differ by more than 5 minutes. Set them by NTP.",
  signature:
    "The signature does not match. Check that the channel's server has the current secret of the channel type.",
}

function shown(type: unknown): string {
  return (JSON.stringify(type) ?? 'undefined').slice(0, 100)
}

function parse(bytes: Uint8Array): RequestBody | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RequestBody) : null
  } catch {
    return null
  }
}

function errorResponse({ type, message, retryAfter }: ChannelError): Response {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(Math.max(0, Math.ceil(retryAfter))) }
  return json(statuses[type] ?? 500, refusal(type, message), headers)
}

function refusal(type: ErrorType, message: string): RefusalAnswer {
  return { type, message }
}

function json(status: number, answer: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(answer), { status, headers: { 'content-type': 'application/json', ...headers } })
}
