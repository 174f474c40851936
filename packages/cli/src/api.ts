import type { ErrorEnvelope } from '@portico/protocol'
import type { AnswerOf, BodyOf, Method, PathOf } from '@portico/protocol/operations'
import { setting } from './settings.ts'

/** The hub refused, or did not answer: the message says why. */
export class ApiProblem extends Error {
  readonly details: string[]
  /** Of its answer; 0: there was none. */
  readonly status: number

  constructor(message: string, details: string[], status = 0) {
    super(message)
    this.details = details
    this.status = status
  }
}

/** Calls the hub at PORTICO_URL as PORTICO_TOKEN. Null for an answer without a body. Throws ApiProblem. */
export async function callHub<M extends Method, Path extends PathOf<M>>(
  method: M,
  path: Path,
  body?: BodyOf<M, Path>,
  headers: Record<string, string> = {},
): Promise<AnswerOf<M, Path>> {
  const response = await request(path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return (await answerOf(response)) as AnswerOf<M, Path>
}

/** The next page of a list, by the link of the one before. Throws ApiProblem. */
export async function callLink<M extends 'GET', Path extends PathOf<M>>(link: string): Promise<AnswerOf<M, Path>> {
  const { pathname, search } = new URL(link)
  return (await answerOf(await request(pathname + search, {}))) as AnswerOf<M, Path>
}

/** Uploads a file; its id. Throws ApiProblem. */
export async function uploadFile(file: File, fields: Record<string, string>): Promise<string> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('attachment', file)
  const answer = await answerOf(await request('/attachments', { method: 'POST', body }))
  return (answer as AnswerOf<'POST', '/attachments'>).id
}

/** The bytes of a file. Throws ApiProblem. */
export async function downloadFile(id: string): Promise<Buffer> {
  const response = await request(`/download/${segment(id)}`, {})
  if (!response.ok) await answerOf(response)
  return Buffer.from(await response.arrayBuffer())
}

async function request(path: string, init: RequestInit): Promise<Response> {
  const token = setting('PORTICO_TOKEN')
  if (!token) throw new ApiProblem(noToken, [])
  const hub = hubUrl()
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) }
  return fetch(hub + path, { ...init, headers }).catch((error: Error) => {
    throw new ApiProblem(`no hub answers at ${hub} (${causeOf(error)}). Start it, or set PORTICO_URL.`, [])
  })
}

const hubUrl = () => (setting('PORTICO_URL') ?? 'http://127.0.0.1:4000').replace(/\/+$/, '')

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text()
  const answer = parse(text)
  if (response.ok && answer !== undefined) return answer
  const { message, details } = (answer as Partial<ErrorEnvelope> | null | undefined)?._error ?? {}
  throw new ApiProblem(
    message ?? `${hubUrl()} answered ${response.status}; is it a Portico hub?`,
    details ?? [],
    response.status,
  )
}

const noToken =
  'PORTICO_TOKEN is not set. Settings, API tokens makes one; on the machine of the hub `npx @portico/cli token create --local` does.'

function causeOf(error: Error): string {
  const cause = error.cause as { code?: string; message?: string } | undefined
  return cause?.code ?? cause?.message ?? error.message
}

/** Null for an empty text, undefined for a text that is not JSON. */
function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An id or alias as one segment of a path. */
export const segment = encodeURIComponent
