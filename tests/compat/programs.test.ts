import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import needle from 'needle'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { answer, FakeChannelServer } from '../harness/channel-server.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { contact_type: 'phone' } })
  await channel.push({ body: 'Hello', externalId: 'first', handle: '+15551230009', conversation: 'first' })
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

describe('Front’s voice template', () => {
  const caller = { handle: '+15551230001', name: 'Ivo' }
  const file = (filename: string, content_type: string) => ({ buffer: Buffer.from('sound'), filename, content_type })

  /** Its base URL ends in a slash, and it gives every form a Content-Type without a boundary. */
  async function ask(method: 'post' | 'patch', path: string, body: needle.BodyData, multipart = false) {
    const headers = {
      authorization: `Bearer ${channel.token()}`,
      'Content-Type': multipart ? 'multipart/form-data' : 'application/json',
    }
    const answer = await needle(method, `${hub.url}//channels/${channel.id}/calls${path}`, body, { multipart, headers })
    assert.deepEqual([path, answer.statusCode, answer.body], [path, 202, { status: 'accepted' }])
  }

  it('reports a call, its states, summary, transcript and recordings', async () => {
    const began = { initial_status: 'ringing', direction: 'inbound', from: caller, started_at: Date.now() - 60_000 }
    await ask('post', '', { external_call_id: 'one', ...began, agent_email_address: 'nobody@example.com' })
    for (const call_status of ['queued', 'connected', 'hold', 'hangup']) {
      await ask('patch', '/one', { call_status, occurred_at: Date.now() })
    }
    // it transfers without a time
    await ask('patch', '/one', { call_status: 'transferred' })
    await ask('post', '', { external_call_id: 'two', parent_external_call_id: 'one', ...began })
    await ask('patch', '/two', { call_status: 'missed' })
    await ask('post', '/one/summary', { content: 'They talked.' })
    const line = { speaker_name: 'Ivo', content: 'Hi', start_time_seconds: 0, speaker_type: 'external' }
    await ask('post', '/one/transcript', { lines: [line] })
    const recorded = { recording_type: 'call', attachments: file('call.wav', 'audio/wav') }
    await ask('post', '/one/recording', recorded, true)
    const voicemail = { recording_type: 'voicemail', attachments: file('voice.mp3', 'audio/mpeg') }
    await ask('post', '/two/recording', voicemail, true)
  })
})

describe('a bridge of SMS and messengers on a custom channel', () => {
  it('pushes texts and pictures with ids of its own, and answers a reply with its in_reply_to', async (t) => {
    const bridge = await FakeChannelServer.startFor(t)
    bridge.behave = ({ body }, response) => {
      const { recipients, attachments, metadata } = body as any
      const { in_reply_to } = metadata.headers
      const [{ handle }] = recipients.filter(({ role }: any) => role === 'to')
      const ids = { external_conversation_id: in_reply_to, external_id: `${handle}-${attachments.length}` }
      answer(response, 200, { type: 'success', ...ids })
    }
    const settings = { webhook_url: `${bridge.url}inbound/front`, undo_send_time: 0 }
    const headers = { prefer: 'return=representation' }
    const added = { type: 'custom', name: 'Bridge', settings }
    const { id } = (await hub.call('POST', `/inboxes/${hub.inbox}/channels`, added, { headers })).body
    const text = { sender: { name: 'SMS-1', handle: 'person-1' }, body: 'Hello', attachments: [] }
    const ids = { external_conversation_id: 'one', external_id: 'm-1' }
    const path = `/channels/${id}/incoming_messages`
    const pushed = await hub.call('POST', path, { ...text, metadata: ids })
    assert.equal(pushed.status, 202, pushed.text)

    const form = new FormData()
    const fields = { 'sender[handle]': 'person-1', body: 'A picture', 'metadata[external_id]': 'm-2' }
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('attachments', new Blob(['png'], { type: 'image/png' }), 'image.png')
    const authorization = `Bearer ${hub.token}`
    const picture = await fetch(hub.url + path, { method: 'POST', headers: { authorization }, body: form })
    const { message_uid } = (await picture.json()) as any
    const message = (await hub.call('GET', `/messages/alt:uid:${message_uid}`)).body
    assert.deepEqual([message.text, message.attachments.length], ['A picture', 1])

    const conversation = new URL(message._links.related.conversation).pathname
    for (const body of ['First', 'Second']) {
      const reply = await hub.call('POST', `${conversation}/messages`, { body })
      for (;;) {
        const { delivery } = (await hub.call('GET', `/messages/alt:uid:${reply.body.message_uid}`)).body
        assert.ok(['waiting', 'queued', 'sending', 'sent'].includes(delivery.state), delivery.state)
        if (delivery.state === 'sent') break
      }
    }
  })
})

