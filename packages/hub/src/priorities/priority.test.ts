import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: EmptyHub
let company: StaffedCompany
let ada: string
let conversation: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ada = await hub.signIn(company.admin.email)
  conversation = await addConversation()
})
after(() => hub?.close())

async function addConversation(): Promise<string> {
  const body = {
    sender: { handle: 'ivo' },
    body: 'Hello',
    metadata: { external_id: 'first', external_conversation_id: 'thread' },
  }
  const path = `/channels/${company.channelPublicId}/inbound_messages`
  const { status, text } = await hub.request('POST', path, { as: company.channelToken(), body })
  assert.equal(status, 202, text)
  return new URL((await read('/conversations')).body._results[0]._links.self).pathname
}

const read = (path: string, as = company.apiToken) => hub.request('GET', path, { as })
const setPriority = (priority: unknown, as = ada, path = conversation) =>
  hub.request('PUT', `${path}/priority`, { as, body: { priority } })
const timelineEvents = async () =>
  (await read(`${conversation}/timeline?sort_order=asc`)).body._results
    .filter(({ kind }: any) => kind === 'event')
    .map(({ event }: any) => event)

describe('the priority of a conversation', () => {
  it('is normal at first, and shown wherever the conversation is', async () => {
    const everywhere = [
      (await read(conversation)).body,
      (await read('/conversations')).body._results[0],
      (await read('/events')).body._results[0].conversation,
      (await read(conversation, company.channelToken())).body,
    ]
    assert.deepEqual(
      everywhere.map(({ priority }) => priority),
      ['normal', 'normal', 'normal', 'normal'],
    )
  })

  it('is set by teammates and API tokens, each time with a timeline entry of actor and value', async () => {
    assert.equal((await setPriority('high')).status, 204)
    assert.equal((await setPriority('urgent', company.apiToken)).status, 204)
    assert.equal((await read(conversation)).body.priority, 'urgent')
    const seen = (await timelineEvents()).map(({ type, source, cause, data }: any) => [
      type,
      source._meta.type,
      source.data?.email ?? null,
      cause.type,
      data,
    ])
    assert.deepEqual(seen, [
      ['prioritize', 'teammate', company.admin.email, 'teammate', { priority: 'high' }],
      ['prioritize', 'api', null, 'api_token', { priority: 'urgent' }],
    ])
  })

  it('emits no event when it is set to its current value', async () => {
    const before = (await timelineEvents()).length
    assert.equal((await setPriority('urgent')).status, 204)
    assert.equal((await timelineEvents()).length, before)
  })

  it('is sent to every reader, with the current conversation', async () => {
    const reader = await StreamReader.open(hub.url, { cookie: await hub.signIn(company.member.email) })
    await setPriority('low')
    await reader.until(() => reader.messages.length > 0)
    const { type, data, conversation: seen } = reader.messages[0]?.data ?? {}
    assert.deepEqual([type, data, seen.priority], ['prioritize', { priority: 'low' }, 'low'])
    reader.close()
  })

  it('is listed among the events only on request, because Front’s clients do not know it', async () => {
    const listed = (await read('/events?limit=100')).body._results
    assert.ok(listed.every(({ type }: any) => type !== 'prioritize'))
    const asked = (await read('/events?limit=100&q[types][]=prioritize')).body._results
    assert.equal(asked.length, 3)
  })

  it('is one of four; anything else is refused and changes nothing', async () => {
    for (const wrong of ['highest', '', null, 3, undefined]) {
      const { status, body } = await setPriority(wrong)
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'], String(wrong))
      assert.match(body._error.details[0], /^body\.priority: /)
    }
    assert.equal((await read(conversation)).body.priority, 'low')
  })

  it('is refused to channels and to callers who may not see the conversation', async () => {
    assert.equal((await setPriority('high', company.channelToken())).status, 403)
    const other = await hub.addStaffedCompany('other')
    const foreign = [await hub.signIn(other.admin.email), other.apiToken]
    for (const as of foreign) assert.equal((await setPriority('high', as)).status, 404)
    const body = { name: 'Closed', is_public: false }
    const closed = await hub.request('POST', '/inboxes', { as: ada, body })
    await hub.request('PATCH', conversation, { as: ada, body: { inbox_id: closed.body.id } })
    assert.equal((await setPriority('high', await hub.signIn(company.member.email))).status, 404)
    assert.equal(
      (await setPriority('high', ada, `/conversations/${publicId('cnv', company.companyId, 2 ** 30)}`)).status,
      404,
    )
    assert.equal((await read(conversation)).body.priority, 'low')
  })
})
