import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { issueChannelToken, publicId } from '@portico/protocol'
import { numbers, uidOf } from './population.ts'

/** Clients of one company that each send one large body after the other until they get the command to stop. */
export interface FloodOptions {
  port: number
  connections: number
  company: number
  /** The secret that signs the tokens; a wrong one makes them invalid. */
  secret: string
  bodyBytes: number
  tag: string
}

/** The number of answers by status; `cut` counts connections that ended without one. */
export type FloodResult = Record<string, number>

const words = 'parcel Monday where customer order invoice number waiting since street lamp bulb reply address'.split(
  ' ',
)

function textOf(bytes: number): string {
  const text: string[] = []
  for (let length = 0, n = 7; length < bytes; n = (n * 1_103_515_245 + 12_345) % 2 ** 31) {
    const word = `${words[n % words.length]}${n % 1_000}`
    text.push(word)
    length += word.length + 1
  }
  return text.join(' ')
}

function flood({ port, connections, company, secret, bodyBytes, tag }: FloodOptions) {
  const channel = publicId('cha', company, numbers.channel)
  const text = Buffer.from(`${textOf(bodyBytes)}"}`)
  const result: FloodResult = {}
  let isOver = false
  let sent = 0
  const request = () => {
    const n = sent++
    const token = issueChannelToken({ secret, uid: uidOf(company), channelId: channel, lifetimeSeconds: 250 })
    const metadata = { external_id: `${tag}-${n}`, external_conversation_id: `v${n % 20}` }
    const start = `{"sender":{"handle":"h0-${n % 20}"},"metadata":${JSON.stringify(metadata)},"body":"`
    const head =
      `POST /channels/${channel}/inbound_messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${start.length + text.length}\r\n\r\n`
    return head + start
  }
  const client = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
      let answer = ''
      let isAnswered = true
      const send = () => {
        if (isOver) return socket.end()
        isAnswered = false
        answer = ''
        socket.write(request())
        return socket.write(text)
      }
      socket.on('connect', send).on('error', () => {})
      socket.on('data', (chunk) => {
        answer += chunk
        const head = answer.indexOf('\r\n\r\n')
        if (head < 0 || answer.length < head + 4 + Number(/content-length: (\d+)/i.exec(answer)?.[1])) return
        isAnswered = true
        const status = answer.slice(9, 12)
        result[status] = (result[status] ?? 0) + 1
        if (/^connection: close/im.test(answer)) socket.destroy()
        else send()
      })
      socket.on('close', () => {
        if (!isAnswered) result.cut = (result.cut ?? 0) + 1
        if (isOver) resolve()
        else resolve(sleep(1).then(client))
      })
    })
  const clients = Promise.all(Array.from({ length: connections }, client))
  return {
    async stop() {
      isOver = true
      await clients
      return result
    },
  }
}

process.once('message', (options: FloodOptions) => {
  const running = flood(options)
  process.once('disconnect', () => process.exit())
  process.once('message', async () => {
    process.send?.(await running.stop(), () => process.disconnect())
  })
})
