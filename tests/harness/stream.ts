/** A message of a server-sent event stream. */
export interface StreamMessage {
  id: number
  event: string
  data: any
}

/** Reads GET /stream from event number `after` on, as a browser does. */
export class StreamReader {
  readonly messages: StreamMessage[] = []
  cursor: number | undefined
  /** True when the hub ended the stream, as it does with a reader that is too slow. A client reconnects from its last id. */
  hasEnded = false
  readonly #abort = new AbortController()
  #wake = () => {}

  static async open(url: string, headers: Record<string, string>, after?: number): Promise<StreamReader> {
    const reader = new StreamReader()
    const query = after === undefined ? '' : `?after=${after}`
    const response = await fetch(`${url}/stream${query}`, { headers, signal: reader.#abort.signal })
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
    reader
      .#read(response.body)
      .catch(() => {})
      .finally(() => {
        reader.hasEnded = true
        reader.#wake()
      })
    await reader.until(() => reader.cursor !== undefined || reader.hasEnded)
    return reader
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let buffered = ''
    for await (const text of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
      const blocks = (buffered + text).split('\n\n')
      buffered = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
      this.#wake()
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    this.cursor = Number(fields.get('id') ?? this.cursor)
    const data = fields.get('data')
    if (data === undefined) return
    this.messages.push({ id: this.cursor, event: fields.get('event') ?? 'message', data: JSON.parse(data) })
  }
}
