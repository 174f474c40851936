export interface ServerEvent {
  event: string
  data: string
}

/** Reads server-sent events from the body of a response as they arrive. */
export async function* readServerEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let rest = ''
  for await (const text of chunks(body.pipeThrough(new TextDecoderStream() as never))) {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) yield parseBlock(block)
  }
}

/** Reads a stream chunk by chunk, because not every browser can iterate over one. */
async function* chunks(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
}

function parseBlock(block: string): ServerEvent {
  const lineOf = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
      .join('\n')
  return { event: lineOf('event') || 'message', data: lineOf('data') }
}
