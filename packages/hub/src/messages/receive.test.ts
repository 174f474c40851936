import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pino from 'pino'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { openDatabase } from '../db/database.ts'
import { Bus } from '../events/bus.ts'
import { startHub } from '../main.ts'
import { makeReceiver, type Receiver } from './receive.ts'

let hub: EmptyHub
let acme: StaffedCompany
let receiver: Receiver

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  receiver = makeReceiver({ db: hub.db, bus: hub.bus, log: pino({ level: 'silent' }) })
})
after(async () => {
  await receiver.close()
  await hub.close()
})

interface Push {
  id?: string
  thread?: string
  body?: string
  handle?: string
  name?: string | null
  email?: string | null
  extra?: object
}

let count = 0
const push = ({ id, thread, body = 'Where is my parcel?', handle = 'visitor-1', name, email, extra }: Push = {}) => ({
  sender: { handle, ...(name !== undefined && { name }), ...(email !== undefined && { email }) },
  body,
  metadata: { external_id: id ?? `m-${count++}`, external_conversation_id: thread ?? 'thread-1' },
  ...extra,
})
const path = (company: StaffedCompany, kind = 'inbound_messages') => `/channels/${company.channelPublicId}/${kind}`
const inbound = (what: Push, { company = acme, request = hub.request } = {}) =>
  request('POST', path(company), { as: company.channelToken(), body: push(what) })

async function accepted(what: Push, options?: Parameters<typeof inbound>[1]): Promise<string> {
  const answer = await inbound(what, options)
  assert.equal(answer.status, 202, answer.text)
  return answer.body.message_uid
}

const rows = async <Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await hub.db.pool.query(text, values)).rows

async function stored(id: string, company = acme) {
  const [row] = await rows<any>(
    `select m.*, c.status, c.last_message_id, c.last_inbound_id, c.recipient_name, c.waiting_since, p.name as contact_name
     from messages m join conversations c on c.company_id = m.company_id and c.id = m.conversation_id
     left join contacts p on p.company_id = m.company_id and p.id = m.contact_id
     where m.company_id = $1 and m.external_id = $2`,
    company.companyId,
    id,
  )
  return row
}

test('a message is stored with its conversation, contact and event before the response', async () => {
  const answer = await inbound({ id: 'first', thread: 'first', handle: 'ivo', name: 'Ivo' })
  assert.equal(answer.status, 202)
  assert.equal(answer.body.status, 'accepted')
  assert.match(answer.body.message_uid, /^[0-9a-f]{32}$/)
  assert.equal(answer.headers.get('content-length'), String(answer.text.length))
  const message = await stored('first')
  assert.equal(message.body, 'Where is my parcel?')
  assert.equal(message.blurb, 'Where is my parcel?')
  assert.equal(message.contact_name, 'Ivo')
  assert.equal(message.recipient_name, 'Ivo')
  assert.equal(message.last_message_id, message.id)
  assert.equal(message.last_inbound_id, message.id)
  assert.ok(message.waiting_since)
  const events = await rows<any>(
    'select * from events where company_id = $1 and message_id = $2',
    acme.companyId,
    message.id,
  )
  assert.deepEqual(
    events.map(({ type, actor, inbox_id }) => ({ type, actor, inbox_id })),
    [{ type: 'inbound', actor: 'channel', inbox_id: acme.inboxId }],
  )
  const read = await hub.request('GET', `/messages/alt:uid:${answer.body.message_uid}`, { as: acme.channelToken() })
  assert.equal(read.body?.metadata.external_id, 'first', read.text)
})

test('50 concurrent pushes of one external_id get the same response, and create one message', async () => {
  const uids = await Promise.all(Array.from({ length: 50 }, () => accepted({ id: 'one-of-50' })))
  assert.equal(new Set(uids).size, 1)
  const [row] = await rows<{ n: number }>("select count(*) as n from messages where external_id = 'one-of-50'")
  assert.equal(row!.n, 1)
})

test('the same over two hubs', async () => {
  const second = await secondHub()
  const callers = Array.from({ length: 50 }, (_, i) =>
    accepted({ id: 'over-two-hubs' }, { request: i % 2 ? hub.request : second.request }),
  )
  assert.equal(new Set(await Promise.all(callers)).size, 1)
  await second.close()
  const [row] = await rows<{ n: number }>("select count(*) as n from messages where external_id = 'over-two-hubs'")
  assert.equal(row!.n, 1)
})

test('a repeated external_id gets the first response, and another body is only logged', async () => {
  const first = await accepted({ id: 'twice', body: 'the first' })
  assert.equal(await accepted({ id: 'twice', body: 'the secret second' }), first)
  assert.equal((await stored('twice')).body, 'the first')
  assert.match(hub.logged(), /a repeated external_id came with another body/)
  assert.doesNotMatch(hub.logged(), /the secret second/)
})

