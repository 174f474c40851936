import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { parsePublicId, publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'
import { createTeammate } from '../teammates/create.ts'

/** Ben has the public inbox; the conversation is in one that nobody has been given. */
let hub: EmptyHub
let company: StaffedCompany
let ben: string
let id: string
let path: string
let contact: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ben = await hub.signIn(company.member.email)
})
beforeEach(async () => {
  path = await say(`thread ${++count}`)
  id = path.slice('/conversations/'.length)
  const inbox_id = publicId('inb', company.companyId, company.privateInboxId)
  await hub.request('PATCH', path, { as: company.apiToken, body: { inbox_id } })
  const { body } = await hub.request('GET', path, { as: company.apiToken })
  contact = new URL(body.recipient._links.related.contact).pathname
})
after(() => hub.close())

let count = 0
async function say(thread: string): Promise<string> {
  const metadata = { external_id: `m-${++count}`, external_conversation_id: thread }
  const { body: accepted } = await hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
    as: company.channelToken(),
    body: { sender: { handle: thread }, body: 'Where is my parcel?', metadata },
  })
  const { body } = await hub.request('GET', `/messages/alt:uid:${accepted.message_uid}`, { as: company.apiToken })
  return new URL(body._links.related.conversation).pathname
}

const get = (url: string, as = ben) => hub.request('GET', url, { as })
const isListed = async (list: string, as = ben) =>
  (await get(list, as)).body._results.filter((result: { id: string }) => result.id === id).length
const change = (sql: string, ...values: number[]) =>
  hub.db.pool.query(sql, [company.companyId, numberOf(id), ...values])
const numberOf = (text: string) => {
  const parsed = parsePublicId('cnv', text)
  assert(parsed)
  return parsed.number
}

const ask = (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) =>
  hub.request(method, url, { as: company.apiToken, ...(body && { body }) })
const benId = () => publicId('tea', company.companyId, company.memberId)
const secret = () => publicId('inb', company.companyId, company.privateInboxId)

/** The teammates who were given the conversation alone. */
async function grants(): Promise<number[]> {
  const sql = 'select teammate_id from conversation_teammates where company_id = $1 and conversation_id = $2'
  const { rows } = await change(sql)
  return rows.map(({ teammate_id }) => Number(teammate_id))
}

/** Everywhere that Ben could meet the conversation, and how often he does. */
async function met(inbox: string) {
  const statuses = [path, `${path}/messages`, `${path}/events`, contact].map(async (url) => (await get(url)).status)
  const events = (await get('/events')).body._results.filter(
    (event: any) => event.type === 'inbound' && event.conversation?.id === id,
  )
  return {
    statuses: [...new Set(await Promise.all(statuses))],
    listed: await isListed('/conversations'),
    ofInbox: await isListed(`/inboxes/${inbox}/conversations`),
    assigned: await isListed(`/teammates/${publicId('tea', company.companyId, company.memberId)}/conversations`),
    isInEvents: events.length > 0,
    unread: (await get('/unread')).body,
  }
}

