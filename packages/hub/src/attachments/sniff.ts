import { fileTypeFromBuffer } from 'file-type'

/** As many bytes as the marks of all known types need. */
export const sniffedBytes = 4_100

/** The media type by the first bytes of a file; null when they match none. */
export async function sniff(beginning: Buffer): Promise<string | null> {
  const found = await fileTypeFromBuffer(beginning).catch(() => undefined)
  return found ? withoutParameters(found.mime) : null
}

const mediaType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/

/** As the uploader says, without parameters; what is no media type is bytes. */
export function declaredType(text: string | undefined): string {
  const type = withoutParameters(text ?? '')
  return mediaType.test(type) ? type : 'application/octet-stream'
}

function withoutParameters(type: string): string {
  return (type.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** Pictures of pixels, sound and film: what a browser shows without running anything. Never a document: HTML, SVG, PDF. */
const shownInline = new Set([
  ...['image/png', 'image/apng', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/opus', 'audio/wav', 'audio/vnd.wave'],
  ...['audio/webm', 'audio/flac', 'audio/x-flac', 'audio/amr'],
  ...['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime', 'video/3gpp', 'video/x-m4v'],
])

/** Whether a file may be shown where it is opened, by what its bytes say, whatever it is called. */
export function isShownInline(sniffedType: string | null): sniffedType is string {
  return sniffedType !== null && shownInline.has(sniffedType)
}
