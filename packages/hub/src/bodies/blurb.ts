const longest = 200
const mostWords = 5_000

/** Matches invisible characters only: newsletters fill their previews with them. */
const padding = /^(?:\u034f|[\u00ad\u200b-\u200f\u2060\ufeff])+$/

const firstAccent = 0x300

const segmenter = new Intl.Segmenter()

/** A text in one line of at most 200 characters, cut between two that are seen as two. */
export function blurbOf(text: string): string {
  const line = beginningOf(text)
  return line.length <= longest ? line : `${cut(line)}…`
}

/** The first part of the text, a little longer than a blurb. */
function beginningOf(text: string): string {
  let line = ''
  let words = 0
  for (const [word] of text.matchAll(/\S+/g)) {
    const seen = word.slice(0, 4 * longest)
    if (!padding.test(seen)) line += (line === '' ? '' : ' ') + seen
    if (line.length > 2 * longest || ++words > mostWords) break
  }
  return line
}

function cut(line: string): string {
  const last = longest - 1
  // letters of the first blocks never join: 1 µs instead of 18
  if (line.charCodeAt(last) < firstAccent && line.charCodeAt(last - 1) < firstAccent) return line.slice(0, last)
  const end = segmenter.segment(line).containing(last)?.index ?? 0
  // a single character may have hundreds of accents
  return end > 0 ? line.slice(0, end) : line.slice(0, last).replace(/[\uD800-\uDBFF]$/, '')
}
