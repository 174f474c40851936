const limit = 5 * 1024 * 1024

/** Somebody read the body before the channel could verify it. */
export class BodyAlreadyRead extends Error {
  override readonly name = 'BodyAlreadyRead'

  constructor() {
    super(
      'The body was read before the channel could verify it. Mount the channel before express.json() or any other body parser.',
    )
  }
}

/** The raw bytes of a request, or null when there are more than 5 MiB of them. The rest is left unread: cancelling would cut the answer off. */
export async function readBytes({ body, bodyUsed }: Request): Promise<Uint8Array | null> {
  if (bodyUsed || body?.locked) throw new BodyAlreadyRead()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    length += read.value.length
    if (length > limit) return null
    chunks.push(read.value)
  }
  return joined(chunks, length)
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
