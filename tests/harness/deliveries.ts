import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { additionalDataOfSecret } from '../../packages/hub/src/channel-types/secrets.ts'
import { createCompany } from '../../packages/hub/src/companies/create.ts'
import { drawNumbers } from '../../packages/hub/src/companies/draw-numbers.ts'
import { waitingStates } from '../../packages/hub/src/db/constants.ts'
import type { Database } from '../../packages/hub/src/db/database.ts'
import type { Claimed } from '../../packages/hub/src/deliveries/claim.ts'
import { type AttemptResult, classify } from '../../packages/hub/src/deliveries/classify.ts'
import { type Completion, completeDeliveries } from '../../packages/hub/src/deliveries/complete.ts'
import { DeliveryLoop } from '../../packages/hub/src/deliveries/loop.ts'
import { findReadyChannels } from '../../packages/hub/src/deliveries/queries.ts'
import { type Scheduled, schedule } from '../../packages/hub/src/deliveries/schedule.ts'
import { Bus } from '../../packages/hub/src/events/bus.ts'
import { makeUrls } from '../../packages/hub/src/http/urls.ts'
import { createOutboundMessage } from '../../packages/hub/src/messages/create.ts'
import { type AddressRules, addressRules } from '../../packages/hub/src/outbound-http/addresses.ts'
import { makeSealer } from '../../packages/hub/src/secrets/sealer.ts'
import { FakeChannelServer } from './channel-server.ts'
import { createDatabase, type TestDatabase } from './database.ts'

const publicUrl = 'https://acme.inbox.example'
export const sealer = makeSealer(Buffer.alloc(32, 'deliveries'))
const settings = { publicUrl, isExposed: false, trustedProxies: [], allowInsecureChannels: false }
export const urls = makeUrls(settings)

/** A company with channels to real servers on loopback, and as many delivery loops as a test starts. */
export interface DeliveryFixture {
  db: TestDatabase
  bus: Bus
  companyId: number
  /** Adds a channel with a channel type of its own. */
  addChannel(server: { url: string }, type?: { idempotent?: boolean; maxInFlight?: number }): Promise<number>
  addConversation(channelId: number): Promise<number>
  send(conversationId: number, channelId: number, text: string): Promise<number>
  startLoop(options?: { db?: Database; bus?: Bus; allow?: AddressRules }): DeliveryLoop
  states(): Promise<Record<number, string>>
  /** Resolves when no delivery is queued, sending or delayed, or when the given condition holds. */
  until(condition?: (states: Record<number, string>) => boolean | Promise<boolean>): Promise<void>
  row(messageId: number): Promise<DeliveryRecord>
  /** Completes a claim directly, as a hub does that was paused meanwhile. */
  complete(claimed: Claimed, state: Scheduled['state'], isExpired?: boolean): Promise<(Completion | null)[]>
  /** A conversation's deliveries, oldest first. */
  stored(conversationId: number): Promise<{ id: number; state: string; attempts: number; is_next: boolean }[]>
  closeBreakers(): Promise<void>
  /** Claims messages as a hub does, with a lease of so many seconds. Resolves with the claim's id. */
  interrupt(messageIds: number[], leaseSeconds: number): Promise<string>
  /** Ends the leases of all claims. */
  endLeases(): Promise<void>
  /** The channels that a loop would choose now. */
  choose(): Promise<number[]>
  close(): Promise<void>
}

export interface DeliveryRecord {
  state: string
  is_next: boolean
  attempts: number
  retries: number
  error_code: string | null
  error_message: string | null
  request_body: string | null
  wait_ms: number
  external_id: string | null
  error_type: string | null
}

