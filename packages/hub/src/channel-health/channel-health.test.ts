import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer as json, succeed } from '../../../../tests/harness/channel-server.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

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

async function send(body: string, to = 'ivo'): Promise<string> {
  const sent = await hub.call('POST', `/channels/${channel.id}/messages`, { to: [to], body })
  assert.equal(sent.status, 202, sent.text)
  return (await hub.call('GET', `/messages/alt:uid:${sent.body.message_uid}`)).body.id
}

async function untilState(id: string, state: string): Promise<void> {
  for (;;) {
    const { body } = await hub.call('GET', `/messages/${id}/delivery`)
    if (body.state === state) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const report = async (period = '24h') =>
  (await hub.call('GET', `/channels/${channel.id}/health_report?period=${period}`)).body
const log = async (query = '') => (await hub.call('GET', `/channels/${channel.id}/deliveries?${query}`)).body
const idsOf = (list: { _results: { message_id: string }[] }) => list._results.map(({ message_id }) => message_id)

/** The report, when the consumer has counted so many attempts. */
async function counted(attempts: number) {
  for (;;) {
    const body = await report()
    const { sent, failed, not_confirmed, delayed } = body.counts
    if (sent + failed + not_confirmed + delayed >= attempts) return body
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('the health of a channel', () => {
  let failed = ''
  let unconfirmed = ''
  let sent = ''

  it('counts each attempt once, with its response time, the backlog and the last errors in the words of the channel', async () => {
    const empty = await report()
    assert.deepEqual([empty.success_rate, empty.latency.median_below_ms, empty.buckets.length], [null, null, 24])
    sent = await send('Fine')
    await untilState(sent, 'sent')
    channel.server.behave = (_, response) =>
      json(response, 400, { type: 'bad_request', message: 'This number is unknown' })
    failed = await send('Refused', 'mia')
    await untilState(failed, 'failed')
    channel.server.behave = (_, response) => void response.socket?.destroy()
    unconfirmed = await send('Perhaps', 'noa')
    await untilState(unconfirmed, 'not_confirmed')
    const body = await counted(3)
    assert.deepEqual(body.counts, { sent: 1, failed: 1, not_confirmed: 1, delayed: 0 })
    assert.equal(body.success_rate, 1 / 3)
    assert.ok(body.latency.median_below_ms > 0)
    assert.deepEqual(body.undelivered, { failed: 1, not_confirmed: 1 })
    assert.equal(body.buckets.at(-1).sent + body.buckets.at(-2).sent, 1)
    assert.deepEqual(
      body.last_errors.map((error: any) => [error.message_id, error.state, error.code]),
      [
        [unconfirmed, 'not_confirmed', 'connection_reset'],
        [failed, 'failed', 'bad_request'],
      ],
    )
    assert.match(body.last_errors[1].message, /This number is unknown/)
    assert.equal((await report('30d')).buckets.length, 30)
    assert.equal(body.secrets[0].state, 'current')
  })

  it('lists deliveries, searched by message, status, error and time, page by page', async () => {
    assert.deepEqual(idsOf(await log()), [unconfirmed, failed, sent])
    assert.deepEqual(idsOf(await log('state=failed')), [failed])
    assert.deepEqual(idsOf(await log('error=UNKNOWN')), [failed])
    assert.deepEqual(idsOf(await log('error=connection_reset')), [unconfirmed])
    assert.deepEqual(idsOf(await log(`message_id=${sent}`)), [sent])
    assert.deepEqual(idsOf(await log(`before=${Date.now() / 1000 - 3_600}`)), [])
    assert.deepEqual(idsOf(await log(`after=${Date.now() / 1000 - 3_600}`)), [unconfirmed, failed, sent])
    const first = await log('limit=2')
    assert.deepEqual(idsOf(first), [unconfirmed, failed])
    const { pathname, search } = new URL(first._pagination.next)
    const second = await hub.call('GET', pathname + search)
    assert.deepEqual([idsOf(second.body), second.body._pagination.next], [[sent], null])
    const [{ preview, status_code, attempts, error }] = (await log('state=failed'))._results
    assert.deepEqual([preview, status_code, attempts, error.code], ['Refused', 400, 1, 'bad_request'])
    for (const query of ['after=x', 'state=odd', 'page_token=x']) {
      assert.equal((await hub.call('GET', `/channels/${channel.id}/deliveries?${query}`)).status, 400, query)
    }
    assert.equal((await hub.call('GET', `/channels/${channel.id}/deliveries?message_id=msg_zzz`)).status, 404)
  })

  it('names the files of a message without text', async (t) => {
    const own = await addTestChannel(hub)
    t.after(() => own.server.stop())
    const names = ['offer.pdf', 'photo \u202egpj.exe']
    const files = names.map((name): [string, File] => ['attachments', fileOf(name, 'bytes')])
    const form = formOf([['to[0]', 'ivo'], ['body', ''], ...files])
    const sent = await sendForm(hub, `/channels/${own.id}/messages`, `Bearer ${hub.token}`, form)
    assert.equal(sent.status, 202, sent.text)
    const { id } = (await hub.call('GET', `/messages/alt:uid:${sent.body.message_uid}`)).body
    await untilState(id, 'sent')
    const { body } = await hub.call('GET', `/channels/${own.id}/deliveries`)
    assert.equal(body._results[0].preview, 'offer.pdf, photo gpj.exe')
  })

  it('sends again what an admin chooses, with the same id, and skips what was delivered', async () => {
    channel.server.behave = succeed
    const before = channel.server.messages().length
    const path = `/channels/${channel.id}/deliveries/replay`
    const { body } = await hub.call('POST', path, { message_ids: [unconfirmed, failed, sent, failed] })
    assert.deepEqual([body.message_ids.sort(), body.skipped], [[failed, unconfirmed].sort(), [sent]])
    await Promise.all([untilState(failed, 'sent'), untilState(unconfirmed, 'sent')])
    const again = channel.server.messages().slice(before)
    assert.deepEqual(again.map(({ body: { payload } }) => payload.id).sort(), [failed, unconfirmed].sort())
    assert.deepEqual((await report()).undelivered, { failed: 0, not_confirmed: 0 })
    const other = await addTestChannel(hub)
    await other.server.stop()
    const foreign = await hub.call('POST', `/channels/${other.id}/deliveries/replay`, { message_ids: [failed] })
    assert.deepEqual(foreign.body, { message_ids: [], skipped: [failed] })
  })

  it('is paused and resumed by an admin: nothing is sent in between, and everything afterwards', async () => {
    const stop = () => hub.call('POST', `/channels/${channel.id}/deliveries/stop`)
    assert.equal((await stop()).status, 204)
    assert.equal((await stop()).status, 204)
    const { body: events } = await hub.call('GET', '/events?q[types]=channel')
    const before = channel.server.messages().length
    const id = await send('Waits')
    assert.equal((await hub.call('GET', `/channels/${channel.id}`)).body.deliveries_stopped_at > 0, true)
    assert.equal((await hub.call('POST', `/messages/${id}/delivery/try_now`)).status, 200)
    // another channel's message is sent meanwhile, so the loop has looked
    const other = await addTestChannel(hub)
    await hub.call('POST', `/channels/${other.id}/messages`, { to: ['x'], body: 'Elsewhere' })
    await other.server.until(() => other.server.messages().length === 1)
    await other.server.stop()
    assert.equal(channel.server.messages().length, before)
    assert.deepEqual([(await report()).backlog.waiting, events._results?.length !== 0], [1, true])
    assert.equal((await hub.call('POST', `/channels/${channel.id}/deliveries/start`)).status, 204)
    await untilState(id, 'sent')
    assert.equal((await report()).stopped_at, null)
  })

  it('shows an error as one line of plain text, without the credential that the server repeats', async (t) => {
    for (const [auth_type, credentials, repeated] of [
      ['api_key', { api_key: 'key-4711-canary' }, 'key-4711-canary'],
      ['basic', { username: 'ada', password: 'pass-canary' }, 'pass-canary'],
      ['basic', { username: 'ada', password: 'pass-canary' }, Buffer.from('ada:pass-canary').toString('base64')],
    ] as const) {
      const own = await addTestChannel(hub, { type: { auth_type }, credentials })
      t.after(() => own.server.stop())
      const message = `<img src=x onerror=alert(1)>\r\n\u001b[31mKey ${repeated} is wrong\u202e ${'x'.repeat(5_000)}`
      own.server.behave = (_, response) => json(response, 400, { type: 'bad_request', message })
      const sent = await hub.call('POST', `/channels/${own.id}/messages`, { to: ['ivo'], body: 'Hello' })
      const { id } = (await hub.call('GET', `/messages/alt:uid:${sent.body.message_uid}`)).body
      await untilState(id, 'failed')
      const { body } = await hub.call('GET', `/channels/${own.id}/health_report?period=24h`)
      const [error] = body.last_errors
      assert.ok(error.message.startsWith('<img src=x onerror=alert(1)> Key … is wrong x'), error.message)
      assert.ok(error.message.length <= 500)
      const shown = await Promise.all(
        [`/channels/${own.id}/deliveries`, `/messages/${id}/delivery`, `/messages/${id}`].map((path) =>
          hub.call('GET', path),
        ),
      )
      for (const { text } of shown) assert.ok(!text.includes(repeated), text)
    }
  })
})
