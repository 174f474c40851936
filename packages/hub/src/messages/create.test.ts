import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

describe('an outbound message', () => {
  let hub: TestHub
  let channel: TestChannel
  let conversation: string
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub)
    const { body } = await channel.push({ body: 'hello', externalId: 'm-1' })
    const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    conversation = new URL(message._links.related.conversation).pathname
  })
  after(async () => {
    await channel.server.stop()
    await hub.close()
  })

  const reply = (body: object, headers: Record<string, string> = {}) =>
    hub.call('POST', `${conversation}/messages`, body, { headers: { prefer: 'return=representation', ...headers } })

  it('is accepted with a uid that is good at once', async () => {
    const { status, body } = await hub.call('POST', `${conversation}/messages`, { body: 'hi' })
    assert.equal(status, 202)
    assert.equal(body.status, 'accepted')
    assert.equal((await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body.text, 'hi')
  })

  it('archives as Front does by default', async () => {
    await reply({ body: 'stay', options: { archive: false } })
    assert.equal((await hub.call('GET', conversation)).body.status, 'unassigned')
    await reply({ body: 'go' })
    assert.equal((await hub.call('GET', conversation)).body.status, 'archived')
  })

  it('is made once for one Idempotency-Key, also by fifty callers at once', async () => {
    const headers = { 'idempotency-key': 'once' }
    const answers = await Promise.all(Array.from({ length: 50 }, () => reply({ body: 'once only' }, headers)))
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
    const reused = await reply({ body: 'something else' }, headers)
    assert.equal(reused.status, 422)
    assert.equal(reused.body._error.code, 'idempotency_key_reused')
  })

  it('is refused for an invalid Idempotency-Key, with a fitting message', async () => {
    for (const key of ['', 'x'.repeat(256)]) {
      const { status, body } = await reply({ body: 'no key' }, { 'idempotency-key': key })
      assert.equal(status, 400)
      assert.equal(body._error.message, 'The Idempotency-Key has 1 to 255 characters.')
      assert.deepEqual(body._error.details, [`header.idempotency-key: has ${key.length}`])
    }
  })

  it('is in the response with “Prefer: return=representation” in every HTTP spelling', async () => {
    for (const prefer of [
      'return=representation',
      'Return=representation',
      'return="representation"',
      'wait=1, return = representation',
    ]) {
      const { body } = await hub.call(
        'POST',
        `${conversation}/messages`,
        { body: 'preferred' },
        { headers: { prefer } },
      )
      assert.equal(body.text, 'preferred', prefer)
    }
    const minimal = await hub.call(
      'POST',
      `${conversation}/messages`,
      { body: 'x' },
      { headers: { prefer: 'return=minimal' } },
    )
    assert.equal(minimal.body.status, 'accepted')
  })

  it('is not returned for a repeated Idempotency-Key when the caller may no longer see it', async () => {
    const { admin } = hub
    const signedIn = await hub.call('POST', '/sign_in', admin, { token: null })
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const headers = { cookie, origin: hub.url, prefer: 'return=representation', 'idempotency-key': 'moved' }
    const compose = () =>
      hub.call('POST', `/channels/${channel.id}/messages`, { to: ['eve'], body: 'moved' }, { token: null, headers })
    const first = await compose()
    assert.equal(first.status, 202)
    assert.equal((await compose()).body.id, first.body.id)
    const begun = new URL(first.body._links.related.conversation).pathname
    const closed = await hub.call('POST', '/inboxes', { name: 'Closed', is_public: false })
    await hub.call('PATCH', begun, { inbox_id: closed.body.id })
    assert.equal((await compose()).status, 404)
    await hub.call('PATCH', begun, { status: 'deleted' })
    assert.equal((await hub.call('DELETE', begun)).status, 204)
    const { status, body } = await compose()
    assert.ok(status < 500, JSON.stringify(body))
  })

  it('has its format: plain text or HTML', async () => {
    const text = (await reply({ body: 'a < b & <c@d.example>\n\nnew' })).body
    assert.equal(text.body, '<p>a &lt; b &amp; &lt;c@d.example&gt;</p><p>new</p>')
    assert.equal(text.text, 'a < b & <c@d.example>\n\nnew')
    const literal = (await reply({ body: 'write <b>bold</b>', body_format: 'text' })).body
    assert.equal(literal.text, 'write <b>bold</b>')
    const html = (await reply({ body: '<p>Very <b>bold</b></p>' })).body
    assert.equal(html.text, 'Very bold')
    assert.equal(html.render.kind, 'inline')
  })

  it('waits for the one above it in its conversation', async () => {
    let free = () => {}
    const freed = new Promise<void>((resolve) => {
      free = resolve
    })
    channel.server.behave = async (_received, response) => {
      await freed
      response.writeHead(200).end('{"type":"success"}')
    }
    const { body } = await channel.push({ body: 'order please', externalId: 'm-order', conversation: 'ordered' })
    const asked = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    const path = `${new URL(asked._links.related.conversation).pathname}/messages`
    const headers = { prefer: 'return=representation' }
    const first = (await hub.call('POST', path, { body: 'one' }, { headers })).body
    const second = (await hub.call('POST', path, { body: 'two' }, { headers })).body
    assert.equal(second.delivery.state, 'waiting')
    assert.equal(second.delivery.waits_for, first.id)
    free()
  })

  it('starts a conversation with a new contact, whose reply is threaded by the channel’s id', async () => {
    const { body } = await hub.call(
      'POST',
      `/channels/${channel.id}/messages`,
      { to: ['mira'], body: 'Hello Mira', options: { archive: false } },
      { headers: { prefer: 'return=representation' } },
    )
    assert.deepEqual(
      body.recipients.map((recipient: { handle: string; role: string }) => [recipient.role, recipient.handle])[1],
      ['to', 'mira'],
    )
    const { recipient } = (await hub.call('GET', new URL(body._links.related.conversation).pathname)).body
    assert.equal(recipient.handle, 'mira')
  })

  it('is refused with a reason where it cannot go', async () => {
    const mute = await addTestChannel(hub, {
      server: channel.server,
      type: { allow_reply: false, allow_compose: false },
    })
    const compose = await hub.call('POST', `/channels/${mute.id}/messages`, { to: ['x'], body: 'hi' })
    assert.equal(compose.status, 400)
    assert.match(compose.body._error.message, /cannot start/)
    const other = await hub.call('POST', `${conversation}/messages`, { body: 'hi', channel_id: mute.id })
    assert.equal(other.body._error.details[0], 'body.channel_id: is not the channel of this conversation')
    for (const body of [{}, { body: '' }, { body: 'x', author_id: 'tea_zzzz' }]) {
      assert.equal((await hub.call('POST', `${conversation}/messages`, body)).status, 400, JSON.stringify(body))
    }
  })
})
