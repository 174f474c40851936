import { visibleName } from '@portico/protocol/visible'
import type { Attachment } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { t } from './strings.ts'

/** How an attachment is shown. */
export type Kind = 'picture' | 'audio' | 'video' | 'pdf' | 'file'

/** The types of which the hub makes thumbnails; an SVG is a file like any other. */
const pictureTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

export function kindOf(contentType: string): Kind {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (pictureTypes.has(type)) return 'picture'
  if (type.startsWith('audio/')) return 'audio'
  if (type.startsWith('video/')) return 'video'
  return type === 'application/pdf' ? 'pdf' : 'file'
}

/** The path of its bytes: only the origin of the page may be loaded, whatever public URL the hub has. */
export const pathOf = ({ url }: Attachment) => new URL(url, location.origin).pathname

/** The same as what it is, instead of as a download. */
export const inlinePathOf = (attachment: Attachment) => `${pathOf(attachment)}?inline`

export const thumbnailOf = ({ id }: Attachment) => `/attachments/${id}/thumbnail`

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** `840 kB`, `2.4 MB`; a megabyte has 1,024 kilobytes, as in the limits of the hub. */
export function sizeWords(bytes: number, language = s.language): string {
  const step = bytes < 1_024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / 1_024 ** step
  return sizeFormat(language, step, step > 1 && amount < 100 ? 1 : 0).format(amount)
}

const sizeFormats = new Map<string, Intl.NumberFormat>()

/** Made once: the composer says the largest size at every render. */
function sizeFormat(language: string, step: number, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${language} ${step} ${maximumFractionDigits}`
  const known = sizeFormats.get(key)
  if (known) return known
  const unitDisplay = step === 0 ? 'long' : 'short'
  const made = new Intl.NumberFormat(language, {
    ...{ style: 'unit', unit: units[step]!, unitDisplay, maximumFractionDigits },
  })
  sizeFormats.set(key, made)
  return made
}

const directionControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A name without direction controls, which could make the name of a program read like that of a picture. */
export const shownName = (name: string) => visibleName(name.replace(directionControls, '')) ?? t.unnamed

const segmenter = new Intl.Segmenter()
const shortest = 24
const endLength = 10

/** A name in two parts; the end, with the extension, is never cut off. */
export function nameParts(name: string): [beginning: string, end: string] {
  const characters = Array.from(segmenter.segment(name), ({ segment }) => segment)
  if (characters.length <= shortest) return [name, '']
  return [characters.slice(0, -endLength).join(''), characters.slice(-endLength).join('')]
}
