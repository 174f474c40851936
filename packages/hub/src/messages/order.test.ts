import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

/** Messages that a channel pushes late or out of order: `delivered_at` in seconds from now, the body has the time of writing. */
let hub: EmptyHub
let company: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('mine')
})
after(() => hub?.close())

let count = 0
let thread = ''
let now = 0
beforeEach(() => {
  thread = `thread ${count++}`
  now = Math.floor(Date.now() / 1000)
})

interface Push {
  kind?: 'inbound_messages' | 'outbound_messages'
  says?: string
}

async function push(written: number | null, { kind = 'inbound_messages', says = String(written) }: Push = {}) {
  const person = { handle: thread }
  const { status, text } = await hub.request('POST', `/channels/${company.channelPublicId}/${kind}`, {
    as: company.channelToken(),
    body: {
      ...(kind === 'inbound_messages' ? { sender: person } : { to: [person] }),
      body: says,
      delivered_at: written === null ? null : now + written,
      metadata: { external_id: `m${count++}`, external_conversation_id: thread },
    },
  })
  assert.equal(status, 202, text)
}

async function pushAll(...written: number[]) {
  for (const at of written) await push(at)
}

async function top() {
  const { body } = await hub.request('GET', '/conversations?limit=1', { as: company.apiToken })
  return body._results[0]
}

/** The thread as it is read page by page, oldest first. */
async function shown(): Promise<string[]> {
  const texts: string[] = []
  for (let path: string | null = `/conversations/${(await top()).id}/messages?limit=2`; path; ) {
    const { body } = await hub.request('GET', path, { as: company.apiToken })
    texts.push(...body._results.map(({ text }: { text: string }) => text))
    path = body._pagination.next && new URL(body._pagination.next).pathname + new URL(body._pagination.next).search
  }
  return texts.reverse()
}

async function reply(body: string) {
  const { status, text } = await hub.request('POST', `/conversations/${(await top()).id}/messages`, {
    as: company.apiToken,
    body: { body },
  })
  assert.equal(status, 202, text)
}

async function isShown(...expected: (number | string)[]) {
  assert.deepEqual(await shown(), expected.map(String))
  assert.equal((await top()).last_message.blurb, String(expected.at(-1)))
}

test('a backlog that arrives after a live message is sorted before it, in any length and order', async () => {
  const backlog = Array.from({ length: 40 }, (_, n) => n - 45)
  await pushAll(-55, 0, ...backlog)
  await isShown(-55, ...backlog, 0)
  thread = `${thread} backwards`
  await pushAll(-55, 0, ...backlog.toReversed())
  await isShown(-55, ...backlog, 0)
})

test('live and imported messages are in the order in which they were written, whatever the order of arrival', async () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const shuffled = (times: number[]) =>
    times
      .map((at) => ({ at, by: random(1e9) }))
      .sort((a, b) => a.by - b.by)
      .map(({ at }) => at)
  const span = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n)
  for (const times of [
    span(-25, -1),
    span(-50, -11),
    [...span(-30, -1), ...span(-30, -1)],
    span(-90, -20),
    span(-20, 20),
  ]) {
    for (let n = 0; n < 3; n++) {
      thread = `thread ${count++}`
      await pushAll(...shuffled(times))
      assert.deepEqual(await shown(), [...times].sort((a, b) => a - b).map(String))
    }
  }
})

test('a late message is read with the others, with and without a cursor', async () => {
  const as = await hub.signIn(company.admin.email)
  for (const ago of [-20, -3600]) {
    thread = `thread ${count++}`
    await pushAll(-5, ago)
    const path = `/conversations/${(await top()).id}`
    const read = async () => (await hub.request('GET', path, { as })).body
    const { unread, newest_inbound_id: newest, last_message: last } = await read()
    assert.equal(unread, true)
    assert.notEqual(newest, last.id)
    await hub.request('PUT', `${path}/read_position`, { as, body: { message_id: ago === -20 ? newest : null } })
    assert.equal((await read()).unread, false)
  }
})

