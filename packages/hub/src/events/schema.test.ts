import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { makeUrls } from '../http/urls.ts'
import { presentersOf } from '../main.ts'
import { readSettings } from '../settings/settings.ts'
import { presentEvents } from './present.ts'
import { listEventsAfter } from './queries.ts'
import { eventSchema } from './schema.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const change = async (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object) => {
  const answer = await hub.call(method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status}`)
  return answer.body
}

async function say(text: string): Promise<string> {
  const { body } = await channel.push({ body: text, externalId: text.slice(0, 20), conversation: 'one' })
  const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  return new URL(message._links.related.conversation).pathname
}

describe('the description of an event', () => {
  it('has every field of each, also of events for readers who lost the conversation', async () => {
    const conversation = await say('Hello')
    await say(`Long ${'and longer '.repeat(1_000)}`)
    const [teammate] = (await hub.call('GET', '/teammates')).body._results
    const { id: other } = await change('POST', '/inboxes', { name: 'Other' })
    for (const fields of [
      ...[{ status: 'archived' }, { status: 'open' }, { status: 'deleted' }, { status: 'open' }],
      ...[{ assignee_id: teammate.id }, { assignee_id: null }, { inbox_id: other }],
    ])
      await change('PATCH', conversation, fields)
    await change('POST', `${conversation}/messages`, { body: 'Yes' })
    await channel.server.until(() => channel.server.messages().length > 0)
    await change('PATCH', `/inboxes/${other}`, { name: 'Another' })
    await change('PATCH', `/teammates/${teammate.id}`, { last_name: 'Lovelace' })

    const urls = makeUrls(readSettings({}))
    const presenters = presentersOf({ db: hub.db, urls })
    const { properties } = eventSchema(presenters)
    const described = Compile(Type.Object(properties, { additionalProperties: false }))
    const rows = await listEventsAfter(hub.db, { companyId: hub.companyId, after: 0, limit: 500 })
    const presented = await presentEvents({ presenters, urls }, hub.companyId, rows, 'excerpts')
    const types = new Set(rows.map(({ type }) => type))
    for (const type of ['inbound', 'out_reply', 'archive', 'trash', 'unassign', 'move', 'inbox', 'teammate'] as const)
      assert.ok(types.has(type), type)
    assert.ok(presented.some(({ removal }) => removal !== null))
    for (const { event, full, removal } of presented)
      for (const frame of [full, ...(removal ? [removal] : [])])
        assert.deepEqual(described.Errors(JSON.parse(JSON.stringify(frame))), [], event.type)
  })
})
