import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aHub,
  answerOf,
  connect,
  fromHub,
  fromPage,
  isInState,
  listen,
  misbehave,
  newMessage,
  start,
  stateOf,
} from './test-fixture.ts'

test('a customer’s message is pushed to the hub, and shown as sending and then as sent', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  assert.equal((await fromPage(url, 'POST', '/messages', newMessage('said-1'))).status, 204)
  await page.until(isInState('sending'))
  await page.until(isInState('sent'))
  assert.deepEqual([hub.pushed.length, hub.pushed[0]?.path], [1, '/channels/cha_1a2b/inbound_messages'])
  const { delivered_at, ...body } = (hub.pushed[0]?.body ?? {}) as { delivered_at?: number }
  assert.ok(Math.abs(Date.now() / 1_000 - Number(delivered_at)) < 60)
  assert.deepEqual(body, {
    sender: { handle: 'visitor-ivo', name: 'Ivo' },
    body: 'Where is my parcel?',
    metadata: { external_id: 'said-1', external_conversation_id: 'chat-1' },
  })
})

test('a call of the customer is reported to the hub like a telephone system reports it', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  const { text: _text, id: _id, ...place } = newMessage('x')
  assert.equal((await fromPage(url, 'POST', '/calls', { ...place, is_answered: true })).status, 400)
  await connect(url)
  assert.equal((await fromPage(url, 'POST', '/calls', { ...place, is_answered: true })).status, 204)
  const [{ path, body }] = hub.pushed as unknown as [{ path: string; body: Record<string, unknown> }]
  assert.deepEqual([path, body.initial_status, body.direction], ['/channels/cha_1a2b/calls', 'ringing', 'inbound'])
  assert.deepEqual([body.from, body.external_conversation_id], [{ handle: 'visitor-ivo', name: 'Ivo' }, 'chat-1'])
})

test('a message that the hub refuses is shown as failed with the hub’s message, and tried again under the same id', async (t) => {
  const hub = await aHub(t)
  hub.status = 400
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  await fromPage(url, 'POST', '/messages', newMessage('said-1'))
  assert.match(JSON.stringify(await page.until(isInState('failed'))), /Body did not satisfy requirements/)
  hub.status = 202
  await fromPage(url, 'POST', '/messages', newMessage('said-1'))
  await page.until(isInState('sent'))
  assert.deepEqual(
    hub.pushed.map(({ body }) => body.metadata.external_id),
    ['said-1', 'said-1'],
  )
})

test('a teammate’s reply appears with its author, and a repeat does not appear twice', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const ids = { external_id: 'heard-msg_1', external_conversation_id: 'chat-1' }
  for (const _ of [1, 2])
    assert.deepEqual(JSON.parse((await fromHub(url, answerOf('msg_1', 'On its way')))?.text ?? ''), {
      type: 'success',
      ...ids,
    })
  const [conversation] = (await stateOf(t, url)).lines[0]?.conversations ?? []
  assert.deepEqual(conversation?.customer, { handle: 'visitor-ivo', name: 'Ivo' })
  assert.deepEqual(
    conversation?.messages.map((message) => ({ ...message, at: 0 })),
    [{ id: 'msg_1', from: 'company', text: 'On its way', at: 0, author: 'Noor Haddad' }],
  )
})

test('a reaction of the team is shown by its newest version, and the customer’s is told to the hub', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  await fromHub(url, answerOf('msg_1', 'On its way'))
  const reaction = (emojis: string[], version: number) => ({
    type: 'reaction',
    payload: { id: 'msg_1', emojis, author: null },
    metadata: { external_conversation_ids: ['chat-1'], external_id: 'heard-msg_1', version },
  })
  for (const body of [reaction(['👍'], 2), reaction([], 1)]) assert.equal((await fromHub(url, body))?.status, 200)
  const place = { channel_id: 'cha_1a2b', conversation_id: 'chat-1', message_id: 'msg_1' }
  assert.equal((await fromPage(url, 'PUT', '/reactions', { ...place, emojis: ['❤️'] })).status, 204)
  const [conversation] = (await stateOf(t, url)).lines[0]?.conversations ?? []
  assert.deepEqual(conversation?.messages[0]?.reactions, { company: ['👍'], version: 2, customer: ['❤️'] })
  const [{ path, body }] = hub.pushed as unknown as [{ path: string; body: Record<string, unknown> }]
  assert.equal(path, '/channels/cha_1a2b/conversations/chat-1/messages/heard-msg_1/reactions')
  assert.deepEqual([body.sender, body.emojis], [{ handle: 'visitor-ivo', name: 'Ivo' }, ['❤️']])
  assert.equal((await fromPage(url, 'PUT', '/reactions', { ...place, message_id: 'msg_9', emojis: [] })).status, 400)
})

