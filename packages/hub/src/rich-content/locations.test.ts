import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { MessageRequest } from '@portico/protocol/schemas'
import { Ajv } from 'ajv'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let able: TestChannel
let plain: TestChannel
let half: TestChannel
let name: string
let count = 0
const isOfTheWire = new Ajv({ strict: false }).compile(MessageRequest)

before(async () => {
  hub = await startTestHub()
  able = await addTestChannel(hub, { type: { capabilities: ['locations'], wants_message_imported: true } })
  plain = await addTestChannel(hub)
  half = await addTestChannel(hub, { type: { capabilities: ['buttons'] } })
})
after(async () => {
  for (const channel of [able, plain, half]) await channel?.server.stop()
  await hub?.close()
})
beforeEach(() => {
  name = `t${++count}`
})

const pier = { latitude: 52.3791, longitude: 4.9003, name: 'Pier 7', address: 'De Ruijterkade 7, Amsterdam' }
const asLines =
  'Pier 7\nDe Ruijterkade 7, Amsterdam\nhttps://www.openstreetmap.org/?mlat=52.3791&mlon=4.9003#map=17/52.3791/4.9003'

const compose = (channel: TestChannel, body: object) =>
  hub.call(
    'POST',
    `/channels/${channel.id}/messages`,
    { to: [name], ...body },
    { headers: { prefer: 'return=representation' } },
  )

async function sent(channel: TestChannel, body: object): Promise<{ message: any; received: any }> {
  const { status, body: message } = await compose(channel, body)
  assert.equal(status, 202, JSON.stringify(message))
  const of = () => channel.server.messages().filter(({ body }) => body.payload.id === message.id)
  await channel.server.until(() => of().length > 0)
  const received = of().at(-1)
  assert.ok(isOfTheWire(received?.body), JSON.stringify(isOfTheWire.errors))
  return { message, received: received?.body.payload }
}

const push = (location: unknown, { channel = able, body = '', kind = 'inbound', metadata = {} } = {}) =>
  hub.call(
    'POST',
    `/channels/${channel.id}/${kind}_messages`,
    {
      ...(kind === 'inbound' ? { sender: { handle: name, name: 'Ada' } } : { to: [{ handle: name }] }),
      body,
      metadata: { external_id: `${name}-${++count}`, external_conversation_id: name, location, ...metadata },
    },
    { token: channel.token() },
  )

