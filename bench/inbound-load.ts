import { createSecretKey } from 'node:crypto'
import { connect } from 'node:net'
import { issueChannelToken, publicId } from '@portico/protocol'
import { numbers, type Population, uidOf } from './population.ts'
import { percentile } from './report.ts'

/** Clients that each wait for their answer before they send the next message. Tokens are made beforehand, one a message. */
export interface LoadOptions {
  port: number
  connections: number
  seconds: number
  secret: string
  population: Population
  /** A part of the external ids, so that no round repeats those of another. */
  tag: string
}

export interface LoadResult {
  accepted: number
  refused: number
  firstRefusal: string
  rate: number
  p50: number
  p99: number
}

const maxRate = 45_000
const body = 'Where is my parcel? I have been waiting for it since Monday. '.repeat(4).slice(0, 200)

interface Target {
  company: number
  channel: string
  channelIndex: number
  conversation: number
}

function targetOf({ companies, channels, conversations }: Population, n: number): Target {
  const company = 1 + ((n * 7_919) % companies)
  const channelIndex = (n * 31) % channels
  const channel = publicId('cha', company, numbers.channel + channelIndex)
  return { company, channel, channelIndex, conversation: (n * 104_729) % conversations }
}

function requestFor({ port, tag, population }: LoadOptions, n: number, token: string): string {
  const { channel, channelIndex, conversation } = targetOf(population, n)
  const json = JSON.stringify({
    sender: { handle: `h${channelIndex}-${conversation}`, name: 'Ivo' },
    body,
    metadata: { external_id: `${tag}-${n}`, external_conversation_id: `v${conversation}` },
    attachments: [],
  })
  return (
    `POST /channels/${channel}/inbound_messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
  )
}

async function run(options: LoadOptions): Promise<LoadResult> {
  const key = createSecretKey(options.secret, 'utf8')
  const tokens = Array.from({ length: maxRate * options.seconds }, (_, n) => {
    const { company, channel } = targetOf(options.population, n)
    return issueChannelToken({ secret: key, uid: uidOf(company), channelId: channel, lifetimeSeconds: 250 })
  })
  const latencies: number[] = []
  const result = { accepted: 0, refused: 0, firstRefusal: '' }
  let next = 0
  const start = performance.now()
  const end = start + options.seconds * 1_000
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(options.port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
      let answer = ''
      let sentAt = 0
      const send = () => {
        const n = next++
        if (performance.now() > end || n >= tokens.length) {
          socket.end()
          resolve()
          return
        }
        const request = requestFor(options, n, tokens[n]!)
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('connect', send).on('error', reject)
      socket.on('data', (chunk) => {
        answer += chunk
        const head = answer.indexOf('\r\n\r\n')
        if (head < 0 || answer.length < head + 4 + Number(/content-length: (\d+)/i.exec(answer)![1])) return
        latencies.push(performance.now() - sentAt)
        if (answer.startsWith('HTTP/1.1 202 ')) result.accepted++
        else if (result.refused++ === 0) result.firstRefusal = answer
        answer = ''
        send()
      })
    })
  await Promise.all(Array.from({ length: options.connections }, client))
  const seconds = (performance.now() - start) / 1_000
  return {
    ...result,
    rate: result.accepted / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
}

process.once('message', async (options: LoadOptions) => {
  process.send?.(await run(options), () => process.disconnect())
})
