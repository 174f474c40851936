/** The longest line: a message with a body of a megabyte, as JSON may write it. */
const longest = 8 * 1024 * 1024

export interface Line {
  number: number
  /** null: it is longer than any line of the format. */
  text: string | null
  /** Bytes of the file up to its end. */
  end: number
}

/** Reads a stream by lines, and of a line only as much as is needed at a time. */
export async function* readLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let pieces: Buffer[] = []
  let length = 0
  let number = 0
  let end = 0
  const line = (): Line => {
    const text = length > longest ? null : Buffer.concat(pieces).toString('utf8')
    pieces = []
    length = 0
    number += 1
    return { number, text, end }
  }
  const take = (piece: Buffer) => {
    length += piece.length
    if (length <= longest) pieces.push(piece)
    else pieces = []
  }
  for await (const chunk of stream) {
    let start = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, at))
      end += at + 1 - start
      start = at + 1
      yield line()
    }
    if (start < chunk.length) take(chunk.subarray(start))
    end += chunk.length - start
  }
  if (length > 0) yield line()
}
