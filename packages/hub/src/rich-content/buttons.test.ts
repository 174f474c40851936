import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { MessageRequest } from '@portico/protocol/schemas'
import { Ajv } from 'ajv'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let able: TestChannel
let plain: TestChannel
let slow: TestChannel
let name: string
let count = 0
const isOfTheWire = new Ajv({ strict: false }).compile(MessageRequest)

before(async () => {
  hub = await startTestHub()
  able = await addTestChannel(hub, { type: { capabilities: ['buttons'] } })
  plain = await addTestChannel(hub)
  slow = await addTestChannel(hub, { type: { capabilities: ['buttons'] }, settings: { undo_send_time: 5 } })
})
after(async () => {
  for (const channel of [able, plain, slow]) await channel?.server.stop()
  await hub?.close()
})
beforeEach(() => {
  name = `t${++count}`
})

const yesNo = [
  { id: 'yes', title: 'Yes' },
  { id: 'no', title: 'No <b>way</b>' },
  { id: 'see', title: 'Your parcel', url: 'https://acme.example/t?a=1&b=2' },
]
const asLines = '1. Yes\n2. No <b>way</b>\nYour parcel: https://acme.example/t?a=1&b=2'

const compose = (channel: TestChannel, body: object) =>
  hub.call(
    'POST',
    `/channels/${channel.id}/messages`,
    { to: [name], ...body },
    { headers: { prefer: 'return=representation' } },
  )

async function sent(channel: TestChannel, body: object): Promise<{ message: any; received: any; raw: string }> {
  const { status, body: message } = await compose(channel, body)
  assert.equal(status, 202, JSON.stringify(message))
  return { message, ...(await arrived(channel, message.id)) }
}

async function arrived(channel: TestChannel, id: string): Promise<{ received: any; raw: string }> {
  const of = () => channel.server.messages().filter(({ body }) => body.payload.id === id)
  await channel.server.until(() => of().length > 0)
  const received = of().at(-1)
  assert.ok(received && isOfTheWire(received.body), JSON.stringify(isOfTheWire.errors))
  return { received: received.body.payload, raw: received.raw }
}

const capable = (channel: TestChannel, capabilities: string[]) =>
  hub.call('PATCH', `/channel_types/${channel.typeUid}`, { capabilities })

const read = async (id: string, token?: string) =>
  (await hub.call('GET', `/messages/${id}`, undefined, token === undefined ? {} : { token })).body

async function until(id: string, holds: (message: any) => boolean): Promise<any> {
  for (;;) {
    const event = Promise.withResolvers<void>()
    const unsubscribe = hub.hub.bus.on('events', () => event.resolve())
    const message = await read(id)
    if (!holds(message)) await event.promise
    unsubscribe()
    if (holds(message)) return message
  }
}