test('edits and deletions of the team are shown, and the customer’s are told to the hub', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  for (const id of ['msg_1', 'msg_2']) await fromHub(url, answerOf(id, 'On Monday'))
  const metadata = { external_conversation_ids: ['chat-1'], external_id: 'heard-msg_1' }
  const edited = (text: string, version: number) => ({
    ...{ type: 'message_edited', payload: { ...answerOf('msg_1', text).payload }, metadata: { ...metadata, version } },
  })
  for (const body of [edited('On Tuesday', 2), edited('On Sunday', 1)])
    assert.equal((await fromHub(url, body))?.status, 200)
  const deleted = (id: string) => ({ type: 'message_deleted', payload: { id }, metadata: { ...metadata, version: 1 } })
  assert.equal((await fromHub(url, deleted('msg_2')))?.status, 200)
  assert.equal((await fromHub(url, deleted('msg_9')))?.status, 404)
  for (const id of ['said-1', 'said-2'])
    assert.equal((await fromPage(url, 'POST', '/messages', newMessage(id))).status, 204)
  const place = { channel_id: 'cha_1a2b', conversation_id: 'chat-1' }
  const change = (path: string, body: object) => fromPage(url, 'PUT', path, { ...place, ...body })
  assert.equal((await change('/edits', { message_id: 'said-1', text: 'Where are they?' })).status, 204)
  assert.equal((await change('/deletions', { message_id: 'said-2' })).status, 204)
  assert.equal((await change('/deletions', { message_id: 'msg_1' })).status, 400)
  const [conversation] = (await stateOf(t, url)).lines[0]?.conversations ?? []
  assert.deepEqual(
    conversation?.messages.map(({ text, isEdited, isRemoved }) => [text, isEdited ?? false, isRemoved ?? false]),
    [
      ['On Tuesday', true, false],
      ['', false, true],
      ['Where are they?', true, false],
      ['', false, true],
    ],
  )
  const told = hub.pushed.slice(2).map(({ path, body }) => [path, body.body])
  const messages = '/channels/cha_1a2b/conversations/chat-1/messages'
  assert.deepEqual(told, [
    [`${messages}/said-1`, 'Where are they?'],
    [`${messages}/said-2`, undefined],
  ])
})

test('the status of a conversation is shown by its newest version', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  await fromHub(url, answerOf('msg_1', 'On its way'))
  const status = (is: string, version: number) => ({
    type: 'conversation_status',
    payload: { id: 'cnv_1', status: is, assignee: { first_name: 'Noor' }, changed_at: 1 },
    metadata: { external_conversation_ids: ['chat-1'], version },
  })
  for (const body of [status('archived', 2), status('open', 1)]) assert.equal((await fromHub(url, body))?.status, 200)
  const [conversation] = (await stateOf(t, url)).lines[0]?.conversations ?? []
  assert.deepEqual(conversation?.status, { is: 'archived', assignee: 'Noor', version: 2 })
})

test('files of a reply are shown, and read from the hub with the token of the channel; nobody else’s are', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const file = { id: 'att_1', filename: 'plan’s <b>.png', content_type: 'image/png', url: `${hub.url}/download/att_1` }
  const drawing = { ...file, id: 'att_2', content_type: 'image/svg+xml', url: 'http://127.0.0.1:9/elsewhere' }
  const reply = answerOf('msg_1', '')
  await fromHub(url, { ...reply, payload: { ...reply.payload, attachments: [file, drawing] } })
  const [message] = (await stateOf(t, url)).lines[0]?.conversations[0]?.messages ?? []
  assert.deepEqual(
    message?.files?.map(({ name }) => name),
    [file.filename, file.filename],
  )
  const answer = await fetch(`${url}/file?channel_id=cha_1a2b&id=att_1`)
  assert.equal(await answer.text(), '/download/att_1 for Bearer ')
  assert.deepEqual(
    ['content-type', 'x-content-type-options', 'content-security-policy'].map((name) => answer.headers.get(name)),
    ['image/png', 'nosniff', "default-src 'none'; sandbox"],
  )
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''plan%E2%80%99s/)
  for (const [query, status] of [
    ['channel_id=cha_1a2b&id=att_9', 404],
    ['channel_id=cha_9z&id=att_1', 404],
    ['channel_id=cha_1a2b&id=att_2', 502],
  ] as const)
    assert.equal((await fetch(`${url}/file?${query}`)).status, status)
})

