import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { issueChannelToken, publicId, sign, verify } from '@portico/protocol'
import pino from 'pino'
import { addTestChannel, type ChannelOptions, inbound, type TestChannel } from '../../../../tests/harness/channel.ts'
import type { TestCompany } from '../../../../tests/harness/company.ts'
import { type Answer, startTestHub, type TestHub, testMasterKey } from '../../../../tests/harness/hub.ts'
import { createInbox } from '../inboxes/create.ts'
import { type Hub, startHub } from '../main.ts'
import { makeSealer } from '../secrets/sealer.ts'
import { readSettings } from '../settings/settings.ts'
import { healthOf } from './present.ts'

let hub: TestHub
let other: TestCompany
before(async () => {
  hub = await startTestHub()
  other = await hub.addCompany('Other')
})
after(() => hub?.close())

async function channelFor(t: TestContext, options: ChannelOptions = {}): Promise<TestChannel> {
  const channel = await addTestChannel(hub, options)
  t.after(() => channel.server.stop())
  return channel
}

async function newInbox(isPublic: boolean): Promise<string> {
  const actor = { companyId: hub.companyId, kind: 'system' as const, id: null }
  const id = await createInbox(hub.db, hub.hub.bus, actor, { name: 'Second', isPublic })
  return publicId('inb', hub.companyId, id)
}

function assertCode(answer: Answer, status: number, code: string) {
  assert.deepEqual([answer.status, answer.body?._error?.code], [status, code], JSON.stringify(answer.body))
}

const read = async (id: string) => (await hub.call('GET', `/channels/${id}`)).body

function eventsAbout(id: string) {
  return hub.db.query<{ actor: string; inbox_id: number | null }>(
    'test_channel_events',
    "select actor, inbox_id from events where company_id = $1 and type = 'channel' and data->>'channel_id' = $2 order by number",
    [hub.companyId, id],
  )
}

