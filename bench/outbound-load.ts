import { createSecretKey } from 'node:crypto'
import { publicId, sign } from '@portico/protocol'
import { Pool } from 'undici'

/** Signed POSTs to channel servers and nothing else, so many in flight at each. */
export interface PostJob {
  kind: 'post'
  urls: string[]
  count: number
  inFlight: number
  body: string
}

/** Replies created over HTTP, the conversations in turn. */
export interface CreateJob {
  kind: 'create'
  port: number
  token: string
  conversationIds: number[]
  count: number
  connections: number
}

/** A process that does what it is told over IPC and answers when it is done, with the seconds that it took. */
process.on('message', async (job: PostJob | CreateJob) => {
  const start = performance.now()
  await (job.kind === 'post' ? post(job) : create(job))
  process.send?.((performance.now() - start) / 1_000)
})
process.on('disconnect', () => process.exit())

async function post({ urls, count, inFlight, body }: PostJob): Promise<void> {
  const secret = createSecretKey('s'.repeat(64), 'utf8')
  const pools = urls.map((url) => ({
    pool: new Pool(new URL(url).origin, { connections: inFlight }),
    path: new URL(url).pathname,
  }))
  let left = count
  const loop = async ({ pool, path }: (typeof pools)[number]) => {
    while (left-- > 0) {
      const timestamp = Date.now()
      const headers = {
        'content-type': 'application/json',
        'x-front-request-timestamp': String(timestamp),
        'x-front-signature': sign(secret, timestamp, body),
      }
      const answer = await pool.request({ path, method: 'POST', headers, body })
      await answer.body.text()
    }
  }
  await Promise.all(pools.flatMap((pool) => Array.from({ length: inFlight }, () => loop(pool))))
  await Promise.all(pools.map(({ pool }) => pool.close()))
}

async function create({ port, token, conversationIds, count, connections }: CreateJob): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ body: 'Your parcel left the depot this morning.', options: { archive: false } })
  let next = 0
  const loop = async () => {
    for (let n = next++; n < count; n = next++) {
      const conversation = publicId('cnv', 1, conversationIds[n % conversationIds.length] ?? 0)
      const path = `/conversations/${conversation}/messages`
      const answer = await pool.request({ method: 'POST', path, headers, body })
      if (answer.statusCode !== 202) throw new Error(`answered ${answer.statusCode}: ${await answer.body.text()}`)
      await answer.body.dump()
    }
  }
  await Promise.all(Array.from({ length: connections }, loop))
  await pool.close()
}
