import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parsePublicId } from '@portico/protocol'
import { addTestChannel, type ChannelOptions, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { againAfter } from './outcome.ts'

let hub: TestHub
before(async () => {
  hub = await startTestHub()
})
after(() => hub?.close())

interface CallbackRow {
  id: number
  kind: string
  attempts: number
  claim_id: string | null
  in_seconds: number
}

function callbacksOf(channel: TestChannel): Promise<CallbackRow[]> {
  return hub.db.query<CallbackRow>(
    'test_callbacks_of',
    `select id, kind, attempts, claim_id, extract(epoch from next_attempt_at - now())::float8 as in_seconds
     from channel_callbacks where company_id = $1 and channel_id = $2 order by id`,
    [hub.companyId, numberOf(channel)],
  )
}

const numberOf = ({ id }: TestChannel) => parsePublicId('cha', id)?.number ?? 0

/** The consumer and the sending go on by themselves; this waits until the events were handled and the rows say so. */
async function until(channel: TestChannel, holds: (rows: CallbackRow[]) => boolean): Promise<CallbackRow[]> {
  for (const deadline = Date.now() + 9_000; ; await sleep(25)) {
    const isCaughtUp = await hasCaughtUp()
    const rows = await callbacksOf(channel)
    if (isCaughtUp && holds(rows)) return rows
    assert(Date.now() < deadline, JSON.stringify(rows))
  }
}

async function hasCaughtUp(): Promise<boolean> {
  const rows = await hub.db.query(
    'test_caught_up',
    `select from counters c join consumer_cursors k using (company_id, last_event)
     where c.company_id = $1 and k.consumer = 'channel-callbacks'`,
    [hub.companyId],
  )
  return rows.length === 1
}

async function makeDue(channel: TestChannel): Promise<void> {
  await hub.db.query(
    'test_due',
    'update channel_callbacks set next_attempt_at = now() where company_id = $1 and channel_id = $2',
    [hub.companyId, numberOf(channel)],
  )
}

async function channelFor(t: TestContext, options: ChannelOptions = {}): Promise<TestChannel> {
  const channel = await addTestChannel(hub, { ...options, type: { wants_message_imported: true, ...options.type } })
  t.after(() => channel.server.stop())
  return channel
}

const imports = ({ server }: TestChannel) => server.received.filter(({ body }) => body.type === 'message_imported')

describe('a channel with wants_imported', () => {
  it('gets one message_imported for each message, once it exists', async (t) => {
    const channel = await channelFor(t)
    const pushed = await channel.push({
      body: 'Where is my parcel?',
      externalId: 'm-20441',
      conversation: 'visitor-8841',
    })
    await channel.push({ body: 'Where is my parcel?', externalId: 'm-20441', conversation: 'visitor-8841' })
    await until(channel, (rows) => rows.length === 0)
    const [callback, ...more] = imports(channel)
    assert.equal(more.length, 0)
    assert.deepEqual([callback?.method, callback?.path], ['POST', '/hook'])
    assert.deepEqual(Object.keys(callback?.body ?? {}), ['type', 'payload', 'metadata'])
    assert.equal(callback?.body.payload.message_uid, pushed.body.message_uid)
    assert.deepEqual([callback?.body.payload.is_inbound, callback?.body.payload.text], [true, 'Where is my parcel?'])
    assert.deepEqual(callback?.body.metadata, {
      external_conversation_id: 'visitor-8841',
      external_conversation_ids: ['visitor-8841'],
    })
    assert.equal(callback?.raw, JSON.stringify(JSON.parse(callback?.raw ?? '')))
  })

  it('may respond in any way', async (t) => {
    const channel = await channelFor(t)
    const answers: ((response: ServerResponse) => void)[] = [
      (r) => void r.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Cannot POST</h1>'),
      (r) => void r.writeHead(500).end(),
      (r) => void r.writeHead(200).end(),
      (r) => void r.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      (r) => void r.writeHead(429, { 'retry-after': '1' }).end(),
    ]
    channel.server.behave = (_received, response) => answers[imports(channel).length - 1]?.(response)
    for (const n of answers.keys()) await channel.push({ body: 'x', externalId: `any-${n}` })
    await until(channel, (rows) => rows.length === 0)
    assert.equal(imports(channel).length, answers.length)
    const { body } = await hub.call('GET', `/channels/${channel.id}`)
    assert.deepEqual(body.health, { state: 'ok', since: null, last_error: null, held_until: null, next_try_at: null })
    const errors = await hub.db.query(
      'test_errors',
      "select 1 from events where company_id = $1 and type = 'sending_error'",
      [hub.companyId],
    )
    assert.deepEqual(errors, [])
  })

  it('is called up to four times without a response', async (t) => {
    const channel = await channelFor(t)
    channel.server.behave = (_received, response) => void response.destroy()
    await channel.push({ body: 'x', externalId: 'cut' })
    for (const [attempts, after] of [5, 60, 600].entries()) {
      const [row] = await until(channel, ([one]) => one?.attempts === attempts + 1 && one.claim_id === null)
      assert(row && Math.abs(row.in_seconds - after) < 3, JSON.stringify(row))
      await makeDue(channel)
    }
    await until(channel, (rows) => rows.length === 0)
    assert.equal(imports(channel).length, 4)
  })
})

describe('a channel without wants_imported', () => {
  it('gets no message_imported, also after the setting was switched off', async (t) => {
    const quiet = await channelFor(t, { type: { wants_message_imported: false } })
    await quiet.push({ body: 'x', externalId: 'q' })
    await until(quiet, (rows) => rows.length === 0)
    const channel = await channelFor(t)
    channel.server.behave = (_received, response) => void response.destroy()
    await channel.push({ body: 'x', externalId: 'n' })
    await until(channel, ([row]) => row?.attempts === 1 && row.claim_id === null)
    await hub.call('PATCH', `/channel_types/${channel.typeUid}`, { wants_message_imported: false })
    await makeDue(channel)
    await until(channel, (rows) => rows.length === 0)
    assert.deepEqual([imports(channel).length, imports(quiet).length], [1, 0])
  })
})

describe('the sending of callbacks', () => {
  it('continues for the others while one server hangs', async (t) => {
    const hanging = await channelFor(t)
    hanging.server.behave = () => {}
    for (let n = 0; n < 12; n++) await hanging.push({ body: 'x', externalId: `hang-${n}` })
    await hanging.server.until(() => imports(hanging).length === 2)
    const healthy = await channelFor(t)
    for (let n = 0; n < 25; n++) await healthy.push({ body: 'x', externalId: `ok-${n}` })
    await until(healthy, (rows) => rows.length === 0)
    assert.equal(new Set(imports(healthy).map(({ body }) => body.payload.id)).size, 25)
    assert.ok(imports(hanging).length <= 4)
    // once the server is silent, the rest of its batch is delayed unsent
    const rows = await until(hanging, (all) => all.filter(({ attempts }) => attempts === 1).length >= 10)
    assert(rows.length === 12 && imports(hanging).length <= 4)
  })

  it('forgets imports of a deleted channel, and repeats the deletion only to a server that is away', () => {
    const answer = (status: number) => ({ kind: 'answer' as const, status, headers: {}, bodyText: '', durationMs: 1 })
    const away = { kind: 'not_sent' as const, code: 'connection_refused' as const, message: '', durationMs: 1 }
    const callback = (status: number) => againAfter({ kind: 'delete', attempts: 1 }, answer(status))
    assert.deepEqual([200, 204, 302, 400, 401, 404, 405, 410].map(callback), Array(8).fill(null))
    assert.deepEqual([408, 429, 500, 503].map(callback), [5, 5, 5, 5])
    assert.deepEqual(
      [1, 2, 3, 4].map((attempts) => againAfter({ kind: 'delete', attempts }, away)),
      [5, 60, 600, null],
    )
    assert.equal(againAfter({ kind: 'message_imported', attempts: 1 }, answer(503)), null)
  })
})