describe('a channel', () => {
  it("has Front's shape and ours, its webhook URL for admins only, and is found by its address", async (t) => {
    const channel = await channelFor(t)
    const body = await read(channel.id)
    assert.deepEqual(
      [body.id, body.type, body.is_valid, body.is_private, body.settings, body.status, body.inbox_id],
      [channel.id, 'custom', true, false, { undo_send_time: 0, all_teammates_can_reply: false }, 'ok', hub.inbox],
    )
    assert.equal(body._links.related.inbox, `${hub.url}/inboxes/${hub.inbox}`)
    assert.equal(body.channel_type.uid, channel.typeUid)
    assert.equal(body.webhook_url, `${channel.server.url}hook`)
    assert.deepEqual(await read(`alt:address:${encodeURIComponent(body.address)}`), body)
    const own = await hub.call('GET', `/channels/${channel.id}`, undefined, { token: channel.token() })
    const { webhook_url: _, ...public_ } = body
    assert.deepEqual([own.status, own.body], [200, public_])
    const { body: list } = await hub.call('GET', '/channels')
    assert.deepEqual(
      list._results.find((result: { id: string }) => result.id === channel.id),
      body,
    )
  })

  it('can report that it is offline, and change nothing else of itself', async (t) => {
    const channel = await channelFor(t)
    const patch = (body: object) => hub.call('PATCH', `/channels/${channel.id}`, body, { token: channel.token() })
    const refused = await patch({
      ...{ status: 'offline', name: 'Mine now', settings: { undo_send_time: 60 }, inbox_id: hub.inbox },
    })
    assertCode(refused, 403, 'forbidden')
    assert.deepEqual(
      refused.body._error.details,
      ['name', 'settings.undo_send_time', 'inbox_id'].map((field) => `body.${field}: is not a channel's to change`),
    )
    const kept = await read(channel.id)
    assert.deepEqual([kept.status, kept.name, kept.settings.undo_send_time], ['ok', 'Test', 0])
    const answer = await patch({ status: 'offline', settings: {}, anything: 'else' })
    assert.deepEqual([answer.status, answer.body], [204, null])
    const body = await read(channel.id)
    assert.deepEqual([body.status, body.is_valid], ['offline', false])
    assert.equal((await patch({ status: 'offline' })).status, 204)
    assert.deepEqual(
      (await eventsAbout(channel.id)).map(({ actor }) => actor),
      ['api', 'channel'],
    )
    assert.equal((await patch({ status: 'ok' })).status, 204)
    assert.equal((await read(channel.id)).is_valid, true)
    assertCode(await patch({ status: 'asleep' }), 400, 'invalid_body')
    assertCode(
      await hub.call('DELETE', `/channels/${channel.id}`, undefined, { token: channel.token() }),
      403,
      'forbidden',
    )
  })

  it('is renamed and slowed by an admin', async (t) => {
    const { id } = await channelFor(t)
    const patch = (body: object) => hub.call('PATCH', `/channels/${id}`, body)
    assert.equal((await patch({ name: ' Shop ', settings: { undo_send_time: 30 } })).status, 204)
    const body = await read(id)
    assert.deepEqual([body.name, body.settings.undo_send_time], ['Shop', 30])
    assertCode(await patch({ settings: { undo_send_time: 31 } }), 400, 'invalid_body')
    assertCode(await patch({ name: '' }), 400, 'invalid_body')
  })

  it('moves to another inbox with its conversations, with an event for both inboxes', async (t) => {
    const channel = await channelFor(t)
    for (const n of [1, 2, 3]) await channel.push({ body: 'x', externalId: `move-${n}`, conversation: `move-${n}` })
    const inbox = await newInbox(true)
    assert.equal((await hub.call('PATCH', `/channels/${channel.id}`, { inbox_id: inbox })).status, 204)
    assert.equal((await read(channel.id)).inbox_id, inbox)
    const { body } = await hub.call('GET', `/inboxes/${inbox}/conversations`)
    assert.equal(body._results.length, 3)
    const moves = await hub.db.query(
      'test_moves',
      "select 1 from events e join conversations c on c.company_id = e.company_id and c.id = e.conversation_id where e.type = 'move' and e.company_id = $1 and e.inbox_id = c.inbox_id",
      [hub.companyId],
    )
    assert.equal(moves.length, 3)
    assert.equal((await eventsAbout(channel.id)).at(-1)?.inbox_id, null)
    await channel.push({ body: 'x', externalId: 'move-4', conversation: 'move-4' })
    const { body: then } = await hub.call('GET', `/inboxes/${inbox}/conversations`)
    assert.equal(then._results.length, 4)
    const counters = await hub.db.query<{ gap: number }>(
      'test_gap',
      'select last_event - (select count(*) from events e where e.company_id = c.company_id) as gap from counters c where company_id = $1',
      [hub.companyId],
    )
    assert.equal(counters[0]?.gap, 0)
  })

  it('does not exist for another company, nor for another channel', async (t) => {
    const channel = await channelFor(t)
    const sibling = await channelFor(t)
    for (const [method, body] of [['GET'], ['PATCH', { name: 'x', status: 'offline' }], ['DELETE']] as const) {
      for (const id of [channel.id, `alt:address:${channel.id}`]) {
        assertCode(await hub.call(method, `/channels/${id}`, body, { token: other.token }), 404, 'not_found')
      }
      if (method === 'DELETE') continue
      const answer = await hub.call(method, `/channels/${channel.id}`, body, { token: sibling.token() })
      assertCode(answer, 403, 'forbidden')
    }
    const theirs = await hub.call('GET', '/channels', undefined, { token: other.token })
    assert.deepEqual(theirs.body._results, [])
    assertCode(
      await hub.call('GET', `/inboxes/${hub.inbox}/channels`, undefined, { token: other.token }),
      404,
      'not_found',
    )
    assertCode(await hub.call('PATCH', `/channels/${channel.id}`, { inbox_id: other.inbox }), 404, 'not_found')
    for (const id of ['cha_0', 'cha_zzzzzzzzzzz', 'inb_1', 'alt:address:', 'alt:email:a@b.c', '%00', 'x'.repeat(300)]) {
      assert((await hub.call('GET', `/channels/${id}`)).status < 500)
    }
    assert.equal((await read(channel.id)).name, 'Test')
  })

  it('is hidden from a teammate who does not have its inbox', async (t) => {
    const channel = await channelFor(t)
    await hub.call('PATCH', `/channels/${channel.id}`, { inbox_id: await newInbox(false) })
    const signedIn = await hub.call('POST', '/sign_in', hub.admin, { token: null, headers: { origin: hub.url } })
    const cookie = signedIn.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')
    const ada = { token: null, headers: { cookie, origin: hub.url } }
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await hub.call(method, `/channels/${channel.id}`, method === 'PATCH' ? {} : undefined, ada)
      assertCode(answer, 404, 'not_found')
    }
    const { body } = await hub.call('GET', '/channels', undefined, ada)
    assert.equal(
      body._results.some((result: { id: string }) => result.id === channel.id),
      false,
    )
  })

  it('shows how its server has been answering', () => {
    const at = (seconds: number) => new Date(1_767_225_600_000 + seconds * 1_000)
    const calm = { failing_since: null, open_until: null, paused_until: null, last_error: 'old words' }
    assert.deepEqual(healthOf(calm, at(0)), {
      ...{ state: 'ok', since: null, last_error: null },
      ...{ held_until: null, next_try_at: null },
    })
    const failing = { ...calm, failing_since: at(-60), last_error: 'refused' }
    assert.deepEqual(healthOf(failing, at(0)), {
      state: 'failing',
      since: 1_767_225_540,
      last_error: 'refused',
      held_until: null,
      next_try_at: null,
    })
    assert.equal(healthOf({ ...calm, paused_until: at(9) }, at(0)).held_until, 1_767_225_609)
    assert.equal(healthOf({ ...calm, paused_until: at(-1) }, at(0)).held_until, null)
    const paused = healthOf({ ...failing, open_until: at(30) }, at(0))
    assert.deepEqual([paused.state, paused.next_try_at], ['paused', 1_767_225_630])
    assert.equal(healthOf({ ...failing, open_until: at(-1) }, at(0)).state, 'failing')
  })
})