describe('a message with buttons', () => {
  it('is sent with them to a channel that has the capability, and its text is what was written', async () => {
    const { message, received } = await sent(able, { body: 'Is that right?', buttons: yesNo })
    assert.deepEqual(received.metadata.buttons, yesNo)
    assert.deepEqual([received.text, received.body], ['Is that right?', '<p>Is that right?</p>'])
    assert.deepEqual([message.metadata.buttons, message.fallback], [yesNo, null])
    const { external_id, ...metadata } = (await read(message.id, able.token())).metadata
    assert.deepEqual(metadata.buttons, received.metadata.buttons)
  })

  it('is sent as lines of text to every other channel; its readers see both', async () => {
    const { message, received } = await sent(plain, { body: 'Is that <right>?', body_format: 'text', buttons: yesNo })
    assert.equal(received.metadata.buttons, undefined)
    assert.equal(received.text, `Is that <right>?\n\n${asLines}`)
    assert.equal(
      received.body,
      '<p>Is that &lt;right&gt;?</p><p>1. Yes<br>2. No &lt;b&gt;way&lt;/b&gt;<br>Your parcel: https://acme.example/t?a=1&amp;b=2</p>',
    )
    assert.deepEqual(
      [message.text, message.fallback?.text, message.metadata.buttons],
      ['Is that <right>?', asLines, yesNo],
    )
    const channels = await read(message.id, plain.token())
    assert.deepEqual([channels.text, channels.metadata.buttons], [received.text, undefined])
  })

  it('has them below an HTML body as well', async () => {
    const { received } = await sent(plain, { body: '<p>Is it <b>right</b>?</p>', buttons: [yesNo[0]] })
    assert.deepEqual(
      [received.text, received.body],
      ['Is it right?\n\n1. Yes', '<p>Is it <b>right</b>?</p><p>1. Yes</p>'],
    )
  })

  it('is stored once for an Idempotency-Key, also when the capability was switched in between', async () => {
    const headers = { prefer: 'return=representation', 'idempotency-key': name }
    const body = { to: [name], body: 'Right?', buttons: yesNo }
    const first = await hub.call('POST', `/channels/${able.id}/messages`, body, { headers })
    await capable(able, [])
    const again = await hub.call('POST', `/channels/${able.id}/messages`, body, { headers })
    await capable(able, ['buttons'])
    assert.deepEqual([again.status, again.body.id], [202, first.body.id])
    const other = { ...body, buttons: yesNo.slice(0, 1) }
    const refused = await hub.call('POST', `/channels/${able.id}/messages`, other, { headers })
    assert.equal(refused.body._error.code, 'idempotency_key_reused')
  })

  const long = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `b${i}`, title: `Answer ${i}` }))
  const wrong: [string, unknown, RegExp][] = [
    ['none', [], /body\.buttons/],
    ['eleven', long(11), /body\.buttons/],
    ['a title of 21 characters', [{ id: 'a', title: 'x'.repeat(21) }], /body\.buttons\[0\]\.title/],
    ['a blank title', [{ id: 'a', title: '  ' }], /body\.buttons\[0\]\.title/],
    ['a title of two lines', [{ id: 'a', title: '1. a\n2. b' }], /body\.buttons\[0\]\.title/],
    ['no title', [{ id: 'a' }], /body\.buttons\[0\]\.title/],
    ['no id', [{ title: 'a' }], /body\.buttons\[0\]\.id/],
    ['an id of 201 characters', [{ id: 'x'.repeat(201), title: 'a' }], /body\.buttons\[0\]\.id/],
    ['one id twice', [yesNo[0], { id: 'yes', title: 'Other' }], /body\.buttons\[1\]\.id: is that of another button/],
    ['one title twice', [yesNo[0], { id: 'b', title: ' Yes' }], /body\.buttons\[1\]\.title: is that of another/],
    ['a script for a page', [{ id: 'a', title: 'a', url: 'javascript:alert(1)' }], /body\.buttons\[0\]\.url/],
    ['a page that is data', [{ id: 'a', title: 'a', url: 'data:text/html,x' }], /body\.buttons\[0\]\.url/],
    ['a page without a host', [{ id: 'a', title: 'a', url: 'https://' }], /body\.buttons\[0\]\.url/],
    ['a page with an impossible host', [{ id: 'a', title: 'a', url: 'https://[x' }], /url: is no address/],
    ['a page of two lines', [{ id: 'a', title: 'a', url: 'https://a.example/\nb' }], /body\.buttons\[0\]\.url/],
    ['an object', { id: 'a', title: 'a' }, /body\.buttons/],
    ['words', 'Yes', /body\.buttons/],
  ]
  for (const [what, buttons, line] of wrong) {
    it(`is refused with ${what}`, async () => {
      const { status, body } = await compose(able, { body: 'Right?', buttons })
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'])
      assert.match(body._error.details.join('\n'), line)
    })
  }

  it('takes ten, with titles of 20 characters of any script', async () => {
    const buttons = long(10).map((one, i) => ({ ...one, title: `${i}${'😀'.repeat(19)}` }))
    assert.deepEqual((await sent(able, { body: 'Right?', buttons })).received.metadata.buttons, buttons)
  })

  it('needs a text, and goes with no template', async () => {
    for (const body of [undefined, ' \n']) {
      const { body: refused } = await compose(able, { body, buttons: yesNo })
      assert.deepEqual(refused._error.details, ['body.body: is empty, and there are buttons'])
    }
    const { body } = await compose(able, { template: { id: 'amt_1' }, buttons: yesNo })
    assert.deepEqual(body._error.details, ['body.buttons: does not go with body.template'])
  })
})

