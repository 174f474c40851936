import { blockElements, inlineElements, literalElements, mutedElements, openEnded, voidElements } from './elements.ts'
import { escapeHtml } from './escape.ts'
import { type Mark, pairedTags } from './pairs.ts'

/** A body as HTML in which all that is not meant as markup is escaped, so that nothing that was written is lost. */
export interface Markup {
  /** False: the body is plain text, whatever `<` and `>` stand in it. */
  isHtml: boolean
  html: string
}

/**
 * Whether a body is HTML, when nobody said so, and what of it is markup. It is HTML when it has a complete element of HTML
 * with something in it, or a line break between its words. Of an HTML body, what is never closed, is nobody's element or
 * stands like a word in a sentence (`use <b> for bold`) is text all the same.
 */
export function readMarkup(body: string): Markup {
  const marks = pairedTags(body)
  const isHtml = outsideForeign(marks).some((mark) => isEvidence(body, mark))
  return { isHtml, html: isHtml ? rewrite(body, marks, isMarkup) : escapeHtml(body) }
}

/** Without what stands inside of an element that HTML does not have: there `<address>` and `<a>` are names of somebody's XML. */
function outsideForeign(marks: Mark[]): Mark[] {
  let depth = 0
  return marks.filter((mark) => {
    if (mark.partner && isForeign(mark)) depth += mark.kind === 'open' ? 1 : -1
    return depth === 0
  })
}

const isForeign = ({ name, kind }: Mark) =>
  (kind === 'open' || kind === 'close') && /^[a-z][a-z0-9_]*$/.test(name) && !isElement(name) && !isKnown(name)

const isKnown = (name: string) =>
  name === 'head' || voidElements.has(name) || mutedElements.has(name) || literalElements.has(name)

/** A body that is declared to be HTML: all that reads as a tag is one. */
export function readDeclaredHtml(body: string): string {
  return rewrite(body, pairedTags(body), ({ mark: { name } }) => elementName.test(name))
}

const elementName = /^[a-z][a-z0-9]*(?:[:_-][a-z0-9._-]+)*$/

function isEvidence(body: string, mark: Mark): boolean {
  const { kind, name, partner } = mark
  if (kind !== 'open') return false
  if (name === 'br' || name === 'hr') return !standsAlone(body, mark)
  if (name === 'img') return !mark.isBare
  if (!partner || partner.textsBefore === mark.textsBefore) return false
  return isElement(name) && !isMention(body, mark, partner)
}

const isElement = (name: string) => blockElements.has(name) || inlineElements.has(name)

/** `between <b> and </b> is bold`: both stand like words, and the line has others. */
function isMention(body: string, open: Mark, close: Mark): boolean {
  if (!open.isBare || !standsAlone(body, open) || !standsAlone(body, close)) return false
  return wordBefore.test(lineBefore(body, open)) || wordAfter.test(body.slice(close.end, close.end + 40))
}

const wordBefore = /[^\s>][ \t"'`(]*$/
const wordAfter = /^[ \t]*[^\s<]/
const lineBefore = (body: string, { start }: Mark) => body.slice(Math.max(0, start - 40), start)

const opening = /^$|[\s"'`([{«“‘„/|-]$/
const closing = /^$|^[ \t"'`)\]}»”’“,.:;!?/|-]/

/** Has what words have on both sides: a space, a quotation mark, the end of a sentence. Beside another tag it is markup. */
function standsAlone(body: string, { isBare, start, end }: Mark): boolean {
  if (!isBare) return false
  return (
    opening.test(body.slice(Math.max(0, start - 1), start)) &&
    closing.test(body.slice(end, end + 1)) &&
    !/>[ \t]*$/.test(body.slice(Math.max(0, start - 40), start))
  )
}

interface Asked {
  body: string
  mark: Mark
  /** The names of the start tags that are markup, so far. */
  seen: ReadonlySet<string>
}

function isMarkup({ body, mark, seen }: Asked): boolean {
  const { kind, name, isBare, partner } = mark
  if (kind === 'close') return partner ? partner.isMarkup === true : isElement(name) && !standsAlone(body, mark)
  if (isBare && kind === 'open') return isBareMarkup(body, mark, seen)
  return elementName.test(name)
}

function isBareMarkup(body: string, mark: Mark, seen: ReadonlySet<string>): boolean {
  const { name, partner, start, end } = mark
  if (voidElements.has(name)) return name === 'br' || name === 'hr' || !standsAlone(body, mark)
  if (partner && (isElement(name) || name === 'head')) return true
  if (!blockElements.has(name)) return /[:-]/.test(name) && (partner !== undefined || body[end - 2] === '/')
  const parents = openEnded[name]
  if (parents && meet(parents, seen)) return true
  const isFirst = start === 0 || body[start - 1] === '\n' || body[start - 1] === '>'
  return (isFirst && name === 'p') || !closing.test(body.slice(end, end + 1))
}

const meet = (some: ReadonlySet<string>, others: ReadonlySet<string>) => [...some].some((one) => others.has(one))

function rewrite(body: string, marks: Mark[], isMeant: (asked: Asked) => boolean): string {
  const seen = new Set<string>()
  for (const mark of marks) {
    mark.isMarkup = mark.kind === 'aside' || isMeant({ body, mark, seen })
    if (mark.isMarkup && mark.kind === 'open') seen.add(mark.name)
  }
  const hasLines = seen.has('br') || seen.has('hr') || meet(blockElements, seen)
  const text = (from: number, to: number) => asText(body.slice(from, to), hasLines)
  const parts: string[] = []
  let at = 0
  for (const mark of marks) {
    parts.push(text(at, mark.start), mark.isMarkup ? asMarkup(body, mark, seen) : text(mark.start, mark.end))
    at = mark.end
  }
  return parts.join('') + text(at, body.length)
}

/** Where no element makes lines, the line breaks that were typed do. */
function asText(text: string, hasLines: boolean): string {
  const escaped = text.replaceAll('<', '&lt;')
  return hasLines ? escaped : escaped.replace(/\r\n?|\n/g, '<br>')
}

function asMarkup(body: string, mark: Mark, seen: ReadonlySet<string>): string {
  const { kind, name, start, end, inner, textsBefore } = mark
  if (kind === 'open' || kind === 'close') return isShown(name) ? body.slice(start, end) : ''
  if (kind !== 'literal' || !inner) return ''
  const words = escapeHtml(body.slice(inner.start, inner.end))
  if (name !== 'title') return `<pre>${words}</pre>`
  const isInHead = textsBefore === 0 && (seen.has('html') || seen.has('head'))
  return isInHead ? '' : escapeHtml(body.slice(start, end))
}

const isShown = (name: string) => isElement(name) || name === 'br' || name === 'hr' || name === 'wbr' || name === 'img'
