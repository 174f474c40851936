import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A command to the servers: answer after a delay, let one of them hang for more than 7 s, or report what they received. */
export interface Instructions {
  delayMs?: number
  hanging?: number | null
  /** The server that hangs, or that was away: its latencies are left out, and its arrivals are reported. */
  ignored?: number
  /** The server that answers without the delay. */
  instant?: number
  report?: true
}

/** The requests that the servers received since the last report; times in ms since 1970. */
export interface Seen {
  requests: number
  firstAt: number
  /** The times from a message's creation to its arrival, of all servers but the ignored one. */
  latencies: number[]
  /** The arrivals at the ignored server, in their order: ids of conversation and message. */
  arrivals: [conversation: string, message: string][]
  /** The arrival of the last request. */
  body: string
}

/** Channel servers in a process of their own, which takes commands over IPC. argv: their number. */
let delayMs = 0
let hanging: number | null = null
let ignored: number | null = null
let instant: number | null = null
let seen = nothing()

function nothing(): Seen {
  return { requests: 0, firstAt: 0, latencies: [], arrivals: [], body: '' }
}

const idPattern = /"id":"(msg_[0-9a-z]+)"/
const conversationPattern = /\/conversations\/(cnv_[0-9a-z]+)"/
const writtenPattern = /"text":"at ([0-9.]+) /

function answer(raw: string, response: ServerResponse): void {
  const [id, conversation] = [idPattern.exec(raw)?.[1], conversationPattern.exec(raw)?.[1]]
  const body = `{"type":"success","external_id":"x-${id}","external_conversation_id":"c-${conversation}"}`
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

function listener(index: number) {
  return (request: IncomingMessage, response: ServerResponse) => {
    let raw = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      raw += chunk
    })
    request.on('end', () => {
      seen.body = raw
      if (seen.requests++ === 0) seen.firstAt = Date.now()
      const writtenAt = writtenPattern.exec(raw)?.[1]
      if (writtenAt && index !== ignored)
        seen.latencies.push(performance.timeOrigin + performance.now() - Number(writtenAt))
      if (index === ignored)
        seen.arrivals.push([conversationPattern.exec(raw)?.[1] ?? '', idPattern.exec(raw)?.[1] ?? ''])
      const wait = index === hanging ? 7_000 : index === instant ? 0 : delayMs
      if (wait === 0) answer(raw, response)
      else setTimeout(() => answer(raw, response), wait)
    })
  }
}

const ports = await Promise.all(
  Array.from({ length: Number(process.argv[2]) }, (_value, index) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, listener(index))
    return new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', 4_096, () => resolve((server.address() as AddressInfo).port))
    })
  }),
)

process.on('message', (instructions: Instructions) => {
  delayMs = instructions.delayMs ?? delayMs
  if (instructions.hanging !== undefined) hanging = instructions.hanging
  ignored = instructions.ignored ?? ignored
  instant = instructions.instant ?? instant
  if (!instructions.report) return
  process.send?.(seen)
  seen = nothing()
})
process.on('disconnect', () => process.exit())
process.send?.(ports)