test('an id the channel gave to one of our messages is known: the echo of an own message makes no second one', async () => {
  const inboundUid = await accepted({ id: 'to-be-answered', thread: 'echo' })
  const { id, conversation_id } = await stored('to-be-answered')
  await rows(
    'update messages set external_id = $3, is_inbound = false where company_id = $1 and id = $2',
    acme.companyId,
    id,
    'sms-55102',
  )
  const { sender, ...echo } = push({ id: 'sms-55102', thread: 'echo' })
  const answer = await hub.request('POST', path(acme, 'outbound_messages'), {
    as: acme.channelToken(),
    body: { ...echo, to: [sender] },
  })
  assert.deepEqual([answer.status, answer.body.message_uid], [202, inboundUid])
  const [row] = await rows<{ n: number }>(
    'select count(*) as n from messages where company_id = $1 and conversation_id = $2',
    acme.companyId,
    conversation_id,
  )
  assert.equal(row!.n, 1)
})

test('one external id is two messages in two channels, and one thread id is two conversations', async () => {
  const other = await hub.addStaffedCompany('other')
  const uids = [
    await accepted({ id: 'same', thread: 'same' }),
    await accepted({ id: 'same', thread: 'same' }, { company: other }),
  ]
  assert.notEqual(uids[0], uids[1])
  assert.equal((await stored('same', other)).company_id, other.companyId)
})

test('one bad row fails only its own caller', async () => {
  const auth = await passOf(acme)
  const receive = (id: string, body: string) =>
    receiver.receive(auth, {
      isInbound: true,
      people: [{ handle: 'h' }],
      body,
      externalId: id,
      externalConversationId: 'bad-row',
    })
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, i) => receive(`row-${i}`, i === 25 ? 'half a pair \ud800' : 'good')),
  )
  assert.deepEqual(
    results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])),
    [25],
  )
  const [row] = await rows<{ n: number }>("select count(*) as n from messages where external_id like 'row-%'")
  assert.equal(row!.n, 39)
})

test('only the external conversation id threads: not the sender, not the external id', async () => {
  await accepted({ id: 't-1', thread: 'a', handle: 'same-person' })
  await accepted({ id: 't-2', thread: 'a', handle: 'somebody-else' })
  await accepted({ id: 't-3', thread: 'b', handle: 'same-person' })
  const [one, two, three] = [await stored('t-1'), await stored('t-2'), await stored('t-3')]
  assert.equal(one.conversation_id, two.conversation_id)
  assert.notEqual(one.conversation_id, three.conversation_id)
  assert.equal(one.contact_id, three.contact_id)
  assert.notEqual(one.contact_id, two.contact_id)
})

test('an archived conversation is reopened, with its event', async () => {
  await accepted({ id: 'r-1', thread: 'reopen' })
  const { conversation_id } = await stored('r-1')
  await rows(
    "update conversations set status = 'archived' where company_id = $1 and id = $2",
    acme.companyId,
    conversation_id,
  )
  await accepted({ id: 'r-2', thread: 'reopen' })
  assert.equal((await stored('r-2')).status, 'open')
  const events = await rows<{ type: string }>(
    'select type from events where company_id = $1 and conversation_id = $2 order by number',
    acme.companyId,
    conversation_id,
  )
  assert.deepEqual(
    events.map(({ type }) => type),
    ['inbound', 'reopen', 'inbound'],
  )
})

test('a conversation in the trash comes back, one in spam takes the message and stays', async () => {
  for (const [was, becomes] of [
    ['trashed', 'open'],
    ['spam', 'spam'],
  ]) {
    await accepted({ id: `${was}-1`, thread: was })
    const first = await stored(`${was}-1`)
    await rows(
      'update conversations set status = $3 where company_id = $1 and id = $2',
      acme.companyId,
      first.conversation_id,
      was,
    )
    await accepted({ id: `${was}-2`, thread: was })
    const second = await stored(`${was}-2`)
    assert.deepEqual([second.conversation_id, second.status], [first.conversation_id, becomes])
  }
})

test('an e-mail address links a handle to its contact, and no handle is ever moved', async () => {
  await accepted({ id: 'c-1', thread: 'c-1', handle: 'chat-1', email: 'Ivo@Customer.example', name: null })
  await accepted({ id: 'c-2', thread: 'c-2', handle: 'chat-2', email: 'ivo@customer.EXAMPLE', name: 'Ivo' })
  await accepted({ id: 'c-3', thread: 'c-3', handle: 'chat-3', name: 'Ida' })
  await accepted({ id: 'c-4', thread: 'c-4', handle: 'chat-3', email: 'ivo@customer.example', name: 'Not Ida' })
  const [one, two, three, four] = await Promise.all(['c-1', 'c-2', 'c-3', 'c-4'].map((id) => stored(id)))
  assert.equal(one.contact_id, two.contact_id)
  assert.equal((await stored('c-1')).contact_name, 'Ivo')
  assert.notEqual(three.contact_id, one.contact_id)
  assert.equal(four.contact_id, three.contact_id)
  assert.equal(four.contact_name, 'Ida')
  const handles = await rows<any>(
    "select contact_id from contact_handles where company_id = $1 and source = 'email' and handle = 'ivo@customer.example'",
    acme.companyId,
  )
  assert.deepEqual(handles, [{ contact_id: one.contact_id }])
})

