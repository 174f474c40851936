import { decodeHTML } from 'entities'
import { blockElements } from './elements.ts'
import { tagsOf } from './tags.ts'

/** The text of an HTML body that is too large for a parser: its tags removed, its blocks made lines. */
export function strippedOf(body: string): string {
  const parts: string[] = []
  let at = 0
  for (const { kind, name, start, end } of tagsOf(body)) {
    parts.push(body.slice(at, start))
    if (kind !== 'aside' && (name === 'br' || blockElements.has(name))) parts.push('\n')
    at = end
  }
  parts.push(body.slice(at))
  return decodeHTML(parts.join(''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
}
