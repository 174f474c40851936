import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, type Received } from '../../../../tests/harness/channel-server.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let channel: TestChannel
let name: string
let count = 0
before(async () => {
  hub = await startTestHub()
  const type = { wants_message_imported: true, max_in_flight: 16, message_templates: true }
  channel = await addTestChannel(hub, { type })
})
after(async () => {
  await channel?.server.stop()
  await hub?.close()
})
beforeEach(() => {
  name = `t${++count}`
})

const as = () => ({ token: channel.token() })

/** Pushes a message that left the channel: the echo of one of ours, perhaps before the response to our request. */
async function echo(externalId: string, thread: string, body = 'Hello'): Promise<string> {
  const metadata = { external_id: externalId, external_conversation_id: thread }
  const pushed = { to: [{ handle: name }], body, metadata }
  const pushedResponse = await hub.call('POST', `/channels/${channel.id}/outbound_messages`, pushed, as())
  assert.equal(pushedResponse.status, 202, JSON.stringify(pushedResponse.body))
  return pushedResponse.body.message_uid
}

async function customerWrites(externalId: string, thread: string): Promise<void> {
  const pushedResponse = await channel.push({ body: 'Hi', externalId, conversation: thread, handle: name })
  assert.equal(pushedResponse.status, 202)
}

const fails = (externalId: string, thread: string) => {
  const path = `/channels/${channel.id}/conversations/${thread}/messages/${externalId}/status`
  return hub.call('PUT', path, { status: 'failed', reason: 'Phone is off' }, as())
}

/** Sets the behaviour and response of the channel for the next messages of this test. */
function onMessage(react: (received: Received) => Promise<object> | object): void {
  const others = channel.server.behave
  channel.server.behave = async (received, response) => {
    const isMine = JSON.stringify(received.body.payload.recipients).includes(`"${name}"`)
    if (received.body.type !== 'message' || !isMine) return others(received, response)
    answer(response, 200, { type: 'success', ...(await react(received)) })
  }
}

async function compose(body = 'Hello'): Promise<string> {
  const headers = { prefer: 'return=representation' }
  const made = await hub.call('POST', `/channels/${channel.id}/messages`, { to: [name], body }, { headers })
  assert.equal(made.status, 202, JSON.stringify(made.body))
  return made.body.id
}

async function reply(conversation: string, body = 'Hello'): Promise<string> {
  const headers = { prefer: 'return=representation' }
  const made = await hub.call('POST', `/conversations/${conversation}/messages`, { body }, { headers })
  assert.equal(made.status, 202, JSON.stringify(made.body))
  return made.body.id
}

async function settled(id: string): Promise<any> {
  for (;;) {
    const event = Promise.withResolvers<void>()
    const unsubscribe = hub.hub.bus.on('events', () => event.resolve())
    const { body } = await hub.call('GET', `/messages/${id}`)
    const isOver = !['queued', 'waiting', 'sending', 'delayed'].includes(body.delivery.state)
    if (!isOver) await event.promise
    unsubscribe()
    if (isOver) return body
  }
}

async function conversations(): Promise<any[]> {
  const { body } = await hub.call('GET', `/inboxes/${hub.inbox}/conversations?limit=100`)
  return body._results.filter((result: any) => result.recipient?.handle === name)
}

async function thread(conversation: string): Promise<any[]> {
  return (await hub.call('GET', `/conversations/${conversation}/messages?sort_order=asc`)).body._results
}

const ids = (messages: any[]) => messages.map(({ id }) => id)
const last = (link: string) => link.split('/').at(-1) ?? ''

