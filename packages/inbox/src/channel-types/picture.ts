import { t } from '../strings/settings.ts'

const largest = 64 * 1024

/** Reads a picture file as the data: URL that the hub stores, or gives the reason why it cannot be used. */
export async function readPicture(file: File): Promise<{ icon: string } | { problem: string }> {
  const problem = pictureProblem(file)
  if (problem) return { problem }
  const bytes = new Uint8Array(await file.arrayBuffer())
  return { icon: `data:${file.type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}` }
}

export function pictureProblem({ type, size }: { type: string; size: number }): string | null {
  if (type !== 'image/png' && type !== 'image/svg+xml') return t.channelTypes.missing.notPicture
  return size > largest ? t.channelTypes.missing.largePicture : null
}
