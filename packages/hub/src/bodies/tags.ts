import { bareAttributes, literalElements, mutedElements } from './elements.ts'

/** Something in a body that is written as markup is. Whether it is meant as markup, `markup.ts` decides. */
export interface Tag {
  kind: 'open' | 'close' | 'aside' | 'muted' | 'literal'
  /** The name in lower case; empty for a comment, doctype or processing instruction. */
  name: string
  start: number
  end: number
  /** Whether the tag has no attributes. */
  isBare: boolean
  /** The content of a literal element. */
  inner?: { start: number; end: number }
}

const attribute =
  /[\s/]+(?<name>[^\s<>/="'][^\s<>/=]*)(?<value>\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>][^\s<>]*|(?=[\s>])))?/y
const ending = /[\s/]*>/y
const openName = /<([a-z][^\s<>/"'=&]*)/iy
const closeTag = /<\/([a-z][^\s<>/"'=&]*)\s*>/iy
const comment = '<!--'
const declaration = /<(?:!doctype|!\[|\?xml)[^<>]*>/iy

/**
 * The tags of a body, in order, in one pass whose work is bounded by a few times its length: an attribute whose quote never
 * ends is looked through again for every `<` inside of it, and the budget ends that.
 */
export function tagsOf(body: string): Tag[] {
  const scan = new Scan(body)
  const tags: Tag[] = []
  for (let at = body.indexOf('<'); at !== -1 && scan.budget > 0; ) {
    const tag = scan.tagAt(at)
    if (tag) tags.push(tag)
    at = body.indexOf('<', tag ? tag.end : at + 1)
  }
  return tags
}

class Scan {
  readonly #body: string
  #lower: string | undefined
  /** The index from which a text is known to be absent, by that text. */
  readonly #absent = new Map<string, number>()
  budget: number

  constructor(body: string) {
    this.#body = body
    this.budget = 10_000 + 4 * body.length
  }

  tagAt(start: number): Tag | undefined {
    const next = this.#body[start + 1]
    if (next === undefined) return undefined
    if (next === '/') return this.#close(start)
    if (next === '!' || next === '?') return this.#aside(start)
    return this.#open(start)
  }

  #close(start: number): Tag | undefined {
    const [text, name] = this.#match(closeTag, start) ?? []
    return text && name
      ? { kind: 'close', name: name.toLowerCase(), start, end: start + text.length, isBare: true }
      : undefined
  }

  #aside(start: number): Tag | undefined {
    const end = this.#body.startsWith(comment, start)
      ? this.#after('-->', start + comment.length)
      : start + (this.#match(declaration, start)?.[0].length ?? 0)
    return end > start ? { kind: 'aside', name: '', start, end, isBare: true } : undefined
  }

  #open(start: number): Tag | undefined {
    const name = this.#match(openName, start)?.[1]?.toLowerCase()
    if (!name) return undefined
    const attributes = this.#attributes(start + 1 + name.length)
    if (!attributes) return undefined
    const tag: Tag = { kind: 'open', name, start, end: attributes.end, isBare: attributes.count === 0 }
    const isMuted = mutedElements.has(name)
    return isMuted || literalElements.has(name) ? this.#whole(tag, isMuted ? 'muted' : 'literal') : tag
  }

  /** A name alone is an attribute only where HTML has such a one: `<b and c>` is no tag, `<td nowrap>` is. */
  #attributes(start: number): { end: number; count: number } | undefined {
    let at = start
    let count = 0
    let [strange, valued] = [false, false]
    for (let match = this.#match(attribute, at); match; match = this.#match(attribute, at)) {
      const { name = '', value } = match.groups ?? {}
      if (value !== undefined) valued = true
      else if (!bareAttributes.has(name.toLowerCase()) && !name.startsWith('data-')) strange = true
      at += match[0].length
      count++
    }
    const close = this.#match(ending, at)
    if (!close || (strange && !valued)) return undefined
    return { end: at + close[0].length, count }
  }

  /** The element from its start tag to its end tag; without an end tag only the start tag. */
  #whole(tag: Tag, kind: 'muted' | 'literal'): Tag {
    // letter by letter, because some others become two
    this.#lower ??= this.#body.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    const close = `</${tag.name}`
    const innerEnd = this.#after(close, tag.end) - close.length
    const end = innerEnd < tag.end ? -1 : this.#after('>', innerEnd)
    return end < 0 ? tag : { ...tag, kind, end, inner: { start: tag.end, end: innerEnd } }
  }

  /** The end of the first `text` after `from`; -1 without one, which is remembered. */
  #after(text: string, from: number): number {
    if ((this.#absent.get(text) ?? Number.POSITIVE_INFINITY) <= from) return -1
    const found = (this.#lower ?? this.#body).indexOf(text, from)
    if (found === -1) this.#absent.set(text, from)
    return found === -1 ? -1 : found + text.length
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at
    const match = pattern.exec(this.#body)
    this.budget -= 1 + (match?.[0].length ?? 0)
    return match
  }
}
