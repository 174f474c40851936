import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openDatabase } from '@portico/hub/database'
import pg from 'pg'
import { createApiToken } from '../packages/hub/src/api-tokens/api-tokens.ts'
import type { Cluster } from '../tests/harness/cluster.ts'
import type { Instructions, Seen } from './channel-servers.ts'
import { messageFrom } from './inbound.ts'
import type { CreateJob, PostJob } from './outbound-load.ts'
import { numbers, populate } from './population.ts'

/** Channel servers on ports of their own, in another process on the same cores. */
export interface ChannelServers {
  pid: number
  urls: string[]
  instruct(instructions: Instructions): void
  report(): Promise<Seen>
  stop(): void
}

export async function startChannelServers(count: number): Promise<ChannelServers> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'channel-servers.ts'), [String(count)])
  const [ports] = (await once(child, 'message')) as [number[]]
  return {
    pid: child.pid ?? 0,
    urls: ports.map((port) => `http://127.0.0.1:${port}/hook`),
    instruct: (instructions) => void child.send(instructions),
    async report() {
      child.send({ report: true })
      const [seen] = (await once(child, 'message')) as [Seen]
      return seen
    },
    stop: () => void child.disconnect(),
  }
}

/** The process that posts and creates, so that its CPU is separate from the hub's. */
export interface OutboundLoad {
  pid: number
  /** Resolves with the seconds that it took. */
  run(job: PostJob | CreateJob): Promise<number>
  stop(): void
}

export function startLoad(): OutboundLoad {
  const child = fork(join(import.meta.dirname, 'outbound-load.ts'))
  return {
    pid: child.pid ?? 0,
    async run(job) {
      child.send(job)
      return messageFrom<number>(child)
    },
    stop: () => void child.disconnect(),
  }
}

/** A company with a channel for each URL. */
export interface OutboundFixture {
  url: string
  masterKey: string
  token: string
  client: pg.Client
  /** The channels in turn. */
  conversationIds: number[]
}

const company = 1

/** Channels with `conversations` conversations each, at most `cap` requests in flight a channel. */
export async function makeOutboundFixture(
  cluster: Cluster,
  urls: string[],
  conversations: number,
  cap: number,
): Promise<OutboundFixture> {
  const size = { companies: 1, channels: urls.length, conversations }
  const { url, masterKey } = await populate(cluster, { ...size, urls, maxInFlight: cap, isUnnamed: true })
  const db = openDatabase({ connection: { connectionString: url } })
  await db.pool.query(
    `insert into teammates (company_id, id, email, username, first_name, last_name)
     values ($1, $2, 'noor@acme.example', 'noor', 'Noor', 'Haddad')`,
    [company, numbers.author],
  )
  const { token } = await createApiToken(db, company, 'bench')
  await db.close()
  const client = new pg.Client(url)
  await client.connect()
  const conversationIds = Array.from({ length: urls.length * conversations }, (_value, n) => {
    const [channel, turn] = [n % urls.length, Math.floor(n / urls.length)]
    return numbers.conversation + channel * conversations + turn
  })
  return { url, masterKey, token, client, conversationIds }
}

/** `count` replies, the same number in each conversation (of one channel, or of all), as if they had been created one by one before this. */
export async function addBacklog(
  { client, conversationIds }: OutboundFixture,
  count: number,
  channel: { id: number; conversations: number } | null = null,
): Promise<void> {
  const text = 'Your parcel left the depot this morning and should be with you before the weekend. Anything else?'
  await client.query('begin')
  await client.query('select 1 from counters where company_id = 1 for update')
  await client.query(
    `with new as (
       select k.last_number + row_number() over (order by n, c.id) as id, c.id as conversation_id, c.channel_id, c.contact_id,
         c.recipient_handle, n
       from counters k, conversations c, generate_series(1, $1::integer) n where k.company_id = 1 and c.company_id = 1
         and ($4::bigint is null or c.channel_id = $4)
     ), written as (
       insert into messages (company_id, id, conversation_id, channel_id, is_inbound, origin, author_id, contact_id, handle, name,
         body, body_format, blurb)
       select 1, id, conversation_id, channel_id, false, 'teammate', $3, contact_id, recipient_handle, 'Ivo', $2, 'text', $2 from new
     )
     insert into outbox (company_id, message_id, conversation_id, channel_id, is_next)
     select 1, id, conversation_id, channel_id, n = 1 from new`,
    [count / (channel?.conversations ?? conversationIds.length), text, numbers.author, channel?.id ?? null],
  )
  await client.query('update counters set last_number = last_number + $1 where company_id = 1', [count])
  await client.query('commit')
}

/** Resolves with the time (ms since 1970) at which nothing is unsettled any more. */
export async function untilSettled({ client }: OutboundFixture): Promise<number> {
  for (;;) {
    // by its key: otherwise each look reads all that was deleted since the last vacuum, and is counted as the queue's work
    const { rows } = await client.query(
      'select from outbox where company_id = 1 order by conversation_id, message_id limit 1',
    )
    if (rows.length === 0) return Date.now()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Throws unless every delivery there is was sent, once. */
export async function requireAllSent({ client }: OutboundFixture): Promise<void> {
  const { rows } = await client.query(
    `select count(*)::integer as wrong from deliveries where company_id = 1 and (state <> 'sent' or attempts <> 1)`,
  )
  if (rows[0].wrong > 0) throw new Error(`${rows[0].wrong} deliveries were not sent at their first attempt`)
}

export async function describeDatabase({ client }: OutboundFixture): Promise<string> {
  const show = async (name: string) => String((await client.query(`show ${name}`)).rows[0][name]).split(' ')[0]
  const names = ['fsync', 'synchronous_commit', 'shared_buffers', 'max_wal_size']
  const settings: string[] = []
  for (const name of names) settings.push(`${name}=${await show(name)}`)
  return `PostgreSQL ${await show('server_version')} ${settings.join(' ')}`
}