describe('a client of the Core API', () => {
  const conversation = async () => (await hub.call('GET', `/inboxes/${hub.inbox}/conversations`)).body._results.at(-1)
  const sent = async (uid: string) => (await hub.call('GET', `/messages/alt:uid:${uid}`)).body
  const handlesOf = ({ recipients }: any) =>
    recipients.filter(({ role }: any) => role === 'to').map(({ handle }: any) => handle)

  it('may send an empty object with a GET, and an empty parameter in its query', async () => {
    for (const path of ['/conversations?&undefined', `/inboxes/${hub.inbox}/conversations?limit=1&undefined`]) {
      const asked = request(hub.url + path, {
        headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json', 'content-length': 2 },
      })
      asked.end('{}')
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      const body = (await json(response)) as { _results: unknown[] }
      assert.deepEqual([path, response.statusCode, body._results.length > 0], [path, 200, true])
    }
  })

  it('may ask for a signature and give a text version: both are documented for email channels only', async () => {
    const { id } = await conversation()
    const more = { should_add_default_signature: true, text: 'For email' }
    const reply = { body: 'On its way', ...more, options: { archive: false } }
    const { status, body, text } = await hub.call('POST', `/conversations/${id}/messages`, reply)
    assert.equal(status, 202, text)
    assert.equal((await sent(body.message_uid)).text, 'On its way')
    const whole = { ...reply, to: ['+15551230002'] }
    assert.equal((await hub.call('POST', `/channels/${channel.id}/messages`, whole)).status, 202)
    const wrong = { ...reply, should_add_default_signature: 'perhaps' }
    assert.equal((await hub.call('POST', `/conversations/${id}/messages`, wrong)).status, 400)
    assert.equal(
      (await hub.call('POST', `/conversations/${id}/messages`, { ...reply, signature_id: 'sig_1' })).status,
      400,
    )
  })

  it('may do so in a form, with files', async () => {
    const form = new FormData()
    const fields = { 'to[0]': '+15551230003', body: '<p>On its way</p>', should_add_default_signature: 'true' }
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('attachments[0]', new Blob(['label'], { type: 'text/plain' }), 'label.txt')
    const headers = { authorization: `Bearer ${hub.token}` }
    const response = await fetch(`${hub.url}/channels/${channel.id}/messages`, { method: 'POST', headers, body: form })
    const body = (await response.json()) as any
    assert.equal(response.status, 202, JSON.stringify(body))
    const { url } = (await sent(body.message_uid)).attachments[0]
    // some read /download/ and the last part of the URL
    for (const address of [url, `${hub.url}/download/${url.split('/').at(-1)}`]) {
      assert.equal(await (await fetch(address, { headers })).text(), 'label')
    }
  })

  it('replies to who is in the conversation when it names nobody', async () => {
    const { id } = await conversation()
    const { status, body, text } = await hub.call('POST', `/conversations/${id}/messages`, {
      ...{ body: 'On its way', to: [], cc: [], bcc: [], subject: '', text: '', sender_name: '' },
    })
    assert.equal(status, 202, text)
    assert.deepEqual(handlesOf(await sent(body.message_uid)), ['+15551230009'])
    const nobody = { to: [], body: 'On its way' }
    assert.equal((await hub.call('POST', `/channels/${channel.id}/messages`, nobody)).status, 400)
  })
})