test('the waiting time starts at the customer’s first unanswered message, also when it arrived late', async () => {
  await pushAll(-10, -40)
  const { _results: written } = (
    await hub.request('GET', `/conversations/${(await top()).id}/messages`, { as: company.apiToken })
  ).body
  assert.equal((await top()).waiting_since, written.at(-1).created_at)
  await push(-7200)
  assert.equal((await top()).waiting_since, now - 7200)
  await reply('Here it is')
  await push(-5)
  const since = (await top()).waiting_since
  await push(-3600)
  assert.equal((await top()).waiting_since, since)
})

test('messages of the last minute are in the customer’s order, whatever the order of arrival', async () => {
  await pushAll(-40, -45, -50)
  await isShown(-50, -45, -40)
  await pushAll(-42, -55, -41, -10, -30, -44)
  await isShown(-55, -50, -45, -44, -42, -41, -40, -30, -10)
})

test('concurrent messages are in the order in which they were written', async () => {
  await push(-59)
  const written = Array.from({ length: 40 }, (_, n) => -((n * 17) % 41) - 10)
  await Promise.all(written.map((at) => push(at)))
  await isShown(-59, ...written.sort((a, b) => a - b))
})

test('messages of the same second, or without a time, are in the order of arrival', async () => {
  await push(-20, { says: 'a' })
  await push(-20, { says: 'b' })
  await push(null, { says: 'c' })
  await push(-20, { says: 'd' })
  await push(-30, { says: 'e' })
  await push(null, { says: 'f' })
  await isShown('e', 'a', 'b', 'c', 'd', 'f')
})

test('no message is sorted before a reply whose author had not seen it', async () => {
  await push(-40)
  await reply('reply')
  await push(-45)
  await isShown(-40, 'reply', -45)
  await pushAll(-30, -50, -35)
  await isShown(-40, 'reply', -50, -45, -35, -30)
  await reply('another')
  await push(-52)
  await isShown(-40, 'reply', -50, -45, -35, -30, 'another', -52)
})

test('messages that our side sent elsewhere are sorted among the customer’s by the channel’s time', async () => {
  await push(-40)
  await push(-45, { kind: 'outbound_messages' })
  await push(-50)
  await isShown(-50, -45, -40)
  await push(null, { kind: 'outbound_messages', says: 'echo' })
  await push(-43)
  await isShown(-50, -45, -40, 'echo', -43)
})

test('a repeat changes no place', async () => {
  await pushAll(-40, -45)
  const before = count
  count -= 2
  await pushAll(-40, -45)
  assert.equal(count, before)
  await isShown(-45, -40)
})

test('a time ahead does not hold back what follows', async () => {
  await push(3_600)
  await pushAll(-5, 0)
  await isShown(3_600, -5, 0)
})

test('imported messages are sorted by their own time, but not before an earlier message that arrived late', async () => {
  await pushAll(-52, -3_600)
  await isShown(-3_600, -52)
  const later = "interval '30 seconds'"
  await hub.db.pool.query(`update messages set sort_at = sort_at - ${later}, delivered_at = delivered_at - ${later}`)
  await hub.db.pool.query(
    `update conversations set last_message_at = last_message_at - ${later}, newest_delivered_at = newest_delivered_at - ${later}`,
  )
  // written 88 s ago and shown 30 s ago; this one was written after it
  await push(-80)
  assert.deepEqual(await shown(), ['-3600', '-52', '-80'])
  await push(-95)
  assert.deepEqual(await shown(), ['-3600', '-95', '-52', '-80'])
})

test("messages are in the customer's order when the clock of the database is wrong by an hour", async () => {
  await pushAll(-40, -45)
  await setStored('+')
  await push(-42)
  await reply('reply')
  await pushAll(-10, -20)
  await isShown(-45, -42, -40, 'reply', -20, -10)
})

/** All that is stored an hour ahead is a clock that went back. */
async function setStored(sign: '+' | '-') {
  const hour = `${sign} interval '1 hour'`
  const companyId = company.companyId
  const later = [
    `update counters set last_place = last_place ${hour} where company_id = $1`,
    `update messages set created_at = created_at ${hour}, sort_at = sort_at ${hour} where company_id = $1`,
    `update conversations set last_message_at = last_message_at ${hour} where company_id = $1`,
  ]
  for (const sql of later) await hub.db.pool.query(sql, [companyId])
}