const stored = async ({ status, body }: { status: number; body: any }) => {
  assert.equal(status, 202, JSON.stringify(body))
  return (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
}

describe('a location to the customer', () => {
  it('goes alone to a channel that has the capability, and names the message in lists', async () => {
    const { message, received } = await sent(able, { location: pier })
    assert.deepEqual([received.metadata.location, received.text], [pier, ''])
    assert.deepEqual([message.metadata.location, message.fallback, message.blurb], [pier, null, '📍 Pier 7'])
    const conversation = message._links.related.conversation.split('/').at(-1)
    const { body } = await hub.call('GET', `/conversations/${conversation}`)
    assert.equal(body.last_message.blurb, '📍 Pier 7')
  })

  it('is lines of text for every other channel, alone and below words', async () => {
    const alone = await sent(plain, { location: pier })
    assert.equal(alone.received.text, asLines)
    assert.equal(
      alone.received.body,
      '<p>Pier 7<br>De Ruijterkade 7, Amsterdam<br>https://www.openstreetmap.org/?mlat=52.3791&amp;mlon=4.9003#map=17/52.3791/4.9003</p>',
    )
    assert.deepEqual(alone.message.fallback, { text: asLines, replaces: ['location'] })
    const { received } = await sent(plain, { body: 'We are here', location: { ...pier, name: '<b>Pier</b>\n 7' } })
    assert.match(received.text, /^We are here\n\n<b>Pier<\/b> 7\nDe Ruijterkade/)
    assert.match(received.body, /^<p>We are here<\/p><p>&lt;b&gt;Pier&lt;\/b&gt; 7<br>/)
    assert.equal(received.metadata.location, undefined)
  })

  it('is text alone where the channel shows its buttons', async () => {
    const buttons = [{ id: 'come', title: 'I come' }]
    const { message, received } = await sent(half, { body: 'Here', location: pier, buttons })
    assert.deepEqual([received.metadata.buttons, received.metadata.location], [buttons, undefined])
    assert.equal(received.text, `Here\n\n${asLines}`)
    assert.deepEqual(message.fallback.replaces, ['location'])
  })

  const wrong: [string, unknown, RegExp][] = [
    ['north of the pole', { ...pier, latitude: 90.1 }, /body\.location\.latitude/],
    ['beyond the date line', { ...pier, longitude: -180.5 }, /body\.location\.longitude/],
    ['without a longitude', { latitude: 1 }, /body\.location\.longitude: missing/],
    ['with words for numbers', { latitude: '52', longitude: 'NaN' }, /body\.location\.latitude/],
    ['with null for a number', { latitude: null, longitude: 4 }, /body\.location\.latitude/],
    ['with a name of 201 characters', { ...pier, name: 'x'.repeat(201) }, /body\.location\.name/],
    ['with an address of 501 characters', { ...pier, address: 'x'.repeat(501) }, /body\.location\.address/],
    ['with a script for a page', { ...pier, url: 'javascript:alert(1)' }, /body\.location\.url/],
    ['with an impossible page', { ...pier, url: 'https://[x' }, /body\.location\.url: is no address/],
    ['that is a list', [52, 4], /body\.location/],
  ]
  for (const [what, location, line] of wrong) {
    it(`is refused ${what}`, async () => {
      const { status, body } = await compose(able, { location })
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'])
      assert.match(body._error.details.join('\n'), line)
    })
  }

  it('goes with no template', async () => {
    const { body } = await compose(able, { template: { id: 'amt_1' }, location: pier })
    assert.deepEqual(body._error.details, ['body.location: does not go with body.template'])
  })
})

describe('a location of the customer', () => {
  it('needs no words, is told back as it was stored, and may be quoted', async () => {
    const url = 'https://maps.example/pier-7'
    const message = await stored(
      await push({ ...pier, url, altitude: 3 }, { metadata: { external_id: `${name}-pier` } }),
    )
    assert.deepEqual([message.metadata.location, message.text, message.blurb], [{ ...pier, url }, '', '📍 Pier 7'])
    const imported = () => able.server.received.filter(({ body }) => body.type === 'message_imported')
    await able.server.until(() => imported().some(({ body }) => body.payload.id === message.id))
    const told = imported().find(({ body }) => body.payload.id === message.id)?.body.payload as any
    assert.deepEqual(told.metadata.location, message.metadata.location)
    const quoting = { referenced_message_external_id: `${name}-pier` }
    const answerOf = await stored(await push(null, { body: 'There', metadata: quoting }))
    assert.deepEqual([answerOf.quoted.message_id, answerOf.quoted.blurb], [message.id, '📍 Pier 7'])
  })

  it('without a name is told by its address, or its coordinates', async () => {
    const { latitude, longitude, address } = pier
    assert.equal((await stored(await push({ latitude, longitude, address, name: '' }))).blurb, `📍 ${address}`)
    assert.equal((await stored(await push({ latitude: -0, longitude: 180, name: null }))).blurb, '📍 0, 180')
    assert.equal((await stored(await push({ latitude, longitude, name: 'x'.repeat(200) }))).blurb.length, 200)
    assert.equal((await stored(await push(pier, { body: 'We are here' }))).blurb, 'We are here')
  })

  it('comes in a form as well, and of the company’s own app', async () => {
    const form = formOf([
      ['sender[handle]', name],
      ['metadata[external_id]', `${name}-form`],
      ['metadata[external_conversation_id]', name],
      ['metadata[location][latitude]', '52.3791'],
      ['metadata[location][longitude]', '4.9003'],
      ['attachments[0]', fileOf('a.txt', 'Here', 'text/plain')],
    ] as [string, string | File][])
    form.set('body', '')
    const pushed = await sendForm(hub, `/channels/${able.id}/inbound_messages`, `Bearer ${able.token()}`, form)
    assert.deepEqual((await stored(pushed)).metadata.location, { latitude: 52.3791, longitude: 4.9003 })
    const ours = await stored(await push(pier, { kind: 'outbound' }))
    assert.deepEqual([ours.is_inbound, ours.metadata.location], [false, pier])
  })

  it('is a field that is not known, whatever it is, of a channel without the capability', async () => {
    for (const value of ['Paris', 7, [{}], { latitude: 900 }, pier]) {
      const message = await stored(await push(value, { channel: plain, body: 'Here' }))
      assert.deepEqual([message.metadata, message.text], [{ headers: {} }, 'Here'])
    }
    assert.equal((await push(pier, { channel: plain })).body._error.code, 'invalid_body')
  })

  it('is refused by name where the channel has the capability and the field is wrong', async () => {
    const values: [unknown, RegExp][] = [
      ['Paris', /body\.metadata\.location/],
      [{ latitude: Number.POSITIVE_INFINITY, longitude: 0 }, /location\.latitude/],
      [{ latitude: 52, longitude: '4; drop table' }, /location\.longitude/],
      [{ latitude: '1e9', longitude: 0 }, /location\.latitude/],
      [{ latitude: -90.0001, longitude: 0 }, /location\.latitude/],
      [{ ...pier, url: 'javascript:alert(1)' }, /location\.url/],
      [{ ...pier, url: 'file:///etc/passwd' }, /location\.url/],
    ]
    for (const [value, line] of values) {
      const { status, body } = await push(value)
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'], JSON.stringify(value))
      assert.match(body._error.details[0], line)
    }
    assert.equal((await push(undefined)).body._error.code, 'invalid_body')
  })

  it('is stored once, and its echo is one with ours', async () => {
    able.server.behave = async (_, response) => {
      const metadata = { external_id: `${name}-x` }
      assert.equal((await push(pier, { kind: 'outbound', metadata })).status, 202)
      return answer(response, 200, { type: 'success', external_id: `${name}-x`, external_conversation_id: name })
    }
    const { message } = await sent(able, { location: pier })
    const conversation = message._links.related.conversation.split('/').at(-1)
    for (;;) {
      const event = Promise.withResolvers<void>()
      const unsubscribe = hub.hub.bus.on('events', () => event.resolve())
      const { body } = await hub.call('GET', `/messages/${message.id}`)
      if (body.delivery.state !== 'sent') await event.promise
      unsubscribe()
      if (body.delivery.state === 'sent') break
    }
    const { body } = await hub.call('GET', `/conversations/${conversation}/messages`)
    assert.deepEqual(
      body._results.map(({ id, metadata }: any) => [id, metadata.location]),
      [[message.id, pier]],
    )
  })
})
