import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub.close())

const rows = async (text: string, ...values: unknown[]) => (await hub.db.pool.query(text, values)).rows

/** A message of ours that the channel accepted under this external id, in the archived conversation of that thread. */
async function sent(externalId: string, thread: string): Promise<number> {
  const inbound = {
    sender: { handle: thread },
    body: 'Hello?',
    metadata: { external_id: `in-${externalId}`, external_conversation_id: thread },
  }
  const came = await hub.request('POST', `/channels/${acme.channelPublicId}/inbound_messages`, {
    as: acme.channelToken(),
    body: inbound,
  })
  assert.equal(came.status, 202, came.text)
  const [{ conversation_id }] = await rows(
    'select conversation_id from messages where company_id = $1 and external_id = $2',
    acme.companyId,
    `in-${externalId}`,
  )
  const [{ n }] = await rows(
    'update counters set last_number = last_number + 1 where company_id = $1 returning last_number::int as n',
    acme.companyId,
  )
  await rows(
    `insert into messages (company_id, id, conversation_id, channel_id, external_id, is_inbound, origin, handle, body, body_format, blurb)
     values ($1, $2, $3, $4, $5, false, 'teammate', 'x', 'Hi', 'text', 'Hi')`,
    acme.companyId,
    n,
    conversation_id,
    acme.channelId,
    externalId,
  )
  await rows(
    `insert into deliveries (company_id, message_id, conversation_id, channel_id, state) values ($1, $2, $3, $4, 'sent')`,
    acme.companyId,
    n,
    conversation_id,
    acme.channelId,
  )
  await rows(
    "update conversations set status = 'archived' where company_id = $1 and id = $2",
    acme.companyId,
    conversation_id,
  )
  return n
}

const report = (
  thread: string,
  externalId: string,
  body: object = { status: 'failed', reason: 'Number unreachable' },
) =>
  hub.request(
    'PUT',
    `/channels/${acme.channelPublicId}/conversations/${encodeURIComponent(thread)}/messages/${encodeURIComponent(externalId)}/status`,
    { as: acme.channelToken(), body },
  )

const state = async (message: number) =>
  (
    await rows(
      `select m.error_message, d.state, d.error_message as why, c.status from messages m
       join deliveries d on d.company_id = m.company_id and d.message_id = m.id
       join conversations c on c.company_id = m.company_id and c.id = m.conversation_id
       where m.company_id = $1 and m.id = $2`,
      acme.companyId,
      message,
    )
  )[0]

const eventsOf = async (message: number) =>
  (
    await rows(
      `select e.type from events e join messages m on m.company_id = e.company_id and m.conversation_id = e.conversation_id
       where m.company_id = $1 and m.id = $2 and e.type <> 'inbound' order by e.number`,
      acme.companyId,
      message,
    )
  ).map(({ type }) => type)

test('a message that failed after it was accepted has the channel’s error, and its conversation is reopened', async () => {
  const message = await sent('m1-+1555,m1-+1666', '+1555')
  const answer = await report('+1555', 'm1-+1555,m1-+1666')
  assert.deepEqual([answer.status, answer.text], [204, ''])
  assert.deepEqual(
    { ...(await state(message)) },
    {
      error_message: 'Number unreachable',
      state: 'failed',
      why: 'Number unreachable',
      status: 'open',
    },
  )
  assert.deepEqual(await eventsOf(message), ['sending_error', 'reopen'])
})

test('a repeated report is a 204 that changes nothing', async () => {
  const message = await sent('again', 'again')
  await report('again', 'again')
  assert.equal((await report('again', 'again', { status: 'failed', reason: 'another' })).status, 204)
  assert.equal((await state(message)).error_message, 'Number unreachable')
  assert.deepEqual(await eventsOf(message), ['sending_error', 'reopen'])
})

test('a report without a reason still gives the teammate a sentence', async () => {
  const message = await sent('mute', 'mute')
  assert.equal((await report('mute', 'mute', { status: 'failed' })).status, 204)
  assert.match((await state(message)).error_message, /not delivered/)
})

test('inbound messages, other threads and unknown ids are 404; any other status is 400', async () => {
  const message = await sent('mine', 'mine')
  await sent('yours', 'yours')
  for (const [thread, id] of [
    ['mine', 'in-mine'],
    ['yours', 'mine'],
    ['mine', 'unknown'],
    ['unknown', 'mine'],
  ] as const) {
    assert.equal((await report(thread, id)).status, 404, `${thread} ${id}`)
  }
  for (const body of [{ status: 'delivered' }, {}, { status: 'failed', reason: 7 }]) {
    assert.equal((await report('mine', 'mine', body)).status, 400)
  }
  assert.equal((await state(message)).state, 'sent')
})
