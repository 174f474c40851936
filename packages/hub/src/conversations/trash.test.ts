import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { createTeammate } from '../teammates/create.ts'

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

let count = 0
const push = (conversation: string) =>
  channel.push({ body: `canary about ${conversation}`, externalId: `in-${++count}`, conversation })

async function begin(name: string): Promise<string> {
  const { body } = await push(name)
  const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  return new URL(message._links.related.conversation).pathname
}

const change = async (conversation: string, body: object) => (await hub.call('PATCH', conversation, body)).status
const read = async (conversation: string) => (await hub.call('GET', conversation)).body
const idOf = (conversation: string) => conversation.slice('/conversations/'.length)
const isListed = async (conversation: string, query: string) =>
  (await hub.call('GET', `/conversations?limit=100&${query}`)).body._results.some(
    ({ id }: { id: string }) => id === idOf(conversation),
  )
const story = async (conversation: string): Promise<string[]> => {
  const types = (await hub.call('GET', `${conversation}/events`)).body._results.map(({ type }: any) => type)
  return types.filter((type: string) => !['inbound', 'outbound', 'out_reply'].includes(type)).toReversed()
}

const listings: Record<string, string[]> = {
  trashed: ['q[statuses][]=trashed', 'q[statuses]=trashed', 'q={"statuses":["trashed"]}', 'status=trashed'],
  deleted: ['q[statuses][]=deleted', 'q={"statuses":["deleted"]}'],
  spam: ['q[statuses][]=spam', 'q={"statuses":["spam"]}', 'status=spam'],
  open: ['q[statuses][]=open', 'status=open', 'q[statuses][]=unassigned'],
  archived: ['q[statuses][]=archived', 'status=archived'],
  anything: ['', 'q[statuses][]=open&q[statuses][]=archived', 'q[statuses][]=open,archived'],
}

async function assertListedOnly(conversation: string, ...names: string[]): Promise<void> {
  for (const [name, queries] of Object.entries(listings)) {
    for (const query of queries) {
      assert.equal(await isListed(conversation, query), names.includes(name), `${name}: ${query}`)
    }
  }
}

describe('the trash', () => {
  it('is a status: the conversation is listed, read and restored with its messages and its events', async () => {
    const conversation = await begin('state')
    assert.equal(await change(conversation, { status: 'deleted' }), 204)
    assert.equal(await change(conversation, { status: 'deleted' }), 204)
    const { status, is_spam } = await read(conversation)
    assert.deepEqual([status, is_spam], ['deleted', false])
    await assertListedOnly(conversation, 'trashed', 'deleted')
    assert.equal((await hub.call('GET', `${conversation}/messages`)).body._results.length, 1)
    assert.ok(await isListed(conversation, 'q[statuses][]=trashed&q[statuses][]=archived'))
    const inbox = await hub.call('GET', `/inboxes/${hub.inbox}/conversations?q[statuses][]=trashed`)
    assert.ok(inbox.body._results.some(({ id }: any) => id === idOf(conversation)))

    assert.equal(await change(conversation, { status: 'open' }), 204)
    assert.equal((await read(conversation)).status, 'unassigned')
    await assertListedOnly(conversation, 'open', 'anything')
    assert.deepEqual(await story(conversation), ['trash', 'restore'])
    const events = (await hub.call('GET', '/events?limit=15')).body._results
    for (const event of events.filter(({ type }: any) => ['trash', 'restore'].includes(type))) {
      assert.equal(event.conversation.id, idOf(conversation))
    }
  })

  it('restores to the archive too, and to the previous assignee', async () => {
    const conversation = await begin('back')
    const [teammate] = (await hub.call('GET', '/teammates')).body._results
    await change(conversation, { assignee_id: teammate.id })
    await change(conversation, { status: 'deleted' })
    assert.equal(await change(conversation, { status: 'archived' }), 204)
    const { status, assignee } = await read(conversation)
    assert.deepEqual([status, assignee.id], ['archived', teammate.id])
    assert.deepEqual(await story(conversation), ['assign', 'trash', 'restore', 'archive'])
  })

  it('is left when the customer writes again', async () => {
    const conversation = await begin('again')
    await change(conversation, { status: 'deleted' })
    await push('again')
    assert.equal((await read(conversation)).status, 'unassigned')
    assert.equal((await hub.call('GET', `${conversation}/messages`)).body._results.length, 2)
    assert.deepEqual(await story(conversation), ['trash', 'restore'])
  })

  it('accepts no reply and no new assignee until it is restored', async () => {
    const conversation = await begin('closed')
    const [teammate] = (await hub.call('GET', '/teammates')).body._results
    for (const status of ['deleted', 'spam']) {
      await change(conversation, { status })
      const reply = await hub.call('POST', `${conversation}/messages`, { body: 'Hello' })
      assert.deepEqual([reply.status, reply.body._error.code], [409, 'conversation_in_trash'])
      assert.equal(await change(conversation, { assignee_id: teammate.id }), 409)
      assert.equal((await hub.call('PUT', `${conversation}/assignee`, { assignee_id: teammate.id })).status, 409)
    }
    assert.equal((await hub.call('GET', `${conversation}/messages`)).body._results.length, 1)
    assert.equal(await change(conversation, { status: 'open', assignee_id: teammate.id }), 204)
    assert.equal((await read(conversation)).status, 'assigned')
  })

  it('changes nothing when restoring and assigning at once fails', async () => {
    const conversation = await begin('both or none')
    await change(conversation, { status: 'deleted' })
    const { companyId } = hub
    const actor = { companyId, kind: 'system' as const, id: null }
    const person = { email: 'blocked@example.com', firstName: 'Bo', lastName: '', isAdmin: false }
    const id = publicId('tea', companyId, await createTeammate(hub.db, hub.hub.bus, actor, person))
    assert.equal((await hub.call('PATCH', `/teammates/${id}`, { is_blocked: true })).status, 204)
    const before = await story(conversation)
    assert.equal(await change(conversation, { status: 'open', assignee_id: id }), 400)
    assert.deepEqual([(await read(conversation)).status, await story(conversation)], ['deleted', before])
  })
})