describe('deleting a channel', () => {
  it('sends its server a signed DELETE with the exact JSON body', async (t) => {
    const channel = await channelFor(t)
    assert.equal((await hub.call('DELETE', `/channels/${channel.id}`)).status, 204)
    await channel.server.until(() => channel.server.received.length === 2)
    const deleteRequest = channel.server.received[1]
    assert.deepEqual([deleteRequest?.method, deleteRequest?.path], ['DELETE', '/hook'])
    assert.equal(deleteRequest?.raw, `{"type":"delete","payload":{"channel_id":"${channel.id}"}}`)
    assert.equal(deleteRequest?.headers['content-length'], String(Buffer.byteLength(deleteRequest.raw)))
    const headers = {
      timestamp: String(deleteRequest?.headers['x-front-request-timestamp']),
      signature: String(deleteRequest?.headers['x-front-signature']),
    }
    assert(verify({ ...headers, secrets: [channel.secret], body: deleteRequest?.raw ?? '' }).ok)
    // the same bytes under the channel id and secret of packages/protocol/vectors are its vector SV3
    const asVector = deleteRequest?.raw.replace(channel.id, 'cha_1a2b') ?? ''
    const vector = sign('test-app-secret-000000000000000001', '1767225600000', asVector)
    assert.equal(vector, '7BhM46+1MXB7A3c1zk3b5sOKEhCktRLQtnvRY4KKV78=')
  })

  it('sends the credential a last time, and then forgets it', async (t) => {
    const channel = await channelFor(t)
    const { body: type } = await hub.call('POST', '/channel_types', {
      name: 'K',
      server_url: channel.server.url,
      auth_type: 'api_key',
    })
    const { body: keyed } = await hub.call(
      'POST',
      `/inboxes/${hub.inbox}/channels`,
      { type: 'custom', application_uid: type.uid, credentials: { api_key: 'tok_1' } },
      { headers: { prefer: 'return=representation' } },
    )
    await hub.call('DELETE', `/channels/${keyed.id}`)
    await channel.server.until(() => channel.server.received.some(({ body }) => body.type === 'delete'))
    assert.equal(channel.server.received.at(-1)?.headers.authorization, 'Bearer tok_1')
    const kept = () =>
      hub.db.query(
        'test_kept',
        'select 1 from channels where company_id = $1 and deleted_at is not null and sealed_credential is not null',
        [hub.companyId],
      )
    for (let patience = 100; (await kept()).length > 0 && patience > 0; patience--)
      await new Promise((r) => setTimeout(r, 20))
    assert.deepEqual(await kept(), [])
  })

  it('ends its tokens at once, in every hub, also those of routes that only read', async (t) => {
    const channel = await channelFor(t)
    const settings = { ...readSettings({ PORTICO_DEMO: '0' }), port: 0 }
    const log = pino({ level: 'silent' })
    const second: Hub = await startHub({ settings, db: hub.db, sealer: makeSealer(testMasterKey), log })
    t.after(() => second.close())
    const calls = async () => {
      const statuses: number[] = []
      for (const url of [hub.url, second.url]) {
        const token = issueChannelToken({ secret: channel.secret, uid: channel.typeUid, channelId: channel.id })
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
        const push = JSON.stringify(inbound({ body: 'x', externalId: 'same' }))
        for (const request of [
          fetch(`${url}/channels/${channel.id}/inbound_messages`, { method: 'POST', headers, body: push }),
          fetch(`${url}/channels/${channel.id}`, { headers }),
          fetch(`${url}/channels/${channel.id}`, { method: 'PATCH', headers, body: '{"status":"ok"}' }),
        ]) {
          const response = await request
          await response.arrayBuffer()
          statuses.push(response.status)
        }
      }
      return statuses
    }
    assert.deepEqual(await calls(), [202, 200, 204, 202, 200, 204])
    assert.equal((await hub.call('DELETE', `/channels/${channel.id}`)).status, 204)
    assert.deepEqual(await calls(), [401, 401, 401, 401, 401, 401])
  })

  it('cancels the waiting messages, each with its event and the reason', async (t) => {
    const channel = await channelFor(t, { settings: { undo_send_time: 60 } })
    await channel.push({ body: 'hello', externalId: 'q-1' })
    const { body: list } = await hub.call('GET', `/inboxes/${hub.inbox}/conversations`)
    const conversation = list._results.find((result: { channel_id: string }) => result.channel_id === channel.id)
    const sent: string[] = []
    for (const body of ['first', 'second']) {
      const answer = await hub.call(
        'POST',
        `/conversations/${conversation.id}/messages`,
        { body },
        { headers: { prefer: 'return=representation' } },
      )
      assert.equal(answer.status, 202, JSON.stringify(answer.body))
      sent.push(answer.body.id)
    }
    const [before] = await hub.db.query<{ n: number }>(
      'test_last',
      'select last_event as n from counters where company_id = $1',
      [hub.companyId],
    )
    assert.equal((await hub.call('DELETE', `/channels/${channel.id}`)).status, 204)
    for (const id of sent) {
      const { delivery } = (await hub.call('GET', `/messages/${id}`)).body
      assert.deepEqual(
        [delivery.state, delivery.error?.code, delivery.waits_for],
        ['cancelled', 'channel_deleted', null],
      )
      assert.match(delivery.error.message, /channel was deleted/)
    }
    const events = await hub.db.query<{ type: string }>(
      'test_since',
      'select type from events where company_id = $1 and number > $2 order by number',
      [hub.companyId, before?.n],
    )
    assert.deepEqual(
      events.map(({ type }) => type),
      ['delivery', 'delivery', 'channel'],
    )
    assertCode(
      await hub.call('POST', `/conversations/${conversation.id}/messages`, { body: 'late' }),
      409,
      'channel_deleted',
    )
    assert.equal((await hub.call('GET', `/conversations/${conversation.id}`)).status, 200)
    assertCode(await hub.call('GET', `/channels/${channel.id}`), 404, 'not_found')
    assertCode(await hub.call('DELETE', `/channels/${channel.id}`), 404, 'not_found')
  })

  it('does not wait for a server that hangs or is gone', async (t) => {
    const hanging = await channelFor(t)
    hanging.server.behave = () => {}
    const gone = await addTestChannel(hub)
    await gone.server.stop()
    for (const { id } of [hanging, gone]) {
      assert.equal((await hub.call('DELETE', `/channels/${id}`)).status, 204)
      assertCode(await hub.call('GET', `/channels/${id}`), 404, 'not_found')
    }
  })

  it('sends nothing to a server without wants_delete, and deletes the credential', async (t) => {
    const channel = await channelFor(t, { type: { wants_delete: false } })
    await hub.call('DELETE', `/channels/${channel.id}`)
    const rows = await hub.db.query(
      'test_callbacks',
      'select 1 from channel_callbacks n join channels c on c.company_id = n.company_id and c.id = n.channel_id where c.address = $1',
      [channel.id],
    )
    assert.deepEqual(rows, [])
    assert.equal(channel.server.received.length, 1)
  })
})
