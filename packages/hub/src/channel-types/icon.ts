const dataUrl = /^data:image\/(png|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})$/
const MAX_BYTES = 64 * 1024
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')

export interface Icon {
  contentType: 'image/png' | 'image/svg+xml'
  bytes: Buffer
}

/** The type and bytes in an icon's data: URL, or null for another text. */
export function readIcon(text: string): Icon | null {
  const match = dataUrl.exec(text)
  if (!match) return null
  return { contentType: `image/${match[1]}` as Icon['contentType'], bytes: Buffer.from(match[2] ?? '', 'base64') }
}

/** The reason why an icon is refused, or null. */
export function refuseIcon(text: string): string | null {
  const icon = readIcon(text)
  if (!icon) return 'must be a data: URL of a PNG or SVG picture in base64'
  if (icon.bytes.length > MAX_BYTES) return 'is larger than 64 kB'
  const isPicture =
    icon.contentType === 'image/png' ? icon.bytes.subarray(0, 8).equals(pngSignature) : icon.bytes.includes('<svg')
  return isPicture ? null : 'is not the picture it says it is'
}
