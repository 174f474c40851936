import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { signBody } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, FakeChannelServer } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let bridge: FakeChannelServer
let application: TestChannel
let channel: { id: string; channel_type: { uid: string; allow_compose: boolean }; webhook_url: string }
before(async () => {
  hub = await startTestHub()
  bridge = await FakeChannelServer.start()
  bridge.behave = (_, response) => answer(response, 200, { type: 'success' })
  application = await addTestChannel(hub)
  channel = (await add({ webhook_url: `${bridge.url}hook` }, { prefer: 'return=representation' })).body
})
after(async () => {
  await application.server.stop()
  await bridge.stop()
  await hub.close()
})

const add = (settings: object | undefined, headers = {}) =>
  hub.call('POST', `/inboxes/${hub.inbox}/channels`, { type: 'custom', name: 'Pager', settings }, { headers })
const push = (fields: object, id = channel.id, token: string = hub.token) =>
  hub.call(
    'POST',
    `/channels/${id}/incoming_messages`,
    { sender: { handle: 'ivo', name: 'Ivo' }, body: 'Hi', ...fields },
    { token },
  )
const read = async (uid: string) => (await hub.call('GET', `/messages/alt:uid:${uid}`)).body
const conversationOf = (message: any) => new URL(message._links.related.conversation).pathname

async function received(fields: object): Promise<any> {
  const { status, body, text } = await push(fields)
  assert.equal(status, 202, text)
  assert.equal(body.status, 'accepted')
  return read(body.message_uid)
}

describe('the signature of a custom channel', () => {
  it('is HMAC-SHA1 over the body', () => {
    const body = '{"id":"evt_55c8c149","type":"inbound","emitted_at":1767225600.5}'
    assert.equal(signBody('test-api-secret', body), 'ButNtro6+Ap6XgE4EChdN1LnSbI=')
  })
})

