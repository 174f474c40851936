import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let company: StaffedCompany
let ada: string
let conversation: string
let inbox: string
let closed: string
let ben: string

before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ada = await hub.signIn(company.admin.email)
  ben = publicId('tea', company.companyId, company.memberId)
  inbox = publicId('inb', company.companyId, company.inboxId)
  closed = publicId('inb', company.companyId, company.privateInboxId)
  const message = await push('first')
  conversation = new URL(message._links.related.conversation).pathname
})
after(() => hub?.close())

async function call(method: string, path: string, body?: unknown, as = company.apiToken) {
  const answer = await hub.request(method, path, { as, ...(body !== undefined && { body }) })
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}

async function push(id: string) {
  const metadata = { external_id: id, external_conversation_id: 'thread' }
  const body = { sender: { handle: 'ivo' }, body: 'Hello', metadata }
  const path = `/channels/${company.channelPublicId}/inbound_messages`
  const { message_uid } = await call('POST', path, body, company.channelToken())
  return call('GET', `/messages/alt:uid:${message_uid}`)
}

/** The newest event of a type in the conversation. */
async function newest(type: string) {
  const { _results } = await call('GET', `${conversation}/events?q[types][]=${type}`)
  return _results[0]
}

describe('the cause of an event', () => {
  it('is the actor, in the app or over the API', async () => {
    await call('PATCH', conversation, { assignee_id: ben }, ada)
    assert.deepEqual((await newest('assign')).cause, {
      type: 'teammate',
      id: publicId('tea', company.companyId, company.adminId),
    })
    await call('PATCH', conversation, { status: 'archived' })
    const { type, id } = (await newest('archive')).cause
    assert.equal(type, 'api_token')
    assert.match(id, /^tok_/)
  })

  it('is the message with which a conversation comes back', async () => {
    const { id } = await push('second')
    assert.deepEqual((await newest('reopen')).cause, { type: 'message', id })
    assert.deepEqual((await newest('inbound')).cause, { type: 'channel', id: company.channelPublicId })
    await call('PATCH', conversation, { status: 'deleted' })
    const { id: third } = await push('third')
    assert.deepEqual((await newest('restore')).cause, { type: 'message', id: third })
  })

  it('is the reply that archived the conversation', async () => {
    const body = { body: 'Good day', options: { archive: true } }
    const headers = { prefer: 'return=representation' }
    const { id } = (await hub.request('POST', `${conversation}/messages`, { as: company.apiToken, body, headers })).body
    assert.deepEqual((await newest('archive')).cause, { type: 'message', id })
    assert.equal((await newest('out_reply')).cause.type, 'api_token')
    await call('PATCH', conversation, { status: 'open' })
  })

  it('is the channel that moved, or the removed teammate', async () => {
    await call('PATCH', `/channels/${company.channelPublicId}`, { inbox_id: closed })
    assert.deepEqual((await newest('move')).cause, { type: 'channel', id: company.channelPublicId })
    await call('DELETE', `/teammates/${ben}?assign_to=nobody`)
    assert.deepEqual((await newest('unassign')).cause, { type: 'teammate', id: ben })
  })
})

describe('the text of an event', () => {
  it('keeps the assignee’s name of the time', async () => {
    const adaId = publicId('tea', company.companyId, company.adminId)
    await call('PATCH', conversation, { assignee_id: adaId })
    await call('PATCH', `/teammates/${adaId}`, { first_name: 'Augusta' })
    const { data, target } = await newest('assign')
    assert.deepEqual([data.teammate_name, target.data.first_name], ['Ada Example', 'Augusta'])
  })

  it('keeps the names of the time for inboxes that everybody had', async () => {
    const { id } = await call('POST', '/inboxes', { name: 'Sales' })
    await call('PATCH', conversation, { inbox_id: inbox })
    assert.deepEqual((await newest('move')).data, { to_name: 'Support' })
    await call('PATCH', conversation, { inbox_id: id })
    await call('PATCH', `/inboxes/${id}`, { name: 'Orders' })
    assert.deepEqual((await newest('move')).data, { from_name: 'Support', to_name: 'Sales' })
  })
})
