import { HubRefusal, HubUnavailable } from './hub-error.ts'

export interface HubCall {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  /** A JSON text or a form; every attempt sends the same. */
  body: string | FormData
  /** Makes a new token for every attempt: tokens live 20 s. */
  token: () => Promise<string>
  /** Whether the JSON of a 2xx (undefined when it is empty) is the hub's acceptance: proxies answer 200 with pages of their own. */
  isAccepted: (answer: unknown) => boolean
  /** No attempt begins later than this after the first. */
  retryForMs: number
  signal?: AbortSignal
}

const attemptTimeoutMs = 15_000
/** Files may be large, and the line slow. */
const formTimeoutMs = 180_000
const firstPauseMs = 250
const longestPauseMs = 15_000

/** Calls the hub until it answers yes or no. Returns the JSON of a yes. Throws HubRefusal, HubUnavailable, or the signal's reason. */
export async function call(request: HubCall): Promise<unknown> {
  const deadline = Date.now() + request.retryForMs
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(request)
    if ('answer' in outcome) return outcome.answer
    const pause = outcome.retryAfterMs === undefined ? backOff(attempt) : Math.max(firstPauseMs, outcome.retryAfterMs)
    if (Date.now() + pause > deadline) throw new HubUnavailable(attempt, outcome)
    await sleep(pause, request.signal)
  }
}

interface Unavailable {
  status?: number
  retryAfterMs?: number
  cause?: unknown
}

async function tryOnce({
  method,
  url,
  body,
  token,
  isAccepted,
  signal,
}: HubCall): Promise<{ answer: unknown } | Unavailable> {
  signal?.throwIfAborted()
  const authorization = `Bearer ${await token()}`
  // a form says its boundary by itself
  const headers = { authorization, ...(typeof body === 'string' && { 'content-type': 'application/json' }) }
  const timeout = AbortSignal.timeout(typeof body === 'string' ? attemptTimeoutMs : formTimeoutMs)
  try {
    const attempt = {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    } as const
    const response = await fetch(url, attempt)
    return classify(response, await response.text(), isAccepted)
  } catch (error) {
    if (error instanceof HubRefusal || signal?.aborted) throw error
    return { cause: error }
  }
}

/** Statuses that say: the request was not processed, try again later. */
const transient = [408, 425, 429]

function classify(
  response: Response,
  text: string,
  isAccepted: HubCall['isAccepted'],
): { answer: unknown } | Unavailable {
  const answer = text === '' ? undefined : parse(text)
  const { status, ok } = response
  if (ok) return isAccepted(answer) ? { answer } : { status, cause: new Error('This is not what a hub answers.') }
  if (!transient.includes(status) && status < 500) throw new HubRefusal(status, answer)
  const retryAfterMs = waitAskedFor(response.headers.get('retry-after'), text)
  return { status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Retry-After has whole seconds; the message of a 429 may say it in milliseconds, which is more precise. */
function waitAskedFor(retryAfter: string | null, text: string): number | undefined {
  const milliseconds = /retry in (\d{1,9}) milliseconds/i.exec(text)?.[1]
  if (milliseconds) return Number(milliseconds)
  return retryAfter && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined
}

/** 250 ms, doubled each time up to 15 s, of which a random half is taken off, so that callers do not retry at the same moment. */
function backOff(attempt: number): number {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
  return pause * (0.5 + Math.random() / 2)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
