import { blockElements, inlineElements, literalElements, mutedElements, openEnded, voidElements } from './elements.ts'
import { escapeHtml } from './escape.ts'
import { type PairedTag, pairedTags } from './pairs.ts'

/** A body as HTML in which all that is not meant as markup is escaped, so that nothing that was written is lost. */
export interface Markup {
  /** False: the body is plain text, whatever `<` and `>` stand in it. */
  isHtml: boolean
  html: string
}

/**
 * Detects whether a body without a declared format is HTML, and which of it is markup. It is HTML when it has a complete,
 * non-empty element of HTML, or a line break between its words. In an HTML body, an unclosed or unknown element, or one used like
 * a word in a sentence (`use <b> for bold`), is text.
 */
export function readMarkup(body: string): Markup {
  const tags = pairedTags(body)
  const isHtml = outsideForeign(tags).some((tag) => isEvidence(body, tag))
  return { isHtml, html: isHtml ? rewrite(body, tags, isMarkup) : escapeHtml(body) }
}

/** The text without unknown elements, in which `<address>` and `<a>` are names of somebody's XML. */
function outsideForeign(tags: PairedTag[]): PairedTag[] {
  let depth = 0
  return tags.filter((tag) => {
    if (tag.partner && isForeign(tag)) depth += tag.kind === 'open' ? 1 : -1
    return depth === 0
  })
}

const isForeign = ({ name, kind }: PairedTag) =>
  (kind === 'open' || kind === 'close') && /^[a-z][a-z0-9_]*$/.test(name) && !isElement(name) && !isKnown(name)

const isKnown = (name: string) =>
  name === 'head' || voidElements.has(name) || mutedElements.has(name) || literalElements.has(name)

/** A body that is declared to be HTML: all that reads as a tag is one. */
export function readDeclaredHtml(body: string): string {
  return rewrite(body, pairedTags(body), ({ tag: { name } }) => elementName.test(name))
}

const elementName = /^[a-z][a-z0-9]*(?:[:_-][a-z0-9._-]+)*$/

function isEvidence(body: string, tag: PairedTag): boolean {
  const { kind, name, partner } = tag
  if (kind !== 'open') return false
  if (name === 'br' || name === 'hr') return !standsAlone(body, tag)
  if (name === 'img') return !tag.isBare
  if (!partner || partner.textsBefore === tag.textsBefore) return false
  return isElement(name) && !isMention(body, tag, partner)
}

const isElement = (name: string) => blockElements.has(name) || inlineElements.has(name)

/** Whether a pair is text, as in `between <b> and </b> is bold`: both are used like words, and the line has others. */
function isMention(body: string, open: PairedTag, close: PairedTag): boolean {
  if (!open.isBare || !standsAlone(body, open) || !standsAlone(body, close)) return false
  return wordBefore.test(lineBefore(body, open)) || wordAfter.test(body.slice(close.end, close.end + 40))
}

const wordBefore = /[^\s>][ \t"'`(]*$/
const wordAfter = /^[ \t]*[^\s<]/
const lineBefore = (body: string, { start }: PairedTag) => body.slice(Math.max(0, start - 40), start)

const opening = /^$|[\s"'`([{«“‘„/|-]$/
const closing = /^$|^[ \t"'`)\]}»”’“,.:;!?/|-]/

/**
 * Whether a tag is surrounded like a word: by a space, a quotation mark, the end of a sentence. Beside another tag it is markup.
 */
function standsAlone(body: string, { isBare, start, end }: PairedTag): boolean {
  if (!isBare) return false
  return (
    opening.test(body.slice(Math.max(0, start - 1), start)) &&
    closing.test(body.slice(end, end + 1)) &&
    !/>[ \t]*$/.test(body.slice(Math.max(0, start - 40), start))
  )
}

interface Asked {
  body: string
  tag: PairedTag
  /** The names of the start tags that are markup, so far. */
  seen: ReadonlySet<string>
}

function isMarkup({ body, tag, seen }: Asked): boolean {
  const { kind, name, isBare, partner } = tag
  if (kind === 'close') return partner ? partner.isMarkup === true : isElement(name) && !standsAlone(body, tag)
  if (isBare && kind === 'open') return isBareMarkup(body, tag, seen)
  return elementName.test(name)
}

function isBareMarkup(body: string, tag: PairedTag, seen: ReadonlySet<string>): boolean {
  const { name, partner, start, end } = tag
  if (voidElements.has(name)) return name === 'br' || name === 'hr' || !standsAlone(body, tag)
  if (partner && (isElement(name) || name === 'head')) return true
  if (!blockElements.has(name)) return /[:-]/.test(name) && (partner !== undefined || body[end - 2] === '/')
  const parents = openEnded[name]
  if (parents && overlap(parents, seen)) return true
  const isFirst = start === 0 || body[start - 1] === '\n' || body[start - 1] === '>'
  return (isFirst && name === 'p') || !closing.test(body.slice(end, end + 1))
}

const overlap = (some: ReadonlySet<string>, others: ReadonlySet<string>) => [...some].some((name) => others.has(name))

function rewrite(body: string, tags: PairedTag[], isMeant: (asked: Asked) => boolean): string {
  const seen = new Set<string>()
  for (const tag of tags) {
    tag.isMarkup = tag.kind === 'aside' || isMeant({ body, tag, seen })
    if (tag.isMarkup && tag.kind === 'open') seen.add(tag.name)
  }
  const hasLines = seen.has('br') || seen.has('hr') || overlap(blockElements, seen)
  const text = (from: number, to: number) => asText(body.slice(from, to), hasLines)
  const parts: string[] = []
  let at = 0
  for (const tag of tags) {
    parts.push(text(at, tag.start), tag.isMarkup ? asMarkup(body, tag, seen) : text(tag.start, tag.end))
    at = tag.end
  }
  return parts.join('') + text(at, body.length)
}

/** Whether typed line breaks count, because no element makes lines. */
function asText(text: string, hasLines: boolean): string {
  const escaped = text.replaceAll('<', '&lt;')
  return hasLines ? escaped : escaped.replace(/\r\n?|\n/g, '<br>')
}

function asMarkup(body: string, tag: PairedTag, seen: ReadonlySet<string>): string {
  const { kind, name, start, end, inner, textsBefore } = tag
  if (kind === 'open' || kind === 'close') return isShown(name) ? body.slice(start, end) : ''
  if (kind !== 'literal' || !inner) return ''
  const words = escapeHtml(body.slice(inner.start, inner.end))
  if (name !== 'title') return `<pre>${words}</pre>`
  const isInHead = textsBefore === 0 && (seen.has('html') || seen.has('head'))
  return isInHead ? '' : escapeHtml(body.slice(start, end))
}

const isShown = (name: string) => isElement(name) || name === 'br' || name === 'hr' || name === 'wbr' || name === 'img'
