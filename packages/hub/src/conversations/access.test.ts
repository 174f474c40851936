import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { parsePublicId, publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

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

  it('is not assigned to them, unless the same request moves it to an inbox that they have', async () => {
    const assignee_id = publicId('tea', company.companyId, company.memberId)
    const ask = (method: 'PUT' | 'PATCH', url: string, body: object) =>
      hub.request(method, url, { as: company.apiToken, body })
    for (const refused of [
      await ask('PUT', `${path}/assignee`, { assignee_id }),
      await ask('PATCH', path, { assignee_id, status: 'archived' }),
    ])
      assert.deepEqual([refused.status, refused.body._error.code], [422, 'assignee_without_access'])
    const { body } = await hub.request('GET', path, { as: company.apiToken })
    assert.deepEqual([body.assignee, body.status], [null, 'unassigned'])
    const inbox_id = publicId('inb', company.companyId, company.inboxId)
    assert.equal((await ask('PATCH', path, { assignee_id, inbox_id })).status, 204)
    const secret = publicId('inb', company.companyId, company.privateInboxId)
    await ask('PUT', `${path}/assignee`, { assignee_id: null })
    assert.equal((await ask('PATCH', path, { assignee_id, inbox_id: secret })).status, 422)
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
