import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

/** Rows and events of this test have numbers that nothing else in an answer has: they count on from here. */
const rows = 777_000_000
const events = 888_000_000
const isRowNumber = (value: unknown) =>
  /\b(?:777|888)000\d{3}\b/.test(
    typeof value === 'number' && Number.isInteger(value) ? String(value) : String(value ?? ''),
  )

let hub: EmptyHub
let company: StaffedCompany
let channel: string
let admin: string
let cursor: number
before(async () => {
  hub = await startEmptyHub()
  await hub.db.query('rows', `alter table counters alter last_number set default ${rows}`)
  await hub.db.query('events', `alter table counters alter last_event set default ${events}`)
  company = await hub.addStaffedCompany('acme')
  await hub.db.query('undo', 'update channels set undo_send_time = 60')
  channel = `/channels/${company.channelPublicId}`
  admin = await hub.signIn(company.admin.email)
  cursor = Number((await hub.request('GET', '/conversations', { as: admin })).headers.get('x-portico-cursor'))
})
after(() => hub?.close())

/** Every place in an answer where the number of a row stands. */
function bareNumbers(value: unknown, path = ''): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => [
      ...(isRowNumber(name) ? [`${path}.${name} (the name)`] : []),
      ...bareNumbers(inner, `${path}.${name}`),
    ])
  }
  return isRowNumber(value) ? [`${path}: ${value}`] : []
}

async function ask(method: string, path: string, body?: unknown, as = admin) {
  const answer = await hub.request(method, path, { as, ...(body !== undefined && { body }) })
  assert.ok(answer.status < 400, `${method} ${path}: ${answer.status} ${answer.text}`)
  assert.deepEqual(bareNumbers(answer.body), [], `${method} ${path}`)
  return answer
}

let count = 0
async function push(conversation: string) {
  const metadata = { external_id: `in-${++count}`, external_conversation_id: conversation }
  const body = { sender: { handle: 'ivo', name: 'Ivo' }, body: 'Where is my parcel?', metadata }
  const { body: accepted } = await ask('POST', `${channel}/inbound_messages`, body, company.channelToken())
  const message = (await ask('GET', `/messages/alt:uid:${accepted.message_uid}`)).body
  return new URL(message._links.related.conversation).pathname
}

const other = () => publicId('inb', company.companyId, company.privateInboxId)
const member = () => publicId('tea', company.companyId, company.memberId)

/** Something of every kind happens. */
async function liveThrough(): Promise<Record<string, string>> {
  const conversation = await push('one')
  await ask('PATCH', conversation, { assignee_id: member() })
  await ask('PUT', `${conversation}/assignee`, { assignee_id: null })
  await ask('PATCH', conversation, { status: 'archived' })
  await ask('PATCH', conversation, { status: 'open' })
  await ask('PUT', `${conversation}/read_position`, { message_id: null })
  await ask('PUT', `${conversation}/draft`, { body: 'a draft' })
  const reply = (await ask('POST', `${conversation}/messages`, { body: 'Soon', options: { archive: false } })).body
  const message = (await ask('GET', `/messages/alt:uid:${reply.message_uid}`)).body
  await ask('POST', `${channel}/messages`, { body: 'Hello', to: ['eva'] })
  const sent = {
    to: [{ handle: 'ivo' }],
    body: 'Sent elsewhere',
    metadata: { external_id: 'out', external_conversation_id: 'one' },
  }
  await ask('POST', `${channel}/outbound_messages`, sent, company.channelToken())
  await ask('PUT', `${channel}/conversations/one/messages/out/status`, { status: 'failed' }, company.channelToken())
  await ask('POST', `/inboxes/${other()}/teammates`, {
    teammate_ids: [publicId('tea', company.companyId, company.adminId)],
  })
  const kept = await push('three')
  await ask('PATCH', kept, { status: 'deleted' })
  await ask('PATCH', kept, { status: 'open' })
  const trashed = await push('two')
  await ask('PATCH', trashed, { inbox_id: other() })
  await ask('PATCH', trashed, { status: 'deleted' })
  await ask('DELETE', trashed)
  await ask('POST', '/inboxes', { name: 'New' })
  await ask('PATCH', `/teammates/${member()}`, { is_available: false })
  await ask('PATCH', channel, { name: 'Renamed' })
  const token = (await ask('POST', '/api_tokens', { name: 'one' })).body
  const invitation = (await ask('POST', '/invitations', { email: 'new@acme.example' })).body
  return {
    conversation_id: conversation.slice('/conversations/'.length),
    message_id: message.id,
    teammate_id: member(),
    inbox_id: other(),
    channel_id: company.channelPublicId,
    app_uid: company.typeUid,
    api_token_id: token.id,
    invitation_id: invitation.id,
  }
}

describe('numbers of rows', () => {
  let ids: Record<string, string>

  it('are in no response to a write', async () => {
    ids = await liveThrough()
  })

  it('are in no response to a read', async () => {
    const reads = hub.app.routeTable.filter(
      ({ method, url }) => method === 'GET' && !/^\/(?:docs|app|stream)/.test(url),
    )
    let looked = 0
    for (const { url } of reads) {
      if ([...url.matchAll(/:(\w+)/g)].some(([, name]) => !ids[name ?? ''])) continue
      const path = url.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? '')
      for (const as of [admin, company.apiToken, company.channelToken()]) {
        const { body, status } = await hub.request('GET', path, { as })
        if (status !== 200) continue
        looked++
        assert.deepEqual(bareNumbers(body), [], path)
      }
    }
    assert.ok(looked > 30, `${looked} answers`)
  })

  it('are in no event of any type', async () => {
    const reader = await StreamReader.open(hub.url, { cookie: admin }, events)
    const last = Number((await hub.request('GET', '/conversations', { as: admin })).headers.get('x-portico-cursor'))
    await reader.until(() => reader.cursor === last)
    reader.close()
    const written = await hub.db.query<{ type: string }>('types', 'select distinct type from events')
    const receivedTypes = new Set(reader.messages.map(({ data }) => data.type as string))
    assert.deepEqual([...receivedTypes].sort(), written.map(({ type }) => type).sort())
    assert.ok(receivedTypes.size >= 16, [...receivedTypes].join())
    for (const { data } of reader.messages) assert.deepEqual(bareNumbers(data), [], data.type)
    assert.ok(cursor > events)
  })
})
