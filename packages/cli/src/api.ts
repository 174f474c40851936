import type { ErrorEnvelope } from '@portico/protocol'
import type { AnswerOf, BodyOf, Method, PathOf } from '@portico/protocol/operations'
import { setting } from './settings.ts'

/** The hub refused, or did not answer: the message says why. */
export class ApiProblem extends Error {
  readonly details: string[]

  constructor(message: string, details: string[]) {
    super(message)
    this.details = details
  }
}

/** Calls the hub at PORTICO_URL as PORTICO_TOKEN. Null for an answer without a body. Throws ApiProblem. */
export async function callHub<M extends Method, Path extends PathOf<M>>(
  method: M,
  path: Path,
  body?: BodyOf<M, Path>,
  headers: Record<string, string> = {},
): Promise<AnswerOf<M, Path>> {
  const token = setting('PORTICO_TOKEN')
  if (!token) throw new ApiProblem(noToken, [])
  const hub = (setting('PORTICO_URL') ?? 'http://127.0.0.1:4000').replace(/\/+$/, '')
  const response = await fetch(hub + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw new ApiProblem(`no hub answers at ${hub} (${causeOf(error)}). Start it, or set PORTICO_URL.`, [])
  })
  const text = await response.text()
  const answer = parse(text)
  if (response.ok && answer !== undefined) return answer as AnswerOf<M, Path>
  const { message, details } = (answer as Partial<ErrorEnvelope> | null | undefined)?._error ?? {}
  throw new ApiProblem(message ?? `${hub} answered ${response.status}; is it a Portico hub?`, details ?? [])
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
