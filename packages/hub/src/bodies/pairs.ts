import { voidElements } from './elements.ts'
import { type Tag, tagsOf } from './tags.ts'

/** A tag with what it belongs to. */
export interface Mark extends Tag {
  /** The end tag of a start tag, and the other way round. */
  partner?: Mark
  /** How many pieces of text and pictures stand before it. */
  textsBefore: number
  /** Decided by `markup.ts`. */
  isMarkup?: boolean
}

/** End tags find the last start tag of their name that is still open; how they nest is the parser's affair. */
export function pairedTags(body: string): Mark[] {
  const open = new Map<string, Mark[]>()
  let at = 0
  let texts = 0
  return tagsOf(body).map((tag) => {
    if (/\S/.test(body.slice(at, tag.start))) texts++
    at = tag.end
    const mark: Mark = { ...tag, textsBefore: texts }
    if (tag.name === 'img') texts++
    else if (tag.kind === 'open' && !voidElements.has(tag.name)) push(open, mark)
    else if (tag.kind === 'close') join(open.get(tag.name)?.pop(), mark)
    return mark
  })
}

function push(open: Map<string, Mark[]>, mark: Mark): void {
  const same = open.get(mark.name)
  if (same) same.push(mark)
  else open.set(mark.name, [mark])
}

function join(open: Mark | undefined, close: Mark): void {
  if (!open) return
  open.partner = close
  close.partner = open
}