describe('a conversation in an inbox that a teammate does not have', () => {
  it('is hidden from them until they are granted it alone, and again when that ends', async () => {
    const inbox = publicId('inb', company.companyId, company.inboxId)
    const assignee_id = publicId('tea', company.companyId, company.memberId)
    const assign = () => hub.request('PUT', `${path}/assignee`, { as: company.apiToken, body: { assignee_id } })
    const before = await met(inbox)
    assert.deepEqual([before.statuses, before.listed, before.assigned, before.isInEvents], [[404], 0, 0, false])
    await change('insert into conversation_teammates values ($1, $2, $3)', company.memberId)
    assert.equal((await assign()).status, 204)
    const given = await met(inbox)
    assert.deepEqual(
      [given.statuses, given.listed, given.ofInbox, given.assigned, given.isInEvents],
      [[200], 1, 0, 1, true],
    )
    assert.equal(given.unread.assigned_to_me, before.unread.assigned_to_me + 1)
    assert.deepEqual(given.unread.inboxes, before.unread.inboxes)
    assert.equal((await hub.request('PUT', `${path}/draft`, { as: ben, body: { body: 'Soon' } })).status, 200)
    await change('delete from conversation_teammates where company_id = $1 and conversation_id = $2')
    assert.deepEqual(await met(inbox), before)
  })

  it('is theirs from when it is assigned to them: lists, thread, events, counts, stream, and what they may do', async () => {
    const inbox = publicId('inb', company.companyId, company.inboxId)
    const before = await met(inbox)
    const reader = await StreamReader.open(hub.url, { cookie: ben })
    assert.equal((await ask('PUT', `${path}/assignee`, { assignee_id: benId() })).status, 204)
    const isAssign = (message: any) => message.data.type === 'assign' && message.data.conversation?.id === id
    await reader.until(() => reader.messages.some(isAssign))
    reader.close()
    const given = await met(inbox)
    assert.deepEqual(
      [given.statuses, given.listed, given.ofInbox, given.assigned, given.isInEvents],
      [[200], 1, 0, 1, true],
    )
    assert.equal(given.unread.assigned_to_me, before.unread.assigned_to_me + 1)
    assert.deepEqual(given.unread.inboxes, before.unread.inboxes)
    assert.equal((await get(`/inboxes/${secret()}`)).status, 404)
    assert.equal((await get(`/channels/${company.channelPublicId}`)).status, 200)
    const reply = await hub.request('POST', `${path}/messages`, { as: ben, body: { body: 'On its way' } })
    assert.equal(reply.status, 202)
    assert.equal((await hub.request('PATCH', path, { as: ben, body: { status: 'archived' } })).status, 204)
  })

  it('stays theirs after another one is assigned, and for nobody else', async () => {
    const other = await hub.signIn(company.admin.email)
    await ask('PUT', `${path}/assignee`, { assignee_id: benId() })
    await ask('PUT', `${path}/assignee`, { assignee_id: null })
    assert.equal((await get(path)).status, 200)
    assert.equal(await isListed('/conversations'), 1)
    assert.equal((await get(path, other)).status, 404)
  })

  it('is theirs when one request moves and assigns it, and when it or its channel moves while assigned', async () => {
    const open = publicId('inb', company.companyId, company.inboxId)
    assert.equal((await ask('PATCH', path, { inbox_id: open, assignee_id: benId() })).status, 204)
    assert.deepEqual(await grants(), [])
    assert.equal((await ask('PATCH', path, { inbox_id: secret(), assignee_id: benId() })).status, 204)
    assert.deepEqual(await grants(), [company.memberId])
    assert.equal((await get(path)).status, 200)

    const second = await say('moved with its channel')
    await ask('PUT', `${second}/assignee`, { assignee_id: benId() })
    const channel = `/channels/${company.channelPublicId}`
    assert.ok((await ask('PATCH', channel, { inbox_id: secret() })).status < 300)
    assert.equal((await get(second)).status, 200)
    assert.ok((await ask('PATCH', channel, { inbox_id: open })).status < 300)
  })

  it('is assigned to no teammate of another company, nor to one who is blocked, removed or unknown', async () => {
    const elsewhere = await hub.addStaffedCompany('elsewhere')
    const actor = { companyId: company.companyId, kind: 'system' as const, id: null }
    const number = await createTeammate(hub.db, hub.bus, actor, {
      email: 'eve@example.com',
      password: 'correct horse battery',
      isAdmin: false,
      firstName: 'Eve',
      lastName: 'Example',
    })
    const eve = publicId('tea', company.companyId, number)
    assert.equal((await ask('PUT', `${path}/assignee`, { assignee_id: eve })).status, 204)
    assert.deepEqual(await grants(), [number])
    await ask('PATCH', `/teammates/${eve}`, { is_blocked: true })
    await ask('PUT', `${path}/assignee`, { assignee_id: null })
    const refused = async (assignee_id: string) => {
      const { status } = await ask('PUT', `${path}/assignee`, { assignee_id })
      return status >= 400 && status < 500
    }
    assert.ok(await refused(eve))
    assert.ok((await ask('DELETE', `/teammates/${eve}?assign_to=nobody`)).status < 300)
    assert.deepEqual(await grants(), [])
    for (const other of [
      eve,
      publicId('tea', elsewhere.companyId, elsewhere.memberId),
      publicId('tea', company.companyId, 999_999),
    ])
      assert.ok(await refused(other), other)
    assert.deepEqual(await grants(), [])
  })

  it('is theirs when it is left to them by a teammate who is removed', async () => {
    const actor = { companyId: company.companyId, kind: 'system' as const, id: null }
    const names = { firstName: 'Lea', lastName: 'Example', password: 'correct horse battery', isAdmin: false }
    const lea = await createTeammate(hub.db, hub.bus, actor, { email: 'lea@example.com', ...names })
    const leaId = publicId('tea', company.companyId, lea)
    await ask('PUT', `${path}/assignee`, { assignee_id: leaId })
    assert.ok((await ask('DELETE', `/teammates/${leaId}?assign_to=${benId()}`)).status < 300)
    assert.deepEqual(await grants(), [company.memberId])
    assert.equal((await get(path)).body.assignee.id, benId())
  })

  it('is unassigned from who loses its inbox, unless it was given to them alone', async () => {
    await ask('POST', `/inboxes/${secret()}/teammates`, { teammate_ids: [benId()] })
    await ask('PUT', `${path}/assignee`, { assignee_id: benId() })
    assert.deepEqual(await grants(), [])
    await ask('DELETE', `/inboxes/${secret()}/teammates`, { teammate_ids: [benId()] })
    assert.equal((await get(path)).status, 404)
    assert.equal((await get(path, company.apiToken)).body.assignee, null)
    const unassigned = (await get(`${path}/events?q[types][]=unassign`, company.apiToken)).body._results
    assert.deepEqual(
      unassigned.map((event: any) => event.cause.type),
      ['inbox'],
    )

    await ask('PUT', `${path}/assignee`, { assignee_id: benId() })
    await ask('POST', `/inboxes/${secret()}/teammates`, { teammate_ids: [benId()] })
    await ask('DELETE', `/inboxes/${secret()}/teammates`, { teammate_ids: [benId()] })
    assert.equal((await get(path)).body.assignee.id, benId())
  })

  it('is unassigned from those without the inbox when that is made private, and kept by those who were given it before', async () => {
    const { body: made } = await ask('POST', '/inboxes', { name: 'Open to all' })
    await ask('PATCH', path, { inbox_id: made.id, assignee_id: benId() })
    await ask('POST', `/inboxes/${made.id}/teammates`, { teammate_ids: [benId()] })
    await ask('PATCH', `/inboxes/${made.id}`, { is_public: false })
    assert.equal((await get(path)).body.assignee.id, benId())
    await ask('PATCH', `/inboxes/${made.id}`, { is_public: true })
    await ask('DELETE', `/inboxes/${made.id}/teammates`, { teammate_ids: [benId()] })
    assert.equal((await get(path)).body.assignee.id, benId())
    await ask('PATCH', `/inboxes/${made.id}`, { is_public: false })
    assert.equal((await get(path)).status, 404)
    assert.equal((await get(path, company.apiToken)).body.assignee, null)
  })

  it('is there where it is in another beside it, once', async () => {
    const inbox = publicId('inb', company.companyId, company.inboxId)
    const before = await met(inbox)
    await change('insert into conversation_inboxes values ($1, $2, $3)', company.inboxId)
    const beside = await met(inbox)
    assert.deepEqual([beside.statuses, beside.listed, beside.ofInbox, beside.isInEvents], [[200], 1, 1, true])
    assert.equal(beside.unread.inboxes[inbox], before.unread.inboxes[inbox] + 1)
    const inboxes = async (as: string) =>
      (await get(`${path}/inboxes`, as)).body._results.map((result: any) => result.id)
    assert.deepEqual(await inboxes(ben), [inbox])
    assert.equal((await inboxes(company.apiToken)).length, 2)
    assert.equal(await isListed('/conversations', company.apiToken), 1)
    await change('delete from conversation_inboxes where company_id = $1 and conversation_id = $2')
    assert.deepEqual(await met(inbox), before)
  })

  it('has events for the teammates who were granted it, and for no others', async () => {
    const ada = await hub.signIn(company.admin.email)
    await change('insert into conversation_teammates values ($1, $2, $3)', company.memberId)
    const [his, hers] = await Promise.all([ben, ada].map((cookie) => StreamReader.open(hub.url, { cookie })))
    assert(his && hers)
    await hub.request('PATCH', path, { as: company.apiToken, body: { status: 'archived' } })
    const other = await say('another thread')
    const isAbout = (conversation: string) => (message: any) => message.data.conversation?.id === conversation
    const last = isAbout(other.slice('/conversations/'.length))
    await Promise.all([his, hers].map((reader) => reader.until(() => reader.messages.some(last))))
    assert.equal(his.messages.filter(isAbout(id)).length, 1)
    assert.deepEqual(hers.messages.filter(isAbout(id)), [])
    for (const reader of [his, hers]) reader.close()
  })
})