describe('spam', () => {
  it('is a status that a new message of the customer does not change', async () => {
    const conversation = await begin('spam')
    assert.equal(await change(conversation, { status: 'spam' }), 204)
    const { status, is_spam } = await read(conversation)
    assert.deepEqual([status, is_spam], ['deleted', true])
    await assertListedOnly(conversation, 'spam')
    await push('spam')
    await assertListedOnly(conversation, 'spam')
    assert.equal((await hub.call('GET', `${conversation}/messages`)).body._results.length, 2)
    assert.equal(await change(conversation, { status: 'deleted' }), 204)
    await assertListedOnly(conversation, 'trashed', 'deleted')
    assert.equal(await change(conversation, { status: 'open' }), 204)
    await assertListedOnly(conversation, 'open', 'anything')
    assert.deepEqual(await story(conversation), ['trash', 'trash', 'restore'])
  })
})

describe('DELETE /conversations/{id}', () => {
  it('is for the trash only', async () => {
    const conversation = await begin('kept')
    for (const status of ['open', 'archived']) {
      await change(conversation, { status })
      const { status: answered, body } = await hub.call('DELETE', conversation)
      assert.deepEqual([answered, body._error.code], [400, 'conversation_not_in_trash'])
    }
    assert.equal((await hub.call('GET', conversation)).status, 200)
  })

  it('is refused to a channel', async () => {
    const conversation = await begin('rights')
    await change(conversation, { status: 'deleted' })
    assert.equal((await hub.call('DELETE', conversation, undefined, { token: channel.token() })).status, 403)
    assert.equal((await read(conversation)).status, 'deleted')
  })

  it('is permanent: no list, event or table has any of its text afterwards', async () => {
    const conversation = await begin('erased')
    await hub.call(
      'POST',
      `${conversation}/messages`,
      { body: 'canary answered' },
      { headers: { 'idempotency-key': 'k' } },
    )
    const messages = (await hub.call('GET', `${conversation}/messages`)).body._results
    while ((await hub.call('GET', `/messages/${messages[0].id}`)).body.delivery?.state !== 'sent');
    await change(conversation, { status: 'spam' })
    assert.equal((await hub.call('DELETE', conversation)).status, 204)
    assert.equal((await hub.call('DELETE', conversation)).status, 404)
    for (const path of [conversation, `${conversation}/messages`, `${conversation}/events`]) {
      assert.equal((await hub.call('GET', path)).status, 404, path)
    }
    for (const { id } of messages) assert.equal((await hub.call('GET', `/messages/${id}`)).status, 404)
    const events = JSON.stringify((await hub.call('GET', '/events?limit=100')).body._results)
    assert.doesNotMatch(events, /canary about erased|canary answered/)
    for (const { name } of await tenantTables()) {
      const rows = await hub.db.query(`rows_of_${name}`, `select 1 from ${name} t where t::text like $1`, [
        '%canary%erased%',
      ])
      assert.deepEqual([name, rows.length], [name, 0])
    }
    const after = await begin('erased')
    assert.notEqual(after, conversation)
  })
})

function tenantTables(): Promise<{ name: string }[]> {
  return hub.db.query(
    'tenant_tables',
    "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'company_id'",
  )
}
