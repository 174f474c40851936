import type { AnswerOf, BodyOf, Method, PathOf, QueryOf } from '@portico/protocol/operations'
import { s } from '../strings/strings.ts'
import { noteHubTime } from './clock.ts'
import { ApiError, HubNotReached } from './errors.ts'
import type { ToTeammates } from './types.ts'

type AnyQuery = Record<string, string | number | undefined>

interface RequestOptions<Query = AnyQuery, Sent = unknown> {
  query?: Query
  body?: Sent
  idempotencyKey?: string
  /** Asks for the resource instead of a bare 202 or 204 (`Prefer: return=representation`). */
  representation?: boolean
  signal?: AbortSignal
  /** Lets the request outlive the page (read positions, last draft). */
  keepalive?: boolean
}

interface Answer<Body> {
  body: Body
  /** The number of the company's last event when the list was read; null when the response has none. */
  cursor: number | null
  /** Whether this teammate has a draft in the conversation of a timeline: `kept` or `none`. */
  draft: string | null
}

/** The query as it is in an address, where numbers are text. */
type Written<Query> = { [Name in keyof Query]: string extends Query[Name] ? Query[Name] | number : Query[Name] }

/** The response; with `representation` the resource, and a message with the fields for teammates. */
type Shown<Answer, Options> = ToTeammates<
  Options extends { representation: true } ? Extract<Answer, { id: string }> : Answer
>

/** Calls the hub with the browser's session. Throws ApiError (a refusal) or HubNotReached. */
export async function request<
  M extends Method,
  Path extends PathOf<M>,
  Options extends RequestOptions<Written<QueryOf<M, Path>>, BodyOf<M, Path>>,
>(method: M, path: Path, options?: Options): Promise<Answer<Shown<AnswerOf<M, Path>, Options>>>
export async function request(method: Method, path: string, options: RequestOptions = {}): Promise<Answer<unknown>> {
  const response = await reach(url(path, options.query), init(method, options))
  noteHubTime(response.headers.get('date'))
  if (!response.ok) throw await refusal(response)
  const cursor = response.headers.get('x-portico-cursor')
  const body = response.status === 204 ? undefined : await bodyOf(response, options.signal)
  const draft = response.headers.get('x-portico-draft')
  return { body, cursor: cursor === null ? null : Number(cursor), draft }
}

function init(method: Method, options: RequestOptions): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
  if (options.representation) headers.prefer = 'return=representation'
  const body = options.body === undefined ? undefined : JSON.stringify(options.body)
  return { method, headers, body, credentials: 'same-origin', signal: options.signal, keepalive: options.keepalive }
}

/** The raw response, also a stream. Throws HubNotReached. */
export async function reach(target: string, requestInit: RequestInit): Promise<Response> {
  try {
    return await fetch(target, requestInit)
  } catch (cause) {
    if (requestInit.signal?.aborted) throw cause
    throw new HubNotReached(s.errors.notReached, { cause })
  }
}

/** Parses a successful body: the page of a portal or a proxy is a 200 too, and the connection may end within the body. */
export async function bodyOf(response: Response, signal?: AbortSignal): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    if (signal?.aborted) throw cause
    if (!(cause instanceof SyntaxError)) throw new HubNotReached(s.errors.notReached, { cause })
    const { status } = response
    const message = s.errors.unreadable(status)
    throw new ApiError({ status, code: String(status), message, details: [], isForeign: true })
  }
}

function url(path: string, query: AnyQuery = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  if (given.length === 0) return path
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

/** The error of a response that is not ok. */
export async function refusal(response: Response): Promise<ApiError> {
  const envelope = await response.json().then(
    (body: { _error?: ErrorEnvelope }) => body._error,
    () => undefined,
  )
  return new ApiError({
    status: response.status,
    code: envelope?.code ?? String(response.status),
    message: envelope?.message ?? s.errors.unreadable(response.status),
    details: envelope?.details ?? [],
    isForeign: envelope === undefined,
  })
}

interface ErrorEnvelope {
  status: number
  code?: string
  title: string
  message: string
  details?: string[]
}