describe('a custom channel, the older kind', () => {
  it('is added with its webhook URL and nobody is asked; all of a company share a secret', async () => {
    assert.equal((await add({ webhook_url: `${bridge.url}second` })).status, 204)
    assert.deepEqual(bridge.received, [])
    const { _results } = (await hub.call('GET', '/channels')).body
    const pagers = _results.filter(({ name }: any) => name === 'Pager')
    assert.equal(pagers.length, 2)
    assert.equal(new Set(pagers.map(({ channel_type }: any) => channel_type.uid)).size, 1)
    assert.deepEqual([channel.webhook_url, channel.channel_type.allow_compose], [`${bridge.url}hook`, false])
  })

  it('is not added without a webhook URL, nor with one that may not be called', async () => {
    const missing = await add(undefined)
    assert.deepEqual(missing.body._error.details, [
      'body.settings.webhook_url: missing, for a channel without application_uid',
    ])
    assert.equal((await add({ webhook_url: 'ftp://bridge.example/' })).status, 400)
  })

  it('accepts markdown, sanitised, and declared HTML', async () => {
    const message = await received({
      body: '**Late** [there](https://a.example) <script>alert(1)</script><img src=x onerror=alert(1)>',
    })
    assert.match(message.render.html, /<strong>Late<\/strong> <a href="https:\/\/a\.example"/)
    assert.doesNotMatch(message.render.html, /script|onerror/)
    assert.equal((await received({ body: '<p>a *b*</p>', body_format: 'html' })).text, 'a *b*')
    assert.equal((await received({ body: 'One\nTwo' })).text, 'One\nTwo')
  })

  it('accepts markdown that its parser cannot read, or not in time, as it was written, and serves others meanwhile', async () => {
    const deep = `${'>'.repeat(20_000)} deep`
    assert.equal((await received({ body: deep })).text, deep)
    let isStored = false
    const slow = received({ body: '_a'.repeat(60_000) }).finally(() => {
      isStored = true
    })
    for (let answers = 0; answers < 20; answers++) await read('none')
    assert.equal(isStored, false, 'others wait for the parser')
    assert.equal((await slow).text, '_a'.repeat(60_000))
  })

  it('threads by thread_ref, and without one by the sender', async () => {
    const [a, b, c, d] = [
      await received({ metadata: { thread_ref: 'order-1' } }),
      await received({ metadata: { thread_ref: 'order-1' }, sender: { handle: 'ida' } }),
      await received({ sender: { handle: 'noah' } }),
      await received({ sender: { handle: 'noah' } }),
    ].map(conversationOf)
    assert.deepEqual([a === b, c === d, a === c], [true, true, false])
  })

  it('sends its bridge the message alone, signed over the body, and takes its answer', async () => {
    const { secret } = (await hub.call('POST', `/channel_types/${channel.channel_type.uid}/rotate_secret`)).body
    await hub.call('POST', `/channel_types/${channel.channel_type.uid}/secrets/new/sign`)
    const message = await received({ metadata: { thread_ref: 'order-7' } })
    const reply = await hub.call('POST', `${conversationOf(message)}/messages`, { body: 'On its way' })
    const stateOf = async (uid: string) => (await read(uid)).delivery
    while ((await stateOf(reply.body.message_uid)).state === 'queued') await wait(20)
    const request = bridge.received.at(-1)
    assert.ok(request)
    const body = request.body as any
    assert.deepEqual(
      [body.text, body.is_inbound, body.type, body.metadata.thread_ref],
      ['On its way', false, 'custom', 'order-7'],
    )
    assert.deepEqual(['payload' in body, 'x-front-request-timestamp' in request.headers], [false, false])
    const expected = createHmac('sha1', secret).update(request.raw).digest('base64')
    assert.equal(request.headers['x-front-signature'], expected)
    bridge.behave = (_, response) => answer(response, 200, { type: 'bad_request', message: 'The pager is off.' })
    const refused = await hub.call('POST', `${conversationOf(message)}/messages`, { body: 'Again' })
    while ((await stateOf(refused.body.message_uid)).state !== 'failed') await wait(20)
    assert.equal((await read(refused.body.message_uid)).error_message, 'The pager is off.')
  })

  it('is pushed to with an API token only, and only if it is one', async () => {
    assert.equal((await push({}, channel.id, application.token())).status, 403)
    const other = await push({}, application.id)
    assert.deepEqual([other.status, other.body._error.code], [400, 'invalid_body'])
    const stranger = await hub.addCompany('stranger')
    assert.equal((await push({}, channel.id, stranger.token)).status, 404)
    assert.equal((await push({ sender: { handle: ' ' } })).status, 400)
  })

  it('keeps what a bridge says in metadata.headers, and gives it back with the message', async () => {
    const kept = { ticket: 'T-1', lines: [1, { a: null }], in_reply_to: 'x' }
    const message = await received({ metadata: { headers: kept } })
    assert.deepEqual(message.metadata.headers, kept)
    const listed = (await hub.call('GET', `${conversationOf(message)}/messages`)).body._results
    assert.deepEqual(listed.find(({ id }: any) => id === message.id).metadata.headers, kept)
    assert.deepEqual((await received({ metadata: { headers: null } })).metadata.headers, {})
    for (const headers of ['text', [1], 7]) assert.equal((await push({ metadata: { headers } })).status, 400)
    const large = await push({ metadata: { headers: { a: 'x'.repeat(10_000) } } })
    assert.deepEqual(large.body._error.details, [
      'body.metadata.headers: has 10008 characters of JSON; at most 10000 are kept',
    ])
  })

  it('takes the contact that a bridge names for a handle that nobody has, and moves none', async () => {
    const contactOf = (message: any) =>
      new URL(message.recipients.find(({ role }: any) => role === 'from')._links.related.contact).pathname
        .split('/')
        .at(-1)
    const first = await received({ sender: { handle: 'mara', name: 'Mara' } })
    const contact_id = contactOf(first)
    const second = await received({ sender: { handle: 'mara-at-work', contact_id } })
    assert.equal(contactOf(second), contact_id)
    assert.equal(contactOf(await received({ sender: { handle: 'mara-at-work', contact_id } })), contact_id)
    assert.equal(contactOf(await received({ sender: { handle: 'mara', contact_id: null } })), contact_id)
    const other = await received({ sender: { handle: 'noor', name: 'Noor' } })
    const refusals = [
      [contactOf(other), 'the handle is that of another contact'],
      ['crd_zzzz', 'is no contact of this company'],
      ['nobody', 'is no contact of this company'],
    ]
    const stranger = await hub.addCompany('elsewhere')
    for (const [named, why] of refusals) {
      const refused = await push({ sender: { handle: 'mara', contact_id: named } })
      assert.deepEqual(refused.body._error.details, [`body.sender.contact_id: ${why}`])
    }
    const foreign = await push({ sender: { handle: 'new', contact_id } }, channel.id, stranger.token)
    assert.equal(foreign.status, 404)
  })

  it('has another webhook URL by PATCH; others have none of their own', async () => {
    const second = await FakeChannelServer.start()
    second.behave = (_, response) => answer(response, 200, { type: 'success' })
    const change = (id: string, webhook_url: unknown, token: string = hub.token) =>
      hub.call('PATCH', `/channels/${id}`, { settings: { webhook_url } }, { token })
    try {
      const message = await received({ metadata: { thread_ref: 'order-8' } })
      assert.equal((await change(channel.id, ` ${second.url}new `)).status, 204)
      assert.equal((await hub.call('GET', `/channels/${channel.id}`)).body.webhook_url, `${second.url}new`)
      // hubs read a channel's URL again within a second
      while (second.received.length === 0) {
        await hub.call('POST', `${conversationOf(message)}/messages`, { body: 'To the new one' })
        await wait(100)
      }
      assert.deepEqual([second.received[0]?.path, (second.received[0] as any).body.text], ['/new', 'To the new one'])
      for (const url of ['ftp://a.example/', 'nonsense', 'https://user:pass@a.example/']) {
        const refused = await change(channel.id, url)
        assert.deepEqual(
          [refused.status, refused.body._error.details],
          [400, ['body.settings.webhook_url: is not allowed']],
        )
      }
      assert.deepEqual((await change(application.id, second.url)).body._error.details, [
        'body.settings.webhook_url: is for custom channels',
      ])
      const token = await change(application.id, second.url, application.token())
      assert.equal(token.body._error.code, 'forbidden')
    } finally {
      await second.stop()
    }
  })

  it('is not asked for with the App UID of its type', async () => {
    const body = { type: 'custom', application_uid: channel.channel_type.uid, name: 'By UID' }
    const refused = await hub.call('POST', `/inboxes/${hub.inbox}/channels`, body)
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'invalid_body'])
    assert.match(refused.body._error.details[0], /settings\.webhook_url/)
  })
})
