import { blurbOf } from './blurb.ts'
import { isWithinLimits } from './limits.ts'
import { readDeclaredHtml, readMarkup } from './markup.ts'
import { isSimple, sanitised } from './sanitise.ts'
import { strippedOf } from './strip.ts'
import { htmlAsText } from './text.ts'

/** The stored formats: bodies are stored unchanged, with their format. */
export type BodyFormat = 'html' | 'text'

/** Raised when a body is converted otherwise than before: what is stored is then made again when it is read. */
export const version = 3

/** The converted forms of an HTML body, made once when it is stored. */
export interface HtmlForms {
  text: string
  /** The sanitised HTML; null when only the text is shown. */
  html: string | null
  /** How it is shown: in the page, in its own frame, or as text because it exceeds the limits. */
  shown: 'inline' | 'frame' | 'text'
}

export interface Conversion {
  format: BodyFormat
  /** The preview: one line of at most 200 characters. */
  blurb: string
  /** Absent for plain text, which is its own text and is shown as it is. */
  forms?: HtmlForms
}

const longestInline = 100_000

const tag = /<[a-z][^\s<>/]*[\s/>]/i

/** Whether a body has nothing in it that could be HTML: no tag. */
export function isPlain(body: string, declared?: BodyFormat): boolean {
  return declared === 'text' || (declared === undefined && !tag.test(body))
}

export function asPlain(body: string): Conversion {
  return { format: 'text', blurb: blurbOf(body) }
}

/** Reads, sanitises and turns into text. Takes milliseconds a hundred kilobytes: never on the main thread for long ones. */
export function convert(body: string, declared?: BodyFormat): Conversion {
  if (isPlain(body, declared)) return asPlain(body)
  const markup = declared === 'html' ? { isHtml: true, html: readDeclaredHtml(body) } : readMarkup(body)
  if (!markup.isHtml) return asPlain(body)
  if (!isWithinLimits(markup.html)) return asStripped(body)
  const html = sanitised(markup.html)
  const text = htmlAsText(html)
  // nested quotes repeat their marks on every line, and a megabyte of & is written as five
  if (Math.max(text.length, html.length) > 2 * body.length + 1_000) return asStripped(body)
  return { format: 'html', blurb: blurbOf(text), forms: { text, html, shown: placeOf(html) } }
}

/** The length from which a body is fetched separately, so that lists stay short. */
function placeOf(html: string): 'inline' | 'frame' {
  return html.length <= longestInline && isSimple(html) ? 'inline' : 'frame'
}

/** The text of a body that is too large, or nested too deeply, to be converted. */
export function asStripped(body: string): Conversion {
  const text = strippedOf(body)
  return { format: 'html', blurb: blurbOf(text), forms: { text, html: null, shown: 'text' } }
}
