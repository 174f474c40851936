import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type PushedText, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

describe('one person', () => {
  let hub: TestHub
  let count = 0
  const channels: TestChannel[] = []
  before(async () => {
    hub = await startTestHub()
  })
  after(async () => {
    for (const { server } of channels) await server.stop()
    await hub.close()
  })

  async function add(type: Record<string, unknown>): Promise<TestChannel> {
    const channel = await addTestChannel(hub, { type })
    channels.push(channel)
    return channel
  }

  /** Pushes what starts a conversation of its own, and reads the conversation. */
  async function write(channel: TestChannel, message: Partial<PushedText>) {
    const externalId = `person-${++count}`
    const { body } = await channel.push({ body: 'Hello', externalId, conversation: externalId, ...message })
    const pushed = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    const conversation = new URL(pushed._links.related.conversation).pathname
    return { pushed, path: conversation, conversation: (await hub.call('GET', conversation)).body }
  }

  const contactOf = ({ conversation }: Awaited<ReturnType<typeof write>>) =>
    conversation.recipient._links.related.contact

  it('has one contact, however the number is written', async () => {
    const sms = await add({ contact_type: 'phone' })
    const contacts = []
    for (const handle of ['+44 (0)20 7946 0018', '0044 20 7946 0018', '442079460018'])
      contacts.push(contactOf(await write(sms, { handle })))
    assert.equal(new Set(contacts).size, 1)
  })

  it('has one contact for a mobile of Mexico, Argentina or Brazil that its networks write in two ways', async () => {
    const sms = await add({ contact_type: 'phone' })
    const pairs = [
      ['+5215512345678', '+525512345678'],
      ['+541123456789', '+5491123456789'],
      ['+5511987654321', '+551187654321'],
    ]
    for (const [one, other] of pairs) {
      const first = await write(sms, { handle: one! })
      const second = await write(sms, { handle: other! })
      assert.equal(contactOf(first), contactOf(second), one)
      // a reply goes to the number that wrote
      assert.equal(second.conversation.recipient.handle, other)
    }
  })

  it("is the company's contact, also when a teammate has the same handle among their own", async () => {
    const chat = await add({ contact_type: 'custom' })
    const before = contactOf(await write(chat, { handle: 'ivo' }))
    await hub.db.query(
      'keep',
      `with own as (insert into contacts (company_id, id, name) values ($1, 900000, 'My Ivo') returning company_id, id)
       insert into contact_handles (company_id, source, handle, contact_id, owner_id)
       select own.company_id, 'custom', handle, own.id, t.id from own, unnest(array['ivo', 'eva']) handle,
         lateral (select id from teammates where company_id = own.company_id limit 1) t`,
      [hub.companyId],
    )
    assert.equal(contactOf(await write(chat, { handle: 'ivo' })), before)
    const eva = await write(chat, { handle: 'eva' })
    assert.notEqual(eva.conversation.recipient.name, 'My Ivo')
    assert.notEqual(contactOf(eva), before)
    const { body } = await hub.call('GET', '/contacts/alt:custom:eva')
    assert.equal(body._links.self, contactOf(eva))
  })

  it('is two contacts where only the digits resemble each other', async () => {
    const sms = await add({ contact_type: 'phone' })
    const one = await write(sms, { handle: '+5511387654321' })
    const other = await write(sms, { handle: '+551187654321' })
    assert.notEqual(contactOf(one), contactOf(other))
  })

  it('is written to once, however often and in whatever spelling a message names it', async () => {
    const sms = await add({ contact_type: 'phone' })
    const spelt = ['+44 20 7946 0077', '0044 20 7946 0077', '442079460077']
    const started = await hub.call('POST', `/channels/${sms.id}/messages`, { to: spelt, body: 'Hello' })
    assert.equal(started.status, 202)
    const { path } = await write(sms, { handle: '+442079460077' })
    await hub.call('POST', `${path}/messages`, { to: [...spelt, '+442079460078'], body: 'Hello' })
    await sms.server.until(() => sms.server.messages().length === 2)
    const sentTo = sms.server.messages().map(({ body }) => {
      const recipients = body.payload.recipients as { handle: string; role: string }[]
      return recipients.filter(({ role }) => role === 'to').map(({ handle }) => handle)
    })
    assert.deepEqual(sentTo, [['+442079460077'], ['+442079460077', '+442079460078']])
    const pushed = await hub.call(
      ...(['POST', `/channels/${sms.id}/outbound_messages`] as const),
      {
        to: spelt.map((one) => ({ handle: one })),
        body: 'Hello',
        metadata: { external_id: 'once', external_conversation_id: 'once' },
      },
      { token: sms.token() },
    )
    const { recipients } = (await hub.call('GET', `/messages/alt:uid:${pushed.body.message_uid}`)).body
    assert.equal(recipients.filter(({ role }: { role: string }) => role === 'to').length, 1)
  })

  it('has a string as name at GET /contacts/{id}, as Front publishes it, also while it is unknown', async () => {
    const sms = await add({ contact_type: 'phone' })
    const named = async () => {
      const path = '/contacts/alt:phone:+442079460044'
      return (await hub.call('GET', path)).body.name
    }
    await write(sms, { handle: '+442079460044' })
    assert.equal(await named(), '')
    await write(sms, { handle: '+442079460044', name: 'Ada' })
    assert.equal(await named(), 'Ada')
  })

  it('has its name only in requests to the channel type that reported it', async () => {
    const [sms, calls] = [await add({ contact_type: 'phone' }), await add({ contact_type: 'phone' })]
    const handle = '+442079460099'
    await write(sms, { handle, name: 'Ada Lovelace' })
    const again = await write(sms, { handle })
    assert.equal(again.conversation.recipient.name, 'Ada Lovelace')
    const elsewhere = await write(calls, { handle })
    assert.equal(elsewhere.conversation.recipient.name, null)
    assert.equal(contactOf(elsewhere), contactOf(again))

    await hub.call('POST', `${elsewhere.path}/messages`, { body: 'We call you back' })
    await hub.call('POST', `/channels/${calls.id}/messages`, { to: [handle], body: 'Are you there?' })
    await calls.server.until(() => calls.server.messages().length === 2)
    for (const { raw } of calls.server.received) assert.doesNotMatch(raw, /Ada|Lovelace/)
    await hub.call('POST', `${again.path}/messages`, { body: 'We call you back' })
    await sms.server.until(() => sms.server.messages().length === 1)
    assert.match(sms.server.messages()[0]!.raw, /Ada Lovelace/)
  })
})