test('files of the customer go to the hub with the message, which may be without words', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  const files = [{ name: 'label.txt', type: 'text/plain', data: Buffer.from('Parcel 1042').toString('base64') }]
  assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-1', ''), files })).status, 204)
  await page.until(isInState('sent'))
  const pushed = hub.pushed[0]?.body as unknown as Record<string, FormDataEntryValue>
  assert.deepEqual([pushed['metadata[external_id]'], pushed.body], ['said-1', ''])
  const file = pushed.attachments as File
  assert.deepEqual([file.name, file.type, await file.text()], ['label.txt', 'text/plain', 'Parcel 1042'])
  for (const wrong of [[], [{ name: 'x' }], [null], Array.from({ length: 11 }, () => files[0])])
    assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-2', ''), files: wrong })).status, 400)
})

test('files that the hub refused go again with the message', async (t) => {
  const hub = await aHub(t)
  hub.status = 400
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  const files = [{ name: 'label.txt', type: 'text/plain', data: 'UGFyY2Vs' }]
  await fromPage(url, 'POST', '/messages', { ...newMessage('said-1', ''), files })
  await page.until(isInState('failed'))
  hub.status = 202
  assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-1', ''), files: [] })).status, 204)
  await page.until(isInState('sent'))
  const pushed = hub.pushed[1]?.body as unknown as { attachments: File } | undefined
  assert.equal(pushed?.attachments.name, 'label.txt')
})

test('a message that begins a conversation reaches its recipient, and the response has the id of the conversation', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const first = JSON.parse((await fromHub(url, answerOf('msg_1', 'Hello', [])))?.text ?? '') as {
    external_conversation_id: string
  }
  const second = JSON.parse((await fromHub(url, answerOf('msg_2', 'Again', [])))?.text ?? '') as {
    external_conversation_id: string
  }
  const other = JSON.parse((await fromHub(url, answerOf('msg_3', 'Hello', [], 'visitor-amara')))?.text ?? '') as {
    external_conversation_id: string
  }
  assert.equal(second.external_conversation_id, first.external_conversation_id)
  assert.notEqual(other.external_conversation_id, first.external_conversation_id)
})

test('a token that does not begin with demo-token is refused with a message, and nothing is connected', async (t) => {
  const { url } = await start(t, {})
  const answer = await fromHub(url, { type: 'authorization', payload: { channel_id: 'cha_1' } }, { credential: 'x' })
  assert.deepEqual([answer?.status, JSON.parse(answer?.text ?? '').type], [401, 'authentication_required'])
  assert.match(answer?.text ?? '', /demo-token/)
  assert.deepEqual((await stateOf(t, url)).lines, [])
})

test('each channel has a webhook URL of its own, and a deleted channel disappears from the phone', async (t) => {
  const { url } = await start(t, {})
  const urls = [await connect(url), await connect(url, 'cha_9z')].map(
    (answer) => JSON.parse(answer?.text ?? '').webhook_url as string,
  )
  assert.deepEqual(urls, [`${url}/front?channel_id=cha_1a2b`, `${url}/front?channel_id=cha_9z`])
  await fromHub(url, { type: 'delete', payload: { channel_id: 'cha_1a2b' } }, { method: 'DELETE' })
  assert.deepEqual(
    (await stateOf(t, url)).lines.map(({ channelId }) => channelId),
    ['cha_9z'],
  )
  assert.equal((await fromPage(url, 'POST', '/messages', newMessage('said-1'))).status, 400)
})

test('the channel simulates the chosen fault, and the phone shows the messages that arrived', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const answers: Record<string, unknown> = {}
  for (const mode of ['error', '500', 'close', 'off']) {
    assert.equal((await misbehave(url, mode)).status, 204)
    const answer = await fromHub(url, answerOf(`msg_${mode}`, mode))
    answers[mode] = answer && [answer.status, answer.text && JSON.parse(answer.text).type]
  }
  assert.deepEqual(answers, { error: [400, 'bad_request'], 500: [500, ''], close: null, off: [200, 'success'] })
  const { lines, misbehaviour } = await stateOf(t, url)
  assert.deepEqual(
    lines[0]?.conversations[0]?.messages.map(({ text }) => text),
    ['close', 'off'],
  )
  assert.equal(misbehaviour, 'off')
})

