import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { ambiguousCodes } from '../db/constants.ts'

describe('an undelivered message', () => {
  let hub: TestHub
  let channel: TestChannel
  let slow: TestChannel
  let repeating: TestChannel
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub)
    slow = await addTestChannel(hub, { settings: { undo_send_time: 60 } })
    repeating = await addTestChannel(hub, { type: { idempotent: true } })
  })
  after(async () => {
    for (const { server } of [channel, slow, repeating]) await server.stop()
    await hub.close()
  })

  /** A customer's message in a conversation of its own; the path of the conversation. */
  async function begin(name: string, through = channel): Promise<string> {
    const { body } = await through.push({
      body: `${name} asks`,
      externalId: `${name}-1`,
      conversation: name,
      handle: name,
    })
    const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    return new URL(message._links.related.conversation).pathname
  }
  const read = async (path: string) => (await hub.call('GET', path)).body
  async function reply(path: string, text: string, archive = false): Promise<string> {
    const body = { body: text, options: { archive } }
    return (await hub.call('POST', `${path}/messages`, body, { headers: { prefer: 'return=representation' } })).body.id
  }
  const decide = async (message: string, verb: string) => {
    const { status, body } = await hub.call('POST', `/messages/${message}/delivery/${verb}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }
  const nextEvents = () =>
    new Promise<void>((resolve) => {
      const stop = hub.hub.bus.on('events', () => {
        stop()
        resolve()
      })
    })
  async function untilState(message: string, ...states: string[]) {
    for (;;) {
      const committed = nextEvents()
      const delivery = await read(`/messages/${message}/delivery`)
      if (states.includes(delivery.state)) return delivery
      await committed
    }
  }
  /** Calls as the company's admin. */
  async function signIn() {
    const answered = await hub.call('POST', '/sign_in', hub.admin, { token: null })
    const cookie = answered.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0])
    const headers = { cookie: cookie.join('; '), origin: hub.url }
    return (method: string, path: string, body?: unknown) => hub.call(method, path, body, { token: null, headers })
  }
  const listed = async (filter = '') =>
    (await read(`/conversations?undelivered=true${filter}`))._results.map(
      ({ id }: { id: string }) => `/conversations/${id}`,
    )
  const refuse = (text: string) => {
    channel.server.behave = (received, response) =>
      received.body.payload.text === text
        ? answer(response, 400, { type: 'bad_request', message: 'No such number' })
        : succeed(received, response)
  }

  it('marks its conversation until a teammate has handled it, whatever is written after it', async () => {
    const path = await begin('failed')
    refuse('refused')
    const message = await reply(path, 'refused')
    await untilState(message, 'failed')
    await channel.push({ body: 'Hello?', externalId: 'failed-2', conversation: 'failed', handle: 'failed' })
    await untilState(await reply(path, 'well'), 'sent')
    assert.equal((await read(path)).undelivered, 'failed')
    assert.ok((await listed()).includes(path))

    await hub.call('PATCH', path, { status: 'archived' })
    assert.ok((await listed()).includes(path), 'archiving hides nothing')
    assert.equal((await read(path)).undelivered, 'failed')

    const dismissed = await decide(message, 'dismiss')
    assert.deepEqual([dismissed.state, dismissed.is_dismissed], ['failed', true])
    assert.equal((await read(path)).undelivered, null)
    assert.ok(!(await listed()).includes(path))
    await decide(message, 'dismiss')

    await decide(message, 'retry')
    const again = await untilState(message, 'failed')
    assert.deepEqual([again.is_dismissed, again.decided_by], [false, null])
    assert.equal((await read(path)).undelivered, 'failed')
    channel.server.behave = succeed
    await decide(message, 'retry')
    await untilState(message, 'sent')
    assert.equal((await read(path)).undelivered, null)
  })

  it('counts by the worst state of several, and includes a delay that blocks others', async () => {
    const path = await begin('several')
    channel.server.behave = (_, response) => answer(response, 429, { type: 'too_many_requests' })
    const first = await reply(path, 'one')
    await untilState(first, 'delayed')
    const second = await reply(path, 'two')
    assert.equal((await read(`/messages/${second}/delivery`)).state, 'waiting')
    const behind = await read(path)
    assert.deepEqual([behind.last_message.blurb, behind.undelivered], ['two', 'delayed'])
    channel.server.behave = (_, response) => answer(response, 500, {})
    await decide(first, 'cancel')
    await untilState(second, 'not_confirmed')
    assert.equal((await read(path)).undelivered, 'not_confirmed')
    refuse('three')
    await untilState(await reply(path, 'three'), 'failed')
    assert.equal((await read(path)).undelivered, 'failed', 'the worst')
    await decide(second, 'mark_as_sent')
    assert.equal((await read(path)).undelivered, 'failed')
  })

  it('marks its conversation when the channel reports the failure later', async () => {
    const path = await begin('reported')
    channel.server.behave = succeed
    const message = await reply(path, 'sent, it seems')
    await untilState(message, 'sent')
    assert.equal((await read(path)).undelivered, null)
    const response = await hub.call(
      'PUT',
      `/channels/${channel.id}/conversations/conv-${message}/messages/ext-${message}/status`,
      { status: 'failed', reason: 'Number unreachable' },
      { token: channel.token() },
    )
    assert.ok(response.status < 300, JSON.stringify(response.body))
    assert.equal((await read(path)).undelivered, 'failed')
  })

  it('is listed and counted for those who may see it, and names who handled it', async () => {
    const ada = await signIn()
    const count = async () => (await ada('GET', '/unread')).body.undelivered
    const before = await count()
    const path = await begin('marked')
    channel.server.behave = (_, response) => answer(response, 500, {})
    const message = await reply(path, 'unsure')
    await untilState(message, 'not_confirmed')
    channel.server.behave = succeed
    assert.equal(await count(), before + 1)
    const marked = (await ada('POST', `/messages/${message}/delivery/mark_as_sent`)).body
    assert.equal(marked.decided_by, (await ada('GET', '/me/teammate')).body.id)
    assert.equal(await count(), before)

    refuse('refused')
    const failed = await reply(path, 'refused')
    await untilState(failed, 'failed')
    const other = await hub.addCompany('Elsewhere')
    const abroad = await hub.call('GET', '/conversations?undelivered=true', undefined, { token: other.token })
    assert.deepEqual(abroad.body._results, [])
    await hub.call('PATCH', path, { status: 'deleted' })
    assert.equal(await count(), before, 'what is in the trash is not counted')
    assert.ok(!(await listed()).includes(path))
    assert.ok((await listed('&status=deleted')).includes(path), 'unless the trash is asked for')
    await hub.call('PATCH', path, { status: 'open' })
    const dismissed = (await ada('POST', `/messages/${failed}/delivery/dismiss`)).body
    assert.equal(dismissed.decided_by, marked.decided_by)
  })

  it('leaves no trace in the list after Undo send: row, time and order are as before', async () => {
    const path = await begin('undone', slow)
    const newer = await begin('newer', slow)
    const newest = async () => (await read('/conversations?limit=2'))._results.map(({ id }: { id: string }) => id)
    const inOrder = (...paths: string[]) => paths.map((path) => path.split('/').at(-1))
    const before = await read(path)
    const message = await reply(path, 'too soon')
    assert.equal((await read(path)).last_message.blurb, 'too soon')
    assert.deepEqual(await newest(), inOrder(path, newer))
    await decide(message, 'cancel')
    const now = await read(path)
    assert.deepEqual(await newest(), inOrder(newer, path))
    assert.deepEqual(
      [now.last_message, now.waiting_since, now.status, now.undelivered],
      [before.last_message, before.waiting_since, before.status, null],
    )
  })

  it('keeps a message that arrived meanwhile as the last one', async () => {
    const path = await begin('meanwhile', slow)
    const message = await reply(path, 'too soon')
    await slow.push({
      body: 'One more thing',
      externalId: 'meanwhile-2',
      conversation: 'meanwhile',
      handle: 'meanwhile',
    })
    await decide(message, 'cancel')
    const { last_message, waiting_since } = await read(path)
    assert.equal(last_message.blurb, 'One more thing')
    assert.ok(waiting_since < last_message.created_at, 'the customer waits since the first of the two')
  })

  it('moves a conversation that it began to the trash on Undo send', async () => {
    const sent = await hub.call(
      'POST',
      `/channels/${slow.id}/messages`,
      { to: ['nobody-yet'], body: 'Hello' },
      { headers: { prefer: 'return=representation' } },
    )
    const path = new URL(sent.body._links.related.conversation).pathname
    await decide(sent.body.id, 'cancel')
    const { status, last_message } = await read(path)
    assert.deepEqual([status, last_message], ['deleted', null])
  })

  it('stays listed when it was cancelled after an unconfirmed attempt', async () => {
    repeating.server.behave = (_, response) => answer(response, 500, {})
    const sent = await hub.call(
      'POST',
      `/channels/${repeating.id}/messages`,
      { to: ['ivo'], body: 'Perhaps', options: { archive: false } },
      { headers: { prefer: 'return=representation' } },
    )
    const path = new URL(sent.body._links.related.conversation).pathname
    await untilState(sent.body.id, 'delayed')
    assert.equal((await decide(sent.body.id, 'cancel')).may_have_arrived, true)
    const { status, last_message: last } = await read(path)
    assert.deepEqual([status, last.blurb], ['unassigned', 'Perhaps'])
  })

  it('has the same error codes of unconfirmed attempts in SQL and TypeScript', async () => {
    const [row] = await hub.db.query<{ known: string[] }>(
      't_ambiguous',
      'select array_agg(code) filter (where is_ambiguous(code)) as known from unnest($1::text[]) code',
      [[...ambiguousCodes, 'too_many_requests', 'connection_refused', 'refused', 'unsendable', 'paused', 'internal']],
    )
    assert.deepEqual(row?.known, [...ambiguousCodes])
  })
})
