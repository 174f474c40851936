import { decodeHTML } from 'entities'
import { escapeHtml } from './escape.ts'

const longestAddress = 2_000
const longestCid = 255

type Source = { src: string } | { 'data-remote': string } | { 'data-cid': string }

/** Where a picture of a body comes from: the body itself, a server somewhere, or a file that came with the message. */
export function sourceOf(src: string): Source | null {
  const text = src.trim()
  if (/^data:image\//i.test(text)) return { src: text }
  const cid = /^cid:(.+)$/is.exec(text)?.[1]
  if (cid) return cid.length <= longestCid ? { 'data-cid': decoded(cid) } : null
  const url = /^(?:https?:)?\/\//i.test(text) ? URL.parse(text, 'https://relative.invalid') : null
  if (!url || url.username || url.password || url.href.length > longestAddress) return null
  return { 'data-remote': url.href }
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid)
  } catch {
    return cid
  }
}

/** Of a pixel or two there is nothing to see: it tells its server that the message was opened. */
export function isTooSmall({ width, height, style = '' }: Record<string, string | undefined>): boolean {
  const isTiny = (side: string, value: string | undefined) => {
    const styled = new RegExp(`(?:^|;)\\s*(?:max-)?${side}\\s*:\\s*([\\d.]+)(?:px)?\\s*(?:!|;|$)`, 'i').exec(style)?.[1]
    const length = Number.parseFloat(styled ?? value ?? '')
    return length <= 2 && !`${styled ?? value}`.includes('%')
  }
  return isTiny('width', width) && isTiny('height', height)
}

/** The hub's URLs of a body's pictures; null: the picture is not shown, only its alternative text. */
export interface Places {
  remote(url: string): string | null
  attached(cid: string): string | null
}

const picture = /<img\b[^>]*>/g
const source = / data-(remote|cid)="([^"]*)"/

/** Sanitised HTML, whose attributes are all quoted and escaped, with its pictures in their places. */
export function withPictures(html: string, { remote, attached }: Places): string {
  return html.replace(picture, (element) => {
    const [attribute, kind, value = ''] = source.exec(element) ?? []
    if (attribute === undefined) return element
    const src = kind === 'cid' ? attached(decodeHTML(value)) : remote(decodeHTML(value))
    if (src !== null) return element.replace(attribute, () => ` src="${escapeHtml(src)}"`)
    return `<span>${/ alt="([^"]*)"/.exec(element)?.[1] ?? ''}</span>`
  })
}

/** The files of a message that its sanitised HTML shows as pictures, by their names in the HTML. */
export function attachedPictures(html: string): Set<string> {
  const sources = Array.from(html.matchAll(picture), ([element]) => source.exec(element) ?? [])
  return new Set(sources.flatMap(([, kind, value = '']) => (kind === 'cid' ? [decodeHTML(value)] : [])))
}

export const hasRemotePictures = (html: string): boolean => html.includes(' data-remote="')
