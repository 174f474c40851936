import { randomBytes } from 'node:crypto'
import { openDatabase } from '@portico/hub/database'
import { migrate } from '@portico/hub/migrate'
import pg from 'pg'
import { additionalDataOfSecret } from '../packages/hub/src/channel-types/secrets.ts'
import { makeSealer } from '../packages/hub/src/secrets/sealer.ts'
import type { Cluster } from '../tests/harness/cluster.ts'

/** The numbers of companies, channels of a company, conversations of a channel. */
export interface Population {
  companies: number
  channels: number
  conversations: number
  /** The URLs of the channel servers, assigned round-robin; absent: there is none. */
  urls?: string[]
  /** Requests in flight a channel. */
  maxInFlight?: number
  /** Conversations that were begun by us, so that the channel has not named them yet. */
  isUnnamed?: boolean
}

/** The numbers that the population's things have in each company. */
export const numbers = {
  inbox: 1,
  type: 2,
  secret: 3,
  /** The number of replies; only outbound benchmarks add them. */
  author: 4,
  channel: 10,
  contact: 1_000,
  conversation: 500_000,
  last: 1_000_000,
}

export const uidOf = (company: number) => `app_${company.toString(16).padStart(16, '0')}`

/** A fresh database with this population: every conversation has its customer and has been archived by nobody. No undo time. */
export async function populate(cluster: Cluster, population: Population) {
  const name = `bench_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client(cluster.url)
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const url = cluster.url.replace(/\/postgres$/, `/${name}`)
  const db = openDatabase({ connection: { connectionString: url } })
  await migrate(db)
  const masterKey = randomBytes(32)
  const secret = randomBytes(32).toString('hex')
  for (const statement of statements(population)) await db.pool.query(statement)
  const sealer = makeSealer(masterKey)
  const sealed = Array.from({ length: population.companies }, (_, i) =>
    sealer.seal(secret, additionalDataOfSecret(i + 1, numbers.secret)).toString('hex'),
  )
  await db.pool.query(
    `insert into channel_type_secrets (company_id, channel_type_id, id, sealed)
     select company, ${numbers.type}, ${numbers.secret}, decode(s, 'hex') from unnest($1::text[]) with ordinality as u (s, company)`,
    [sealed],
  )
  await db.pool.query('vacuum analyze')
  await db.close()
  return { url, secret, masterKey: masterKey.toString('hex') }
}

function statements({
  companies,
  channels,
  conversations,
  urls = ['http://127.0.0.1:9/'],
  maxInFlight = 4,
  isUnnamed = false,
}: Population): string[] {
  const company = `generate_series(1, ${companies}) co`
  const channel = `${company}, generate_series(0, ${channels - 1}) ch`
  const conversation = `${channel}, generate_series(0, ${conversations - 1}) v`
  const index = `ch * ${conversations} + v`
  const handle = `'h' || ch || '-' || v`
  const url = `('{${urls.join()}}'::text[])[ch % ${urls.length} + 1]`
  return [
    `insert into directory.companies (id) select co from ${company}`,
    `insert into companies (company_id, name) select co, 'Company ' || co from ${company}`,
    `insert into teams (company_id, id, name) select co, 1, 'Company ' || co from ${company}`,
    `insert into counters (company_id, last_number) select co, ${numbers.last} from ${company}`,
    `insert into delivery_queues (company_id) select co from ${company}`,
    `insert into inboxes (company_id, id, name) select co, ${numbers.inbox}, 'Support' from ${company}`,
    `insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type, max_in_flight, wants_message_imported)
     select co, ${numbers.type}, 'app_' || lpad(to_hex(co), 16, '0'), 'Bench', '${urls[0]}', 'none', 'custom', ${maxInFlight}, false
     from ${company}`,
    `insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url)
     select co, ${numbers.channel} + ch, ${numbers.type}, ${numbers.inbox}, 'Bench', 'a' || ch, ${url} from ${channel}`,
    `insert into channel_delivery_states (company_id, channel_id) select co, ${numbers.channel} + ch from ${channel}`,
    `insert into contacts (company_id, id, name) select co, ${numbers.contact} + ${index}, 'Ivo' from ${conversation}`,
    `insert into contact_handles (company_id, source, handle, contact_id)
     select co, 'custom', ${handle}, ${numbers.contact} + ${index} from ${conversation}`,
    `insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name, last_message_at)
     select co, ${numbers.conversation} + ${index}, ${numbers.inbox}, ${numbers.channel} + ch, ${numbers.contact} + ${index},
       ${handle}, 'Ivo', now() - interval '1 day' from ${conversation}`,
    ...(isUnnamed
      ? []
      : [
          `insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
           select co, ${numbers.channel} + ch, 'v' || v, ${numbers.conversation} + ${index}, ${numbers.conversation} + ${index}
           from ${conversation}`,
        ]),
  ]
}
