import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { bodyAsHtml } from './as-html.ts'
import { blurbOf } from './blurb.ts'
import { asPlain, type BodyFormat, type Conversion, convert, isPlain } from './convert.ts'
import type { Asked } from './convert-thread.ts'
import { strippedOf } from './strip.ts'
import { TaskFailed, ThreadPool, threadOf } from './thread-pool.ts'

/** Converting so much takes less than passing it to a thread and back: a few milliseconds at the very worst. */
const longestHere = 3_000

const pieceLength = 50_000

const pool = new ThreadPool(threadOf(new URL('./convert-thread.ts', import.meta.url)), {
  threads: Math.max(2, Math.min(4, availableParallelism() - 1)),
  runMs: 4_000,
  waitMs: 4_000,
  waiting: 32_000_000,
  waitingOfOne: 16_000_000,
  idleMs: 60_000,
})

/** The declared format, if any; otherwise it is detected. */
export interface Body {
  companyId: number
  body: string
  declared?: BodyFormat | undefined
}

export interface Converted extends Conversion {
  /** Whether it was made without a thread, because none was free, and must be made again when it is read. */
  isMakeshift?: boolean
}

/** Converts at once what is plain text or short; undefined for what is for a thread. */
export function convertHere({ body, declared }: Body): Converted | undefined {
  if (isPlain(body, declared)) return asPlain(body)
  return body.length <= longestHere ? convert(body, declared) : undefined
}

/** Converts a body, in a thread when it is long. Always returns: a body beyond the limits becomes its text. */
export async function convertBody(body: Body): Promise<Converted> {
  return convertHere(body) ?? (await inThread(body, false).catch((error) => afterFailure(body, error)))
}

/**
 * HTML of Markdown, always made in a thread: a short text can take the parser seconds. One that it cannot read in time, or at all, stays
 * as it was written. Throws TaskFailed where no thread was free.
 */
export async function markdownAsHtml(companyId: number, body: string): Promise<string> {
  if (body.trim() === '') return ''
  const asked: Asked = { does: 'markdown', body }
  try {
    return (await pool.run(companyId, asked, body.length)) as string
  } catch (error) {
    if (error instanceof TaskFailed && error.isItsOwnFault) return bodyAsHtml(body, 'text')
    throw error
  }
}

async function afterFailure(body: Body, error: unknown): Promise<Converted> {
  if (!(error instanceof TaskFailed && error.isItsOwnFault)) return makeshift(body)
  return inThread(body, true).catch(() => makeshift(body))
}

function inThread({ companyId, body, declared }: Body, isTooMuch: boolean): Promise<Conversion> {
  const asked: Asked = isTooMuch ? { does: 'strip', body } : { does: 'convert', body, declared }
  return pool.run(companyId, asked, body.length) as Promise<Conversion>
}

/** Converts to text without a thread, in pieces, so that other requests are served between them. */
async function makeshift({ body, declared }: Body): Promise<Converted> {
  const texts: string[] = []
  for (let at = 0; at < body.length; ) {
    const tagEnd = body.lastIndexOf('>', at + pieceLength) + 1
    const end = tagEnd > at ? tagEnd : at + pieceLength
    texts.push(strippedOf(body.slice(at, end)))
    await setImmediate()
    at = end
  }
  const text = texts.join(' ')
  const forms = { text, html: null, shown: 'text' as const }
  return { format: declared ?? 'html', blurb: blurbOf(text), forms, isMakeshift: true }
}
