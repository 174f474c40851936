/** The raster formats of the web, by their first bytes: what a server says of itself does not count. */
const beginnings: [type: string, at: number, bytes: string][] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/webp', 8, 'WEBP'],
  ['image/avif', 4, 'ftypavif'],
]

export function imageTypeOf(bytes: Buffer): string | undefined {
  return beginnings.find(([, at, text]) => bytes.toString('latin1', at, at + text.length) === text)?.[0]
}
