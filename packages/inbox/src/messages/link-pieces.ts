import { LinkifyIt } from 'linkify-it'

const finder = new LinkifyIt({ fuzzyLink: true, maxLength: 2_048 })
finder.add('ftp:', null).add('//', null)

/** A piece of a text, and where it leads when it is an address. */
export interface Piece {
  text: string
  href?: string
  /** The start index. */
  at: number
}

/** The length limit for links: searching longer texts would block the page. */
const longest = 200_000

export function piecesOf(text: string): Piece[] {
  const found = text.length <= longest ? (finder.match(text) ?? []) : []
  const pieces: Piece[] = []
  let at = 0
  for (const { schema, index, lastIndex, url } of found) {
    const written = text.slice(index, lastIndex)
    if (!isSafe(url) || (schema === '' && !isMeant(written)) || /^[:@]\S*@/.test(text.slice(lastIndex, lastIndex + 80)))
      continue
    if (index > at) pieces.push({ text: text.slice(at, index), at })
    pieces.push({ text: written, href: url, at: index })
    at = lastIndex
  }
  if (at < text.length) pieces.push({ text: text.slice(at), at })
  return pieces
}

/** Matches links without a scheme: `www.acme.example`, `acme.example/track`, but neither `main.rs` nor `this.is`. */
const isMeant = (written: string) => /^www\.|\/\S/i.test(written)

const isSafe = (url: string) => /^(?:https?:\/\/|mailto:)/i.test(url)
