import { voidElements } from './elements.ts'
import { type Tag, tagsOf } from './tags.ts'

/** A tag with what it belongs to. */
export interface PairedTag extends Tag {
  /** The end tag of a start tag, and the other way round. */
  partner?: PairedTag
  /** The number of texts and pictures before it. */
  textsBefore: number
  /** Decided by `markup.ts`. */
  isMarkup?: boolean
}

/** End tags find the last start tag of their name that is still open; how they nest is the parser's affair. */
export function pairedTags(body: string): PairedTag[] {
  const open = new Map<string, PairedTag[]>()
  let at = 0
  let texts = 0
  return tagsOf(body).map((found) => {
    if (/\S/.test(body.slice(at, found.start))) texts++
    at = found.end
    const tag: PairedTag = { ...found, textsBefore: texts }
    if (tag.name === 'img') texts++
    else if (tag.kind === 'open' && !voidElements.has(tag.name)) push(open, tag)
    else if (tag.kind === 'close') join(open.get(tag.name)?.pop(), tag)
    return tag
  })
}

function push(open: Map<string, PairedTag[]>, tag: PairedTag): void {
  const same = open.get(tag.name)
  if (same) same.push(tag)
  else open.set(tag.name, [tag])
}

function join(open: PairedTag | undefined, close: PairedTag): void {
  if (!open) return
  open.partner = close
  close.partner = open
}