describe('a capability that is switched', () => {
  it('leaves the stored bytes of a message that waits as they are', async () => {
    const bytes: string[] = []
    able.server.behave = (received, response) => {
      bytes.push(received.raw)
      if (bytes.length > 1) return answer(response, 200, { type: 'success', external_id: `x-${name}` })
      response.writeHead(503, { 'retry-after': '1' }).end()
    }
    const { body: message } = await compose(able, { body: 'Right?', buttons: yesNo })
    await until(message.id, ({ delivery }) => delivery.state === 'delayed')
    assert.equal((await capable(able, [])).status, 200)
    await until(message.id, ({ delivery }) => delivery.state === 'sent')
    assert.equal(bytes.length, 2)
    assert.equal(bytes[1], bytes[0])
    assert.match(bytes[0] ?? '', /"buttons":\[/)
    const { message: next, received } = await sent(able, { body: 'Right?', buttons: yesNo })
    assert.deepEqual([received.metadata.buttons, next.fallback?.text], [undefined, asLines])
    await capable(able, ['buttons'])
  })

  it('is not used any more for a message that has not left', async () => {
    const { body: message } = await compose(slow, { body: 'Right?', buttons: yesNo })
    await capable(slow, [])
    const { received } = await arrived(slow, message.id)
    assert.deepEqual([received.metadata.buttons, received.text], [undefined, `Right?\n\n${asLines}`])
    await capable(slow, ['buttons'])
  })

  it('leaves a message that was made as text a text when it is sent again', async () => {
    plain.server.behave = ({ body }, response) =>
      answer(response, 400, { type: 'bad_request', message: `No ${body.type}` })
    const { body: message } = await compose(plain, { body: 'Right?', buttons: yesNo })
    await until(message.id, ({ delivery }) => delivery.state === 'failed')
    await capable(plain, ['buttons'])
    plain.server.behave = (_, response) => answer(response, 200, { type: 'success', external_id: `x-${name}` })
    assert.ok((await hub.call('POST', `/messages/${message.id}/delivery/retry`)).status < 300)
    await until(message.id, ({ delivery }) => delivery.state === 'sent')
    const { received } = await arrived(plain, message.id)
    assert.deepEqual([received.metadata.buttons, received.text], [undefined, `Right?\n\n${asLines}`])
    await capable(plain, [])
  })
})

describe('a press of a button', () => {
  const press = (pressed_button: unknown, more: object = {}, channel = able, body = 'Yes') =>
    hub.call(
      'POST',
      `/channels/${channel.id}/inbound_messages`,
      {
        ...{ sender: { handle: name, name: 'Ada' }, body },
        metadata: { external_id: `${name}-in`, external_conversation_id: name, pressed_button, ...more },
      },
      { token: channel.token() },
    )
  const asked = async () => {
    able.server.behave = (_, response) =>
      answer(response, 200, { type: 'success', external_id: `${name}-out`, external_conversation_id: name })
    const { message } = await sent(able, { body: 'Right?', buttons: yesNo })
    return until(message.id, ({ delivery }) => delivery.state === 'sent')
  }
  const stored = async ({ status, body }: { status: number; body: any }) => {
    assert.equal(status, 202, JSON.stringify(body))
    return (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  }

  it('says which button of which message it was, and the wire has it as it came', async () => {
    const { id } = await asked()
    const message = await stored(
      await press({ id: 'no', title: 'No \n way' }, { referenced_message_external_id: `${name}-out` }),
    )
    assert.deepEqual(message.pressed, { message_id: id, title: 'No <b>way</b>' })
    assert.deepEqual(message.metadata.pressed_button, { id: 'no', title: 'No way' })
    assert.equal(message.quoted.message_id, id)
    assert.deepEqual((await read(message.id, able.token())).metadata.pressed_button, { id: 'no', title: 'No way' })
  })

  it('needs no words: it says what stood on the button', async () => {
    const message = await stored(await press({ id: 'b', title: 'Maybe' }, {}, able, ''))
    assert.deepEqual([message.text, message.blurb], ['Maybe', 'Maybe'])
    name += 'b'
    assert.equal((await stored(await press({ id: 'only-id' }, {}, able, ' '))).text, 'only-id')
  })

  it('of a button that no message has is kept, and of another conversation’s message it is none that is known', async () => {
    await asked()
    const referenced_message_external_id = `${name}-out`
    const unknown = await stored(await press({ id: 'never', title: 'Never' }, { referenced_message_external_id }))
    assert.deepEqual([unknown.pressed, unknown.metadata.pressed_button], [null, { id: 'never', title: 'Never' }])
    const other = {
      external_id: `${name}-2`,
      external_conversation_id: `${name}-other`,
      referenced_message_external_id,
    }
    assert.equal((await stored(await press({ id: 'yes' }, other))).pressed, null)
    const markup = { external_id: `${name}-3` }
    const shown = await stored(await press({ id: 'x', title: '<img src=x onerror=alert(1)>' }, markup, able, ''))
    assert.deepEqual([shown.text, shown.render], ['<img src=x onerror=alert(1)>', null])
    assert.equal(shown.metadata.pressed_button.title, '<img src=x onerror=alert(1)>')
  })

  it('is a field that is not known, whatever it is, of a channel without the capability', async () => {
    for (const [i, value] of [{ id: 'yes' }, 'yes', 7, [{}], { id: 'x'.repeat(9_000) }].entries()) {
      const message = await stored(await press(value, { external_id: `${name}-${i}` }, plain))
      assert.deepEqual([message.metadata, message.pressed, message.text], [{ headers: {} }, null, 'Yes'])
    }
    const { body } = await press({ id: 'yes' }, { external_id: `${name}-blank` }, plain, '')
    assert.equal(body._error.code, 'invalid_body')
  })

  it('is refused by name where the channel has the capability and the field is wrong', async () => {
    const wrong: [unknown, RegExp][] = [
      [{}, /^body\.metadata\.pressed_button\.id: missing$/],
      [{ id: '' }, /pressed_button\.id/],
      [{ id: ' ' }, /pressed_button\.id/],
      [{ id: 'x'.repeat(201) }, /pressed_button\.id/],
      [{ id: 'a', title: 'x'.repeat(201) }, /pressed_button\.title/],
      ['yes', /pressed_button/],
      [[], /pressed_button/],
    ]
    for (const [value, line] of wrong) {
      const { status, body } = await press(value)
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'])
      assert.match(body._error.details[0], line)
    }
    assert.equal((await stored(await press(null))).metadata.pressed_button, undefined)
  })

  it('is taken from its own channel only', async () => {
    const body = {
      sender: { handle: name },
      body: 'Yes',
      metadata: { external_id: name, external_conversation_id: name },
    }
    const path = `/channels/${able.id}/inbound_messages`
    assert.ok([401, 403, 404].includes((await hub.call('POST', path, body, { token: plain.token() })).status))
  })
})

describe('an echo of a message with buttons', () => {
  for (const [what, channel] of [
    ['with', () => able],
    ['without', () => plain],
  ] as const) {
    it(`is one with ours on a channel ${what} the capability, which keeps them`, async () => {
      const echo = (text: unknown) =>
        hub.call(
          'POST',
          `/channels/${channel().id}/outbound_messages`,
          {
            ...{ to: [{ handle: name }], body: text },
            metadata: { external_id: `${name}-x`, external_conversation_id: name, buttons: 'whatever' },
          },
          { token: channel().token() },
        )
      channel().server.behave = async ({ body }, response) => {
        assert.equal((await echo(body.payload.text)).status, 202)
        return answer(response, 200, { type: 'success', external_id: `${name}-x`, external_conversation_id: name })
      }
      const { body: message } = await compose(channel(), { body: 'Right?', buttons: yesNo })
      const settled = await until(message.id, ({ delivery }) => delivery.state === 'sent')
      assert.equal((await echo('Right?')).status, 202)
      const conversation = settled._links.related.conversation.split('/').at(-1)
      const { body } = await hub.call('GET', `/conversations/${conversation}/messages`)
      assert.deepEqual(
        body._results.map(({ id, metadata }: any) => [id, metadata.buttons]),
        [[message.id, yesNo]],
      )
    })
  }
})

describe('buttons of a message that is changed', () => {
  it('stay below its edited text, and are gone when it is removed', async () => {
    await capable(able, ['buttons', 'edits', 'deletions'])
    able.server.behave = (_, response) =>
      answer(response, 200, { type: 'success', external_id: `${name}-out`, external_conversation_id: name })
    const { message } = await sent(able, { body: 'Right?', buttons: yesNo })
    await until(message.id, ({ delivery }) => delivery.state === 'sent')
    const edited = await hub.call('PATCH', `/messages/${message.id}`, { body: 'Really?', base_version: 1 })
    assert.ok(edited.status < 300, edited.text)
    const ofType = (type: string) => able.server.received.filter(({ body }) => body.type === type)
    await able.server.until(() => ofType('message_edited').length > 0)
    const payload = ofType('message_edited').at(-1)?.body.payload as any
    assert.deepEqual([payload.text, payload.metadata.buttons], ['Really?', yesNo])
    await until(message.id, ({ text, changes }) => text === 'Really?' && changes.length === 0)
    const removed = await hub.call('DELETE', `/messages/${message.id}`)
    assert.ok(removed.status < 300, removed.text)
    const gone = await until(message.id, (now) => now.removed !== null)
    assert.deepEqual([gone.text, gone.metadata.buttons, gone.fallback], ['', undefined, null])
    await capable(able, ['buttons'])
  })
})