/** Starts a fixture in a database of its own, or adds a company to the database of another fixture. */
export async function startDeliveryFixture(within?: Pick<DeliveryFixture, 'db' | 'bus'>): Promise<DeliveryFixture> {
  const db = within?.db ?? (await createDatabase())
  const bus = within?.bus ?? new Bus(db)
  const companyId = (await createCompany(db, { name: 'Acme' })) ?? 0
  const first = await drawNumbers(db, companyId, 2)
  const [inboxId, apiTokenId] = [first, first + 1]
  await db.query('t_inbox', `insert into inboxes (company_id, id, name) values ($1, $2, 'Support')`, [
    companyId,
    inboxId,
  ])
  const loops: DeliveryLoop[] = []
  const states = async () => {
    const rows = await db.query<{ message_id: number; state: string }>(
      't_states',
      'select message_id, state from all_deliveries where company_id = $1 order by message_id',
      [companyId],
    )
    return Object.fromEntries(rows.map(({ message_id, state }) => [message_id, state]))
  }
  const isOver = (now: Record<number, string>) =>
    Object.values(now).every((state) => ![...waitingStates, 'sending'].includes(state))
  return {
    db,
    bus,
    companyId,
    async addChannel(server, { idempotent = false, maxInFlight = 4 } = {}) {
      const id = await drawNumbers(db, companyId, 3)
      const [typeId, secretId, channelId] = [id, id + 1, id + 2]
      const sealed = sealer.seal(randomBytes(32).toString('hex'), additionalDataOfSecret(companyId, secretId))
      await db.query(
        't_type',
        `insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type, idempotent, max_in_flight)
         values ($1, $2, $3, 'Test', $4, 'none', 'custom', $5, $6)`,
        [companyId, typeId, `app_${typeId}`, server.url, idempotent, maxInFlight],
      )
      await db.query(
        't_secret',
        'insert into channel_type_secrets (company_id, channel_type_id, id, sealed) values ($1, $2, $3, $4)',
        [companyId, typeId, secretId, sealed],
      )
      await db.query(
        't_channel',
        `insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url)
         values ($1, $2, $3, $4, 'Test', 'acme-web-chat', $5)`,
        [companyId, channelId, typeId, inboxId, server.url],
      )
      await db.query('t_state', 'insert into channel_delivery_states (company_id, channel_id) values ($1, $2)', [
        companyId,
        channelId,
      ])
      return channelId
    },
    async addConversation(channelId) {
      const id = await drawNumbers(db, companyId, 1)
      await db.query(
        't_conversation',
        `insert into conversations (company_id, id, inbox_id, channel_id, recipient_handle, recipient_name)
         values ($1, $2, $3, $4, $5, 'Ivo')`,
        [companyId, id, inboxId, channelId, `visitor-${id}`],
      )
      return id
    },
    async send(conversationId, channelId, body) {
      const draft = {
        companyId,
        conversationId,
        channelId,
        origin: 'api' as const,
        actorId: apiTokenId,
        body,
        archive: false,
      }
      return (await createOutboundMessage(db, bus, draft)).messageId
    },
    startLoop(options = {}) {
      const allow = addressRules(settings)
      const log = pino({ level: 'silent' })
      const deps = {
        db,
        bus,
        urls,
        sealer,
        allow,
        log,
        registry: new Registry(),
        tokenRefused: async () => {},
        ...options,
      }
      const loop = new DeliveryLoop(deps)
      loops.push(loop)
      return loop
    },
    states,
    async until(condition = isOver) {
      for (;;) {
        const changed = Promise.withResolvers<void>()
        const unsubscribe = bus.on('events', () => changed.resolve())
        const holds = await condition(await states())
        if (!holds) await changed.promise
        unsubscribe()
        if (holds) return
      }
    },
    async row(messageId) {
      const [row] = await db.query<DeliveryRecord>(
        't_row',
        `select d.*, m.error_type, (extract(epoch from d.due_at - now()) * 1000)::bigint as wait_ms,
           convert_from(stored_request(d.company_id, coalesce(d.batch_id, c.id), d.message_id), 'UTF8') as request_body
         from all_deliveries d join messages m on m.company_id = d.company_id and m.id = d.message_id
         left join delivery_claims c on c.company_id = d.company_id and d.message_id = any(c.messages)
         where d.company_id = $1 and d.message_id = $2`,
        [companyId, messageId],
      )
      if (!row) throw new Error(`no delivery of message ${messageId}`)
      return row
    },
    complete(claimed, state, isExpired = false) {
      const { messageId, channelId, claimId } = claimed
      const result: AttemptResult = isExpired
        ? { kind: 'lease_expired', durationMs: 0 }
        : { kind: 'answer', status: 200, headers: {}, bodyText: '{"type":"success"}', durationMs: 1 }
      const outcome = {
        ...schedule(classify(result, { idempotent: false }), 0, 0.5),
        state,
        delayMs: state === 'delayed' ? 5_000 : null,
      }
      const call = { isExpired, startedAt: Date.now(), durationMs: 1, statusCode: 200, excerpt: '' }
      return completeDeliveries(db, [{ companyId, messageId, channelId, claimId, ...call, outcome }])
    },
    stored(conversationId) {
      return db.query(
        't_stored',
        `select message_id as id, state, attempts, is_next from all_deliveries
         where company_id = $1 and conversation_id = $2 order by message_id`,
        [companyId, conversationId],
      )
    },
    async closeBreakers() {
      await db.query(
        't_close',
        'update channel_delivery_states set open_until = null, failures = 0, window_failures = 0 where failures > 0',
      )
    },
    async interrupt(messageIds, leaseSeconds) {
      const [claim] = await db.query<{ id: string }>(
        't_interrupt',
        `insert into delivery_claims (company_id, id, lease_until, messages, conversations, channels)
         select company_id, gen_random_uuid(), now() + make_interval(secs => $3), array_agg(message_id), array_agg(conversation_id),
           array_agg(channel_id)
         from outbox where company_id = $1 and message_id = any($2::bigint[]) group by company_id returning id`,
        [companyId, messageIds, leaseSeconds],
      )
      if (!claim) throw new Error('none of these waits to be sent')
      return claim.id
    },
    async endLeases() {
      await db.query(
        't_end_leases',
        `update delivery_claims set lease_until = now() - interval '1 s' where company_id = $1`,
        [companyId],
      )
    },
    async choose() {
      return (await findReadyChannels(db, companyId)).byCompany.get(companyId) ?? []
    },
    async close() {
      await Promise.all(loops.map((loop) => loop.stop()))
      await db.drop()
    },
  }
}

export const fakeServer = FakeChannelServer.startFor
