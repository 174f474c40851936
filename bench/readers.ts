import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { openDatabase } from '@portico/hub/database'
import { issueChannelToken, publicId } from '@portico/protocol'
import { createApiToken } from '../packages/hub/src/api-tokens/api-tokens.ts'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import { numbers, type Population, populate, uidOf } from './population.ts'
import { type BenchOptions, type Row, round } from './report.ts'

const population: Population = { companies: 1, channels: 1, conversations: 100 }
const body = 'Where is my parcel? '.repeat(5_000)
const atOnce = 8

interface Target {
  port: number
  pid: number
  secret: string
  token: string
}

/** Measures the peak memory of the hub's process while messages of 100 kB come in, with readers and without. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const messages = quick ? 200 : 1_000
  const alone = await measure(messages, 0, 0)
  const read = await measure(messages, 4, 4)
  yield {
    name: 'readers',
    variant: '100 kB messages',
    value: round(read, 0),
    unit: 'MB at most',
    baseline: round(alone, 0),
    ratio: round(read / alone),
    note: `${messages} messages over ${atOnce} connections, 4 readers and 4 that stop reading; baseline: nobody reads`,
  }
}

async function measure(messages: number, readers: number, stopped: number): Promise<number> {
  const cluster = await startCluster()
  try {
    const { url, secret, masterKey } = await populate(cluster, population)
    const db = openDatabase({ connection: { connectionString: url } })
    const { token } = await createApiToken(db, 1, 'bench')
    await db.close()
    const hub = await startServer(url, masterKey, true)
    try {
      const target = { port: hub.port, pid: hub.pid, secret, token }
      const open = await Promise.all([
        ...Array.from({ length: readers }, () => listen(target, messages)),
        ...Array.from({ length: stopped }, () => listen(target, 0)),
      ])
      let sent = 0
      const send = async () => {
        while (sent < messages) await push(target, sent++)
      }
      await Promise.all(Array.from({ length: atOnce }, send))
      await Promise.all(open.map(({ received }) => received))
      const most = mostMb(hub.pid)
      for (const { close } of open) close()
      return most
    } finally {
      await hub.stop()
    }
  } finally {
    await cluster.stop()
  }
}

/** A reader that is done after so many events; one that wants none does not read from its socket. */
async function listen({ port, token }: Target, count: number) {
  const headers = { authorization: `Bearer ${token}` }
  const asking = request({ port, host: '127.0.0.1', path: '/stream', headers, agent: false }).end()
  const [response] = await once(asking, 'response')
  const { promise: received, resolve } = Promise.withResolvers<void>()
  const close = () => asking.destroy()
  if (count === 0) {
    response.socket.pause()
    resolve()
    return { received, close }
  }
  let events = 0
  response.setEncoding('utf8').on('data', (text: string) => {
    events += text.split('data: ').length - 1
    if (events >= count) resolve()
  })
  return { received, close }
}

async function push({ port, secret }: Target, n: number): Promise<void> {
  const channel = publicId('cha', 1, numbers.channel)
  const token = issueChannelToken({ secret, uid: uidOf(1), channelId: channel })
  const response = await fetch(`http://127.0.0.1:${port}/channels/${channel}/inbound_messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      sender: { handle: `h0-${n % 100}` },
      body,
      metadata: { external_id: `read-${n}`, external_conversation_id: `v${n % 100}` },
    }),
  })
  if (response.status !== 202) throw new Error(`the hub answered ${response.status}: ${await response.text()}`)
}

function mostMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_000
}