test('many new people and threads in one batch, some of them twice', async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      accepted({ id: `n-${i}`, thread: `n-${i % 20}`, handle: `new-${i % 20}`, name: `N ${i % 20}` }),
    ),
  )
  const [row] = await rows<any>(
    `select count(distinct conversation_id) as threads, count(distinct contact_id) as contacts, count(*) as messages
     from messages where company_id = $1 and external_id like 'n-%'`,
    acme.companyId,
  )
  assert.deepEqual({ ...row }, { threads: 20, contacts: 20, messages: 60 })
})

test('history: an old delivered_at sorts by its time and does not become the newest', async () => {
  await accepted({ id: 'h-new', thread: 'history' })
  await accepted({ id: 'h-old', thread: 'history', extra: { delivered_at: 1_700_000_000 } })
  const [now, old] = [await stored('h-new'), await stored('h-old')]
  assert.equal(old.sort_at.getTime(), 1_700_000_000_000)
  assert.equal(old.last_message_id, now.id)
  await accepted({ id: 'h-soon', thread: 'history', extra: { delivered_at: Math.floor(Date.now() / 1000) + 3_600 } })
  const soon = await stored('h-soon')
  assert.ok(soon.sort_at.getTime() < Date.now() + 60_000)
  assert.equal(soon.last_message_id, soon.id)
})

test('a reply has the id of its original, also when both arrive together', async () => {
  const reply = {
    metadata: { external_id: 'a-2', external_conversation_id: 'ref', referenced_message_external_id: 'a-1' },
  }
  await Promise.all([accepted({ id: 'a-1', thread: 'ref' }), accepted({ extra: reply })])
  const [first, second] = [await stored('a-1'), await stored('a-2')]
  assert.ok(second.replied_to_id === first.id || second.referenced_external_id === 'a-1')
})

test('a message that the channel sent itself has no delivery, and ends the customer’s waiting time', async () => {
  await accepted({ id: 'o-1', thread: 'sent' })
  const { sender, ...rest } = push({
    id: 'o-2',
    thread: 'sent',
    extra: { author_id: `alt:email:${acme.admin.email}`, sender_name: 'Acme bot' },
  })
  const answer = await hub.request('POST', path(acme, 'outbound_messages'), {
    as: acme.channelToken(),
    body: { ...rest, to: sender },
  })
  assert.equal(answer.status, 202, answer.text)
  const message = await stored('o-2')
  assert.deepEqual(
    [message.is_inbound, message.origin, message.author_id, message.sender_name, message.waiting_since],
    [false, 'channel', acme.adminId, 'Acme bot', null],
  )
  const events = await rows<any>(
    'select type from events where company_id = $1 and message_id = $2',
    acme.companyId,
    message.id,
  )
  assert.deepEqual(events, [{ type: 'out_reply' }])
  assert.deepEqual(
    await rows('select 1 from deliveries where company_id = $1 and message_id = $2', acme.companyId, message.id),
    [],
  )
})

test('two hubs that store for many companies at once never block each other for good', async () => {
  const worlds = await Promise.all(Array.from({ length: 12 }, (_, i) => hub.addStaffedCompany(`many-${i}`)))
  const passes = await Promise.all(worlds.map(passOf))
  const second = openDatabase({ connection: { connectionString: hub.db.url } })
  const receivers = [receiver, makeReceiver({ db: second, bus: new Bus(second), log: pino({ level: 'silent' }) })]
  await Promise.all(
    Array.from({ length: 1_200 }, (_, i) =>
      receivers[i % 2]!.receive(passes[(i * 7 + (i % 2) * 5) % 12]!, {
        isInbound: true,
        people: [{ handle: `h-${i % 5}` }],
        body: 'x',
        externalId: `dead-${i}`,
        externalConversationId: `t-${i % 5}`,
      }),
    ),
  )
  await receivers[1]!.close()
  await second.close()
  const [row] = await rows<{ n: number }>("select count(*) as n from messages where external_id like 'dead-%'")
  assert.equal(row!.n, 1_200)
})

async function passOf(company: StaffedCompany) {
  const { makeAuthenticateChannel } = await import('../channels/token.ts')
  return makeAuthenticateChannel({ db: hub.db, sealer: hub.sealer })(
    company.channelToken().slice('Bearer '.length),
    true,
  )
}

async function secondHub() {
  const db = openDatabase({ connection: { connectionString: hub.db.url } })
  const settings = { ...hub.settings, port: 0 }
  const started = await startHub({ settings, db, sealer: hub.sealer, log: pino({ level: 'silent' }) })
  const request: EmptyHub['request'] = async (method, to, { as, body } = {}) => {
    const response = await fetch(started.url + to, {
      method,
      headers: { ...(as && { authorization: as }), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
  }
  return {
    request,
    async close() {
      await started.close()
      await db.close()
    },
  }
}