describe('an echo that arrives before the response', () => {
  it('is one message with ours: in the thread, for its uid, and for its repeats', async () => {
    await customerWrites(`${name}-in`, name)
    const [{ id: conversation }] = await conversations()
    let uid = ''
    onMessage(async () => {
      uid = await echo(`${name}-x`, name)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await reply(conversation)
    const message = await settled(id)
    assert.equal(message.delivery.state, 'sent')
    assert.deepEqual(ids(await thread(conversation)).slice(1), [id])
    const [row] = await conversations()
    assert.equal(last(row._links.related.last_message ?? row.last_message._links.self), id)
    assert.equal((await hub.call('GET', `/messages/alt:uid:${uid}`)).body.id, id)
    const again = await echo(`${name}-x`, name)
    assert.equal(again, message.message_uid)
    assert.deepEqual(ids(await thread(conversation)).slice(1), [id])
  })

  it('passes a later failure to our message only', async () => {
    onMessage(async () => {
      await echo(`${name}-x`, name)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await compose()
    const { body } = await hub.call('GET', `/messages/${id}`)
    await settled(id)
    assert.equal((await fails(`${name}-x`, name)).status, 204)
    const failed = await settled(id)
    assert.deepEqual([failed.delivery.state, failed.error_message], ['failed', 'Phone is off'])
    assert.deepEqual(ids(await thread(last(body._links.related.conversation))), [id])
  })

  it('passes a failure that was reported before the response to our message', async () => {
    await customerWrites(`${name}-in`, name)
    const [{ id: conversation }] = await conversations()
    onMessage(async () => {
      await echo(`${name}-x`, name)
      assert.equal((await fails(`${name}-x`, name)).status, 204)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await reply(conversation)
    await hub.hub.bus.eventsCommitted(hub.companyId)
    let message = await settled(id)
    while (message.delivery.state !== 'failed') message = await settled(id)
    assert.deepEqual([message.delivery.error.message, message.error_message], ['Phone is off', 'Phone is off'])
    assert.deepEqual(ids(await thread(conversation)).slice(1), [id])
    assert.equal((await conversations())[0].status, 'unassigned')
  })

  for (const answersThread of [true, false]) {
    it(`moves to our conversation when it had opened another one (the response ${answersThread ? 'names it' : 'names none'})`, async () => {
      onMessage(async () => {
        await echo(`${name}-x`, name)
        return { external_id: `${name}-x`, ...(answersThread && { external_conversation_id: name }) }
      })
      const id = await compose()
      await settled(id)
      const found = await conversations()
      assert.equal(found.length, 1)
      assert.deepEqual(ids(await thread(found[0].id)), [id])
      await customerWrites(`${name}-in`, name)
      assert.equal((await thread(found[0].id)).length, 2)
      assert.equal((await conversations()).length, 1)
      assert.equal((await fails(`${name}-x`, name)).status, 204)
    })
  }

  it("is not merged when it is older than our message, or the customer's", async () => {
    await customerWrites(`${name}-in`, name)
    const older = await echo(`${name}-old`, name, 'From a phone')
    const [{ id: conversation }] = await conversations()
    const ids = [`${name}-old`, `${name}-in`]
    onMessage(() => ({ external_id: ids.shift() }))
    for (const text of ['one', 'two']) await settled(await reply(conversation, text))
    assert.equal((await thread(conversation)).length, 4)
    assert.equal((await hub.call('GET', `/messages/alt:uid:${older}`)).body.text, 'From a phone')
  })

  it('is merged with its own message in a batch of many', async () => {
    onMessage(async ({ body }) => {
      const to = String((body.payload.text as string).split(' ').at(-1))
      await echo(`${name}-${to}`, `${name}-${to}`, 'Hello')
      return { external_id: `${name}-${to}`, external_conversation_id: `${name}-${to}` }
    })
    const sent = await Promise.all(Array.from({ length: 12 }, (_, i) => compose(`Hello ${i}`)))
    for (const id of sent) assert.equal((await settled(id)).delivery.state, 'sent')
    const found = await conversations()
    assert.equal(found.length, 12)
    const all = await Promise.all(found.map(({ id }) => thread(id)))
    assert.deepEqual(ids(all.flat()).sort(), sent.sort())
  })

  it('leaves one message for readers, with an event that removes the copy', async () => {
    await customerWrites(`${name}-in`, name)
    const [{ id: conversation }] = await conversations()
    let uid = ''
    onMessage(async () => {
      uid = await echo(`${name}-x`, name)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    await settled(await reply(conversation))
    const [merge] = await hub.db.query<{ gone: number }>(
      'test_united',
      `select (e.data->>'message_id')::bigint as gone from events e
       where e.company_id = $1 and e.type = 'message_united' order by e.number desc limit 1`,
      [hub.companyId],
    )
    assert(merge)
    const [copy] = await hub.db.query('test_copy', 'select from messages where company_id = $1 and id = $2', [
      hub.companyId,
      merge.gone,
    ])
    assert.equal(copy, undefined)
    assert.match(uid, /^[0-9a-f]{32}$/)
    const { body } = await hub.call('GET', '/events?limit=100')
    assert(!body._results.some(({ type }: any) => type === 'message_united'))
  })
})

describe("a customer's reply that arrives before the response of the channel", () => {
  it('is in our conversation, opens it again, and the id of the conversation that it opened leads there', async () => {
    let opened = ''
    onMessage(async () => {
      await customerWrites(`${name}-in`, name)
      opened = (await conversations()).find(({ last_message }) => last_message.is_inbound)?.id ?? ''
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await compose()
    await settled(id)
    const found = await conversations()
    assert.equal(found.length, 1)
    assert.deepEqual(
      (await thread(found[0].id)).map(({ text }) => text),
      ['Hello', 'Hi'],
    )
    assert.notEqual(opened, found[0].id)
    assert.equal(found[0].status, 'unassigned')
    assert.equal((await hub.call('GET', `/conversations/${opened}`)).body.id, found[0].id)
    await customerWrites(`${name}-more`, name)
    assert.equal((await thread(found[0].id)).length, 3)
  })

  it('stays in its conversation when a teammate has replied meanwhile, and our failure stays ours', async () => {
    let opened = ''
    onMessage(async ({ body }) => {
      if (body.payload.text === 'Quick') return {}
      await customerWrites(`${name}-in`, name)
      opened = (await conversations()).find(({ last_message }) => last_message.is_inbound)?.id ?? ''
      await settled(await reply(opened, 'Quick'))
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await compose()
    await settled(id)
    assert.equal((await conversations()).length, 2)
    assert.equal((await hub.call('GET', `/conversations/${opened}`)).body.id, opened)
    assert.equal((await fails(`${name}-x`, name)).status, 204)
    assert.equal((await settled(id)).delivery.state, 'failed')
  })
})

describe('an echo that arrives after the response', () => {
  it('is a repeat, and adds the conversation id that the response lacked', async () => {
    onMessage(() => ({ external_id: `${name}-x` }))
    const id = await compose()
    const { message_uid } = await settled(id)
    assert.equal(await echo(`${name}-x`, name), message_uid)
    await customerWrites(`${name}-in`, name)
    const found = await conversations()
    assert.equal(found.length, 1)
    assert.equal((await thread(found[0].id)).length, 2)
    assert.equal((await fails(`${name}-x`, name)).status, 204)
  })
})

describe('an echo of a message', () => {
  const picture = () => fileOf('plan.png', Buffer.from('\x89PNG\r\n\x1a\n echo', 'latin1'), 'image/png')

  async function echoWithFile(): Promise<void> {
    const form = formOf([
      ...([
        ['to[0][handle]', name],
        ['body', 'Hello'],
        ['metadata[external_id]', `${name}-x`],
      ] as const),
      ['metadata[external_conversation_id]', name],
      ['attachments[0]', picture()],
    ] as [string, string | File][])
    const pushed = await sendForm(hub, `/channels/${channel.id}/outbound_messages`, `Bearer ${channel.token()}`, form)
    assert.equal(pushed.status, 202, pushed.text)
  }

  const filesHere = async () =>
    (
      await hub.db.query<{ n: number }>(
        'test_files',
        `select count(*)::int as n from attachments
         where company_id = $1 and (expires_at is null or expires_at > now())`,
        [hub.companyId],
      )
    )[0]?.n

  for (const comes of ['before', 'after']) {
    it(`with files that comes ${comes} the response leaves our message with its files, each once`, async () => {
      await customerWrites(`${name}-in`, name)
      const [{ id: conversation }] = await conversations()
      const before = (await filesHere()) ?? 0
      onMessage(async () => {
        if (comes === 'before') await echoWithFile()
        return { external_id: `${name}-x`, external_conversation_id: name }
      })
      const form = formOf([
        ['body', 'Hello'],
        ['attachments[0]', picture()],
      ])
      const path = `/conversations/${conversation}/messages`
      const prefer = { prefer: 'return=representation' }
      const made = await sendForm(hub, path, `Bearer ${hub.token}`, form, prefer)
      assert.equal(made.status, 202, made.text)
      await settled(made.body.id)
      if (comes === 'after') await echoWithFile()
      const [, ours, ...more] = await thread(conversation)
      assert.deepEqual([ours.id, more], [made.body.id, []])
      assert.deepEqual(ours.attachments, made.body.attachments)
      const removed = AbortSignal.timeout(10_000)
      while ((await filesHere()) !== before + 1)
        assert.ok(!removed.aborted, `${await filesHere()} files, not ${before + 1}`)
    })

    it(`of a template that comes ${comes} the response leaves our message with its template`, async () => {
      const put = await hub.call(
        'PUT',
        `/channels/${channel.id}/application_message_templates`,
        {
          ...{
            external_id: 'greeting',
            name: 'Greeting',
            blurb: 'Hello {{1}}',
            is_disabled: false,
            status_name: 'APPROVED',
          },
          variable_mappings: [{ uid: '1', type: 'text', name: 'first_name' }],
          template_preview: '<p>Hello {{1}}</p>',
        },
        as(),
      )
      assert.equal(put.status, 200, put.text)
      await customerWrites(`${name}-in`, name)
      const [{ id: conversation }] = await conversations()
      onMessage(async () => {
        // the channel's service has its own words for it
        if (comes === 'before') await echo(`${name}-x`, name, 'Hello Ivo!')
        return { external_id: `${name}-x`, external_conversation_id: name }
      })
      const template = { external_id: 'greeting', variables: { 1: 'Ivo' } }
      const headers = { prefer: 'return=representation' }
      const made = await hub.call('POST', `/conversations/${conversation}/messages`, { template }, { headers })
      assert.equal(made.status, 202, made.text)
      await settled(made.body.id)
      if (comes === 'after') await echo(`${name}-x`, name, 'Hello Ivo!')
      const [, ours, ...more] = await thread(conversation)
      assert.deepEqual([ours.id, ours.text, more], [made.body.id, 'Hello Ivo', []])
      assert.equal(ours.metadata.application_message_template.external_id, 'greeting')
    })
  }
})

describe('a failure that is reported before the response', () => {
  it('fails our message once when the response names it, and reopens the conversation', async () => {
    await customerWrites(`${name}-in`, name)
    const [{ id: conversation }] = await conversations()
    onMessage(async () => {
      assert.equal((await fails(`${name}-x`, name)).status, 204)
      assert.equal((await fails(`${name}-x`, name)).status, 204)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const message = await failed(await reply(conversation))
    assert.deepEqual([message.delivery.error.message, message.error_message], ['Phone is off', 'Phone is off'])
    assert.equal((await fails(`${name}-x`, name)).status, 204)
    const [row] = await conversations()
    assert.equal(row.status, 'unassigned')
    const { body } = await hub.call('GET', `/conversations/${conversation}/events`)
    const errors = body._results.filter(({ type }: any) => type === 'sending_error')
    assert.equal(errors.length, 1)
  })

  it('fails it also where the echo comes between', async () => {
    onMessage(async () => {
      assert.equal((await fails(`${name}-x`, name)).status, 204)
      await echo(`${name}-x`, name)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await compose()
    const message = await failed(id)
    assert.equal(message.error_message, 'Phone is off')
    assert.deepEqual(ids(await thread(last(message._links.related.conversation))), [id])
  })

  it('is ignored when its message is not being sent or is not the one that the response names', async () => {
    assert.equal((await fails(`${name}-lost`, name)).status, 404)
    onMessage(async () => {
      assert.equal((await fails(`${name}-other`, name)).status, 204)
      return { external_id: `${name}-x`, external_conversation_id: name }
    })
    const id = await compose()
    assert.equal((await settled(id)).delivery.state, 'sent')
    assert.equal((await fails(`${name}-other`, name)).status, 404)
  })
})

async function failed(id: string): Promise<any> {
  let message = await settled(id)
  while (message.delivery.state !== 'failed') {
    const event = Promise.withResolvers<void>()
    const unsubscribe = hub.hub.bus.on('events', () => event.resolve())
    message = await settled(id)
    if (message.delivery.state !== 'failed') await event.promise
    unsubscribe()
  }
  return message
}
