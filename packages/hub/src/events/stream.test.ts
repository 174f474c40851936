import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

describe('the stream', () => {
  let hub: TestHub
  let channel: TestChannel
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub)
  })
  after(async () => {
    await channel.server.stop()
    await hub.close()
  })

  const listen = (from?: number, token = hub.token) =>
    StreamReader.open(hub.url, { authorization: `Bearer ${token}` }, from)
  const cursorNow = async () => Number((await hub.call('GET', '/conversations')).headers.get('x-portico-cursor'))

  it('begins now for an empty Last-Event-ID, and with a reset for an invalid one', async () => {
    for (const [id, event] of [
      ['', undefined],
      ['0x1', 'reset'],
      ['1e0', 'reset'],
    ] as const) {
      const headers = { authorization: `Bearer ${hub.token}`, 'last-event-id': id }
      const reader = await StreamReader.open(hub.url, headers)
      assert.deepEqual([reader.cursor, reader.messages[0]?.event], [await cursorNow(), event], id)
      reader.close()
    }
  })

  it('continues after an event of a type and a target that only a newer hub knows, without sending it', async () => {
    const start = await cursorNow()
    const reader = await listen()
    const later = (target: string) =>
      hub.db.query(
        'later',
        `select write_event($1, 'tagged', 'teammate', 1, target_kind => $2, target => 7)
         from (select from counters where company_id = $1 for update) held`,
        [hub.companyId, target],
      )
    await later('tag')
    await later('teammate')
    await channel.push({ body: 'Hello', externalId: 'later', conversation: 'later' })
    await reader.until(() => reader.messages.length > 0)
    assert.deepEqual(
      reader.messages.map(({ id, data }) => [id, data.type]),
      [[start + 3, 'inbound']],
    )
    reader.close()
    const again = await listen(start)
    await again.until(() => again.messages.length > 0)
    assert.equal(again.messages[0]?.data.type, 'inbound')
    again.close()
    const listed = (await hub.call('GET', '/events')).body._results
    assert.ok(!listed.some(({ type }: { type: string }) => type === 'tagged'))
    const { companyId } = hub
    assert.equal((await hub.call('GET', `/events/${publicId('evt', companyId, start + 1)}`)).status, 404)
  })

  it('misses nothing and repeats nothing while eight writers commit and readers come and go', async () => {
    const start = await cursorNow()
    const total = 200
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < total / 8; n++) {
        await channel.push({ body: `${writer}-${n}`, externalId: `w-${writer}-${n}`, conversation: `w-${writer}` })
      }
    })
    const seen: number[] = []
    let cursor = start
    while (seen.length < total) {
      const reader = await listen(cursor)
      const wanted = Math.min(total - seen.length, 1 + (seen.length % 37))
      await reader.until(() => reader.messages.length >= wanted)
      reader.close()
      seen.push(...reader.messages.slice(0, wanted).map(({ id }) => id))
      cursor = seen.at(-1) ?? cursor
    }
    await Promise.all(writers)
    assert.deepEqual(
      seen,
      Array.from({ length: total }, (_, n) => start + 1 + n),
    )
  })

  it('sends every reader the same events in the same order', async () => {
    const start = await cursorNow()
    const readers = await Promise.all([listen(start), listen(start), listen(start)])
    for (const n of [1, 2, 3, 4, 5])
      await channel.push({ body: 'x', externalId: `same-${n}`, conversation: `same-${n % 2}` })
    for (const reader of readers) await reader.until(() => reader.messages.length >= 5)
    const received = readers.map((reader) =>
      reader.messages.map(({ id, data }) => [id, data.type, data.target.data.metadata]),
    )
    for (const reader of readers) reader.close()
    assert.deepEqual(received[1], received[0])
    assert.deepEqual(received[2], received[0])
  })

  it('carries the message and its conversation, as Front shapes an event', async () => {
    const reader = await listen()
    await channel.push({ body: 'Where is my parcel?', externalId: 'shape', conversation: 'shape', name: 'Ivo' })
    await reader.until(() => reader.messages.length > 0)
    reader.close()
    const { data } = reader.messages[0] ?? assert.fail()
    assert.equal(data.type, 'inbound')
    assert.equal(data.source._meta.type, 'inboxes')
    assert.equal(data.target._meta.type, 'message')
    assert.equal(data.target.data.text, 'Where is my parcel?')
    assert.equal(data.conversation.recipient.name, 'Ivo')
  })

  it('sends nothing of another company', async () => {
    const other = await hub.addCompany('Beta')
    const reader = await listen(undefined, other.token)
    const own = await listen()
    await channel.push({ body: 'secret', externalId: 'secret', conversation: 'secret' })
    await own.until(() => own.messages.length > 0)
    await hub.call('POST', '/inboxes', { name: 'Mine' }, { token: other.token })
    await reader.until(() => reader.messages.length > 0)
    assert.deepEqual(
      reader.messages.map(({ data }) => data.type),
      ['inbox'],
    )
    reader.close()
    own.close()
  })

  it('keeps nothing for a reader who disconnected before the stream began', { timeout: 10_000 }, async () => {
    const { port } = new URL(hub.url)
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = connect(Number(port), '127.0.0.1')
        await once(socket, 'connect')
        socket.write(`GET /stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${hub.token}\r\n\r\n`)
        await new Promise(setImmediate)
        socket.resetAndDestroy()
        await once(socket, 'close')
      }),
    )
    // one or two vary with the connections to the database; those of the 20 readers would stay
    while (timers() > before + 2) await cursorNow()
  })

  it('sends a reset to an unknown cursor', async () => {
    const reader = await listen(9_000_000)
    await reader.until(() => reader.messages.length > 0)
    assert.equal(reader.messages[0]?.event, 'reset')
    assert.equal(reader.cursor, await cursorNow())
    reader.close()
  })
})
