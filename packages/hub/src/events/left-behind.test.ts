import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

/** Ben has the public inbox; Ada, an admin, also the private one. */
let hub: EmptyHub
let company: StaffedCompany
let ada: string
let ben: string
let secret: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ada = await hub.signIn(company.admin.email)
  ben = await hub.signIn(company.member.email)
  secret = publicId('inb', company.companyId, company.privateInboxId)
  await ask('PATCH', `/inboxes/${secret}`, { name: 'canary inbox' })
  await ask('POST', `/inboxes/${secret}/teammates`, {
    teammate_ids: [publicId('tea', company.companyId, company.adminId)],
  })
})
after(() => hub?.close())

async function ask(method: string, path: string, body?: unknown, as = company.apiToken) {
  const answer = await hub.request(method, path, { as, ...(body !== undefined && { body }) })
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer
}

let count = 0
async function begin(name: string): Promise<string> {
  const metadata = { external_id: `m-${++count}`, external_conversation_id: name }
  const path = `/channels/${company.channelPublicId}/inbound_messages`
  const body = { sender: { handle: name, name: `canary ${name}` }, body: `canary of ${name}`, metadata }
  const { body: accepted } = await ask('POST', path, body, company.channelToken())
  const { body: message } = await ask('GET', `/messages/alt:uid:${accepted.message_uid}`)
  return new URL(message._links.related.conversation).pathname.slice('/conversations/'.length)
}

const cursorNow = async () => Number((await ask('GET', '/conversations')).headers.get('x-portico-cursor'))

/** The events of a conversation that a reader gets from a cursor on; `after` emits an event that every reader gets. */
async function eventsSeenBy(conversation: string, cookie: string, from: number): Promise<any[]> {
  const signal = await begin(`signal ${++count}`)
  const reader = await StreamReader.open(hub.url, { cookie }, from)
  await reader.until(() => reader.messages.some(({ data }) => data.conversation?.id === signal))
  reader.close()
  return reader.messages.map(({ data }) => data).filter(({ conversation: about }) => about?.id === conversation)
}

function assertOnlyThatItWent(event: any, type: string, conversation: string): void {
  assert.equal(event.type, type)
  assert.equal(event.conversation.id, conversation)
  assert.equal(event.conversation.status, 'deleted')
  assert.deepEqual(
    [
      event.conversation.inbox_id,
      event.conversation.recipient,
      event.conversation.last_message,
      event.target,
      event.data,
    ],
    [null, null, null, null, null],
  )
  assert.ok(!JSON.stringify(event).includes('canary') && !JSON.stringify(event).includes(secret))
}

const move = (conversation: string, inbox: string) =>
  ask('PATCH', `/conversations/${conversation}`, { inbox_id: inbox })

describe('the read state of a teammate', () => {
  it('is visible to them alone, through every route', async () => {
    const conversation = await begin('read')
    const from = await cursorNow()
    const reading = { message_id: null }
    await ask('PUT', `/conversations/${conversation}/read_position`, reading, ada)
    assert.equal((await eventsSeenBy(conversation, ada, from)).length, 1)
    assert.equal((await eventsSeenBy(conversation, ben, from)).length, 0)
    const query = 'q={"types":["read"]}&limit=1'
    for (const path of ['/events', `/conversations/${conversation}/events`]) {
      const seen = async (as: string) => (await ask('GET', `${path}?${query}`, undefined, as)).body._results.length
      assert.deepEqual([await seen(ada), await seen(ben), await seen(company.apiToken)], [1, 0, 0], path)
    }
  })

  it('leaves no gap in a page of another teammate', async () => {
    const conversation = await begin('read by both')
    for (const as of [ada, ben])
      await ask('PUT', `/conversations/${conversation}/read_position`, { message_id: null }, as)
    for (const path of ['/events', `/conversations/${conversation}/events`]) {
      const page = async (as: string) => (await ask('GET', `${path}?q={"types":["read"]}&limit=1`, undefined, as)).body
      assert.equal((await page(ada))._results.length, 1, path)
      assert.equal((await page(ben))._results.length, 1, path)
      const { _results: seen, _pagination: links } = await page(company.apiToken)
      assert.deepEqual([seen, links.next], [[], null], path)
    }
  })
})

describe('a reader who could see a conversation', () => {
  it('gets only its removal when it moves to an inbox they do not have', async () => {
    const conversation = await begin('moved')
    const from = await cursorNow()
    await move(conversation, secret)
    const [seen, ...rest] = await eventsSeenBy(conversation, ben, from)
    assertOnlyThatItWent(seen, 'move', conversation)
    assert.deepEqual(rest, [])
    const [full] = await eventsSeenBy(conversation, ada, from)
    assert.deepEqual([full.type, full.conversation.inbox_id, full.target.data], ['move', secret, [{ id: secret }]])
  })

  it('gets its current state when it returns, without where it has been', async () => {
    const conversation = await begin('back')
    const from = await cursorNow()
    await move(conversation, secret)
    await move(conversation, publicId('inb', company.companyId, company.inboxId))
    const seen = await eventsSeenBy(conversation, ben, from)
    assert.deepEqual(
      seen.map(({ type, conversation: { inbox_id } }) => [type, inbox_id]),
      Array(2).fill(['move', publicId('inb', company.companyId, company.inboxId)]),
    )
    assert.ok(!JSON.stringify(seen).includes(secret))
  })

  it('gets the conversation when it is moved to the trash, so that the row can be removed', async () => {
    const conversation = await begin('trashed')
    const from = await cursorNow()
    await ask('PATCH', `/conversations/${conversation}`, { status: 'deleted' })
    const [seen] = await eventsSeenBy(conversation, ben, from)
    assert.deepEqual([seen.type, seen.conversation.status], ['trash', 'deleted'])
    assert.equal(seen.conversation.inbox_id, publicId('inb', company.companyId, company.inboxId))
  })

  it('gets its removal when it is permanently deleted, and none of its earlier events', async () => {
    const conversation = await begin('deleted')
    const from = await cursorNow()
    const early = await eventsSeenBy(conversation, ben, from - 1)
    assert.deepEqual(
      early.map(({ type }) => type),
      ['inbound'],
    )
    await ask('PATCH', `/conversations/${conversation}`, { status: 'deleted' })
    await ask('DELETE', `/conversations/${conversation}`)
    for (const cookie of [ben, ada]) {
      const [seen, ...rest] = await eventsSeenBy(conversation, cookie, from - 1)
      assertOnlyThatItWent(seen, 'conversation_deleted', conversation)
      assert.deepEqual(rest, [])
    }
    const { text } = await ask('GET', '/events?limit=100', undefined, ben)
    assert.ok(!text.includes('canary of deleted'))
  })

  it('gets the removal of every conversation of a channel that moves', async () => {
    const conversations = [await begin('one'), await begin('two')]
    const from = await cursorNow()
    await ask('PATCH', `/channels/${company.channelPublicId}`, { inbox_id: secret }, ada)
    const reader = await StreamReader.open(hub.url, { cookie: ben }, from)
    const moves = () => reader.messages.map(({ data }) => data).filter(({ type }) => type === 'move')
    const hasMove = (id: string) => moves().some(({ conversation }) => conversation.id === id)
    await reader.until(() => conversations.every(hasMove))
    reader.close()
    for (const event of moves()) assertOnlyThatItWent(event, 'move', event.conversation.id)
    assert.ok(!JSON.stringify(reader.messages).includes(secret))
  })
})
