import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

/**
 * The database's clock cannot be set back; all that it has written so far can be set forward, which is the same to what
 * comes next.
 */
let hub: EmptyHub
let company: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('mine')
})
after(() => hub?.close())

let count = 0
let thread = ''
beforeEach(() => {
  thread = `thread ${count++}`
})

async function push(body: string, conversation = thread, deliveredAt?: number): Promise<void> {
  const { status, text } = await hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
    as: company.channelToken(),
    body: {
      sender: { handle: conversation },
      body,
      ...(deliveredAt && { delivered_at: deliveredAt }),
      metadata: { external_id: `m${count++}`, external_conversation_id: conversation },
    },
  })
  assert.equal(status, 202, text)
}

async function turnClockBack(hours = 1): Promise<void> {
  const later = [
    'update counters set last_place = last_place + $2 * interval $$1 hour$$ where company_id = $1',
    'update messages set created_at = created_at + $2 * interval $$1 hour$$, sort_at = sort_at + $2 * interval $$1 hour$$ where company_id = $1',
    'update conversations set last_message_at = last_message_at + $2 * interval $$1 hour$$ where company_id = $1',
    'update events set emitted_at = emitted_at + $2 * interval $$1 hour$$ where company_id = $1',
  ]
  for (const [n, sql] of later.entries()) await hub.db.query(`t_later_${n}`, sql, [company.companyId, hours])
}

async function conversations(): Promise<{ id: string; last: string }[]> {
  const { body } = await hub.request('GET', '/conversations', { as: company.apiToken })
  return body._results.map((result: { id: string; last_message: { blurb: string } }) => ({
    id: result.id,
    last: result.last_message.blurb,
  }))
}

async function messages(id: string): Promise<string[]> {
  const { body } = await hub.request('GET', `/conversations/${id}/messages`, { as: company.apiToken })
  return body._results.map(({ text }: { text: string }) => text).reverse()
}

async function reply(id: string, body: string): Promise<void> {
  const { status, text } = await hub.request('POST', `/conversations/${id}/messages`, {
    as: company.apiToken,
    body: { body },
  })
  assert.equal(status, 202, text)
}

test('a new message is still last, and its conversation first, after the clock went back an hour', async () => {
  await push('one')
  await push('other', 'another thread')
  await turnClockBack()
  await push('two')
  const [top] = await conversations()
  assert.equal(top?.last, 'two')
  await reply(top!.id, 'three')
  await push('four')
  await push('five', 'another thread')
  assert.deepEqual(
    (await conversations()).slice(0, 2).map(({ last }) => last),
    ['five', 'four'],
  )
  await reply(top!.id, 'six')
  assert.equal((await conversations())[0]?.last, 'six')
  assert.deepEqual(await messages(top!.id), ['one', 'two', 'three', 'four', 'six'])
})

test('a new conversation is on top then, and many at once stay in the order of their numbers', async () => {
  await push('before')
  await turnClockBack()
  await push('new', `${thread} new`)
  assert.equal((await conversations())[0]?.last, 'new')
  const { status } = await hub.request('POST', `/channels/${company.channelPublicId}/messages`, {
    as: company.apiToken,
    body: { to: ['somebody'], body: 'written' },
  })
  assert.equal(status, 202)
  assert.equal((await conversations())[0]?.last, 'written')
  for (let n = 0; n < 12; n++) await push(String(n))
  const [top] = await conversations()
  assert.deepEqual(await messages(top!.id), ['before', ...Array.from({ length: 12 }, (_, n) => String(n))])
})

test('imported messages keep their own time, and later messages are last', async () => {
  await push('now')
  await turnClockBack()
  await push('long ago', thread, Math.floor(Date.now() / 1000) - 86_400)
  await push('last')
  const [top] = await conversations()
  assert.equal(top?.last, 'last')
  assert.deepEqual(await messages(top!.id), ['long ago', 'now', 'last'])
})

test('pages of a list that was written while the clock went back miss nothing and repeat nothing', async () => {
  for (let n = 0; n < 4; n++) await push('x', `${thread} ${n}`)
  await turnClockBack()
  for (let n = 4; n < 8; n++) await push('x', `${thread} ${n}`)
  const seen: string[] = []
  for (let path: string | null = '/conversations?limit=3'; path; ) {
    const { body } = await hub.request('GET', path, { as: company.apiToken })
    seen.push(...body._results.map(({ id }: { id: string }) => id))
    path = body._pagination.next && new URL(body._pagination.next).pathname + new URL(body._pagination.next).search
  }
  assert.equal(new Set(seen).size, seen.length)
  const [row] = await hub.db.query<{ n: number }>('t_count', 'select count(*) as n from conversations')
  assert.equal(seen.length, row?.n)
})
