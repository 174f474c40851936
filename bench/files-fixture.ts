import { type ChildProcess, fork } from 'node:child_process'
import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issueChannelToken, publicId } from '@portico/protocol'
import { Pool } from 'undici'
import { type OwnCluster, startCluster } from '../tests/harness/cluster.ts'
import { messageFrom, startServer } from './inbound.ts'
import { numbers, populate, uidOf } from './population.ts'

export const fileBytes = 25_000_000
/** Requests under way at a time. */
export const atOnce = 4

const boundary = 'the-files-of-a-benchmark'
const channel = publicId('cha', 1, numbers.channel)

/** A hub and a bare server, each in a process of its own, with a folder of its own on the same disk. */
export interface FilesFixture {
  pid: number
  /** Uploads a file of `bytes` as a message, and resolves with its uid. */
  toHub(bytes: number): Promise<string>
  toBare(bytes: number): Promise<void>
  /** Reads the file of a message to its end. */
  fromHub(url: string): Promise<void>
  fromBare(): Promise<void>
  urlOf(messageUid: string): Promise<string>
  stop(): Promise<void>
}

export async function startFilesFixture(): Promise<FilesFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'portico-bench-files-'))
  const cluster: OwnCluster = await startCluster()
  const { url, secret, masterKey } = await populate(cluster, { companies: 1, channels: 1, conversations: 20 })
  const hub = await startServer(url, masterKey, true, { dataDirectory: join(folder, 'hub') })
  const bare: ChildProcess = fork(join(import.meta.dirname, 'files-server.ts'), [folder])
  const port = await messageFrom<number>(bare)
  const hubPool = new Pool(`http://127.0.0.1:${hub.port}`, { connections: atOnce })
  const barePool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce })
  const key = createSecretKey(secret, 'utf8')
  const authorization = () => ({
    authorization: `Bearer ${issueChannelToken({ secret: key, uid: uidOf(1), channelId: channel })}`,
  })
  const content = randomBytes(fileBytes)
  let sent = 0

  async function post(pool: Pool, path: string, bytes: number): Promise<string> {
    const body = formOf(content.subarray(0, bytes), `m${sent++}`)
    const headers = { ...authorization(), 'content-type': `multipart/form-data; boundary=${boundary}` }
    const answer = await pool.request({ method: 'POST', path, headers, body })
    const text = await answer.body.text()
    if (answer.statusCode !== 202) throw new Error(`an upload was answered ${answer.statusCode}: ${text}`)
    return text
  }
  async function read(pool: Pool, path: string): Promise<void> {
    const answer = await pool.request({ method: 'GET', path, headers: authorization() })
    let size = 0
    for await (const chunk of answer.body) size += chunk.length
    if (answer.statusCode !== 200 || size !== fileBytes)
      throw new Error(`a download was answered ${answer.statusCode} with ${size} bytes`)
  }
  return {
    pid: hub.pid,
    toHub: async (bytes) => JSON.parse(await post(hubPool, `/channels/${channel}/inbound_messages`, bytes)).message_uid,
    toBare: async (bytes) => void (await post(barePool, '/', bytes)),
    fromHub: (url) => read(hubPool, new URL(url).pathname),
    fromBare: () => read(barePool, '/'),
    async urlOf(uid) {
      const path = `/messages/alt:uid:${uid}`
      const { body } = await hubPool.request({ method: 'GET', path, headers: authorization() })
      return ((await body.json()) as { attachments: { url: string }[] }).attachments[0]?.url ?? ''
    },
    async stop() {
      await Promise.all([hubPool.close(), barePool.close()])
      bare.disconnect()
      await hub.stop()
      await cluster.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A message with one file, in the form that a channel pushes. */
function formOf(file: Buffer, externalId: string): Buffer {
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const texts =
    field('sender[handle]', 'h0-1') +
    field('body', 'The photo of the parcel') +
    field('metadata[external_id]', externalId) +
    field('metadata[external_conversation_id]', 'v1')
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="attachments"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`
  return Buffer.concat([Buffer.from(texts + head), file, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

/** MB/s of `count` transfers of a file, `atOnce` at a time. */
export async function rateOf(count: number, transfer: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  let left = count
  const client = async () => {
    while (left-- > 0) await transfer()
  }
  await Promise.all(Array.from({ length: atOnce }, client))
  return (count * fileBytes) / 1_000 / (performance.now() - start)
}