test('switched to hang, the channel shows the message and lets the hub wait', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  await misbehave(url, 'hang')
  const page = await listen(t, url)
  const answer = fromHub(url, answerOf('msg_1', 'slowly'))
  await page.until(({ type }) => type === 'conversation')
  assert.equal(await Promise.race([answer, stateOf(t, url).then(() => 'still waiting')]), 'still waiting')
})

test('switched to duplicate, the channel pushes each message twice under one id', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  await misbehave(url, 'duplicate')
  const page = await listen(t, url)
  await fromPage(url, 'POST', '/messages', newMessage('said-1'))
  await page.until(isInState('sent'))
  assert.deepEqual(
    hub.pushed.map(({ body }) => body.metadata.external_id),
    ['said-1', 'said-1'],
  )
})

test('buttons of a reply are shown, and a press says which one it was, of the message by the id that the hub was answered', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const buttons = [
    { id: 'yes', title: 'Yes' },
    { id: 'see', title: 'Your parcel', url: 'https://acme.example/' },
  ]
  const reply = answerOf('msg_1', 'Is that right?')
  await fromHub(url, { ...reply, payload: { ...reply.payload, metadata: { buttons } } })
  const [message] = (await stateOf(t, url)).lines[0]?.conversations[0]?.messages ?? []
  assert.deepEqual(message?.from === 'company' && message.buttons, buttons)
  const page = await listen(t, url)
  const pressed = { id: 'yes', title: 'Yes', of: 'msg_1' }
  assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-1', 'Yes'), pressed })).status, 204)
  await page.until(isInState('sent'))
  assert.deepEqual(hub.pushed[0]?.body.metadata, {
    ...{ external_id: 'said-1', external_conversation_id: 'chat-1' },
    ...{ pressed_button: { id: 'yes', title: 'Yes' }, referenced_message_external_id: 'heard-msg_1' },
  })
  for (const wrong of [null, {}, 'yes', { id: 'yes', title: '', of: 'msg_1' }])
    assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-2'), pressed: wrong })).status, 400)
})

test('what the phone shows is reported as delivered, and what its customer has seen as read', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  await fromHub(url, answerOf('msg_1', 'On its way'))
  const seen = { channel_id: 'cha_1a2b', conversation_id: 'chat-1', id: 'msg_1' }
  assert.equal((await fromPage(url, 'POST', '/read', seen)).status, 204)
  const path = '/channels/cha_1a2b/conversations/chat-1/messages/heard-msg_1/status'
  assert.deepEqual(hub.receipts.toSorted(), [
    [path, 'delivered'],
    [path, 'read'],
  ])
})

test('typing goes both ways, and is stored nowhere', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await listen(t, url)
  const { payload, metadata } = answerOf('msg_1', '')
  const typing = { type: 'typing', payload: { is_typing: true, author: payload.author }, metadata }
  await fromHub(url, typing)
  const shown = await page.until(({ type }) => type === 'typing')
  assert.deepEqual(shown, { type: 'typing', channelId: 'cha_1a2b', conversationId: 'chat-1', author: 'Noor Haddad' })
  const { id: _, text: __, ...place } = newMessage('unused')
  assert.equal((await fromPage(url, 'POST', '/typing', { ...place, is_typing: true })).status, 204)
  assert.equal(hub.pushed[0]?.path, '/channels/cha_1a2b/typing')
  const line = (await stateOf(t, url)).lines[0]
  assert.deepEqual(line?.conversations, [])
})

test('a location of a reply is shown, and one of the customer goes to the hub without words', async (t) => {
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const location = { latitude: 52.3791, longitude: 4.9003, name: 'Pier 7' }
  const reply = answerOf('msg_1', '')
  await fromHub(url, { ...reply, payload: { ...reply.payload, metadata: { location } } })
  const [message] = (await stateOf(t, url)).lines[0]?.conversations[0]?.messages ?? []
  assert.deepEqual(message?.location, location)
  const page = await listen(t, url)
  assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-1', ''), location })).status, 204)
  await page.until(isInState('sent'))
  const { body, metadata } = hub.pushed[0]?.body ?? { metadata: {} }
  assert.deepEqual([body, 'location' in metadata && metadata.location], ['', location])
  for (const wrong of [null, {}, { ...location, name: '' }])
    assert.equal(
      (await fromPage(url, 'POST', '/messages', { ...newMessage('said-2', ''), location: wrong })).status,
      400,
    )
})
