import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type DeliveryFixture, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'
import type { PushedMessage } from './receive.ts'

/** Two companies that are alike, each with two channels: one gets batches, the other the same messages one after another. */
interface Twin extends DeliveryFixture {
  channels: number[]
}

let twins: [Twin, Twin]
before(async () => {
  const fixture = await startDeliveryFixture()
  const other = await startDeliveryFixture(fixture)
  const withChannels = async (deliveryFixture: DeliveryFixture): Promise<Twin> => ({
    ...deliveryFixture,
    channels: [
      await deliveryFixture.addChannel({ url: 'http://127.0.0.1:9/' }),
      await deliveryFixture.addChannel({ url: 'http://127.0.0.1:9/' }),
    ],
  })
  twins = [await withChannels(fixture), await withChannels(other)]
})
after(() => twins[0].close())

const runs = process.env.PORTICO_FAULTS === 'full' ? 2_000 : 40

interface Push {
  channel: number
  thread: number
  isInbound: boolean
  person: number
  name: string | null
  email: number | null
  /** Seconds from now; null: the channel says no time. */
  delivered: number | null
  /** The number of a message that it answers, which may not have come yet. */
  answers: number | null
  /** Comes again: one of an earlier batch, or what we had sent ourselves. */
  repeats: number | null
}

type Step =
  | { do: 'push'; messages: Push[] }
  | { do: 'set'; thread: number; channel: number; status: string }
  | { do: 'reply'; thread: number; channel: number }
  /** A conversation of ours that the channel has not named yet, with a message that was sent. */
  | { do: 'begin'; channel: number }

const small = fc.integer({ min: 0, max: 1 })
const pushes = fc.record({
  channel: small,
  thread: fc.integer({ min: 0, max: 2 }),
  isInbound: fc.boolean(),
  person: small,
  name: fc.option(fc.constantFrom('Ann', 'Bob')),
  email: fc.option(small, { freq: 4 }),
  delivered: fc.oneof(
    fc.constant(null),
    fc.integer({ min: -40, max: -1 }),
    fc.integer({ min: -7_220, max: -7_200 }),
    fc.integer({ min: -9_000, max: -7_000 }),
  ),
  answers: fc.option(fc.integer({ min: 0, max: 12 })),
  repeats: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 5 }),
})
const place = { thread: fc.integer({ min: 0, max: 2 }), channel: small }
const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('push'), messages: fc.array(pushes, { minLength: 1, maxLength: 8 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('set'),
        ...place,
        status: fc.constantFrom('archived', 'trashed', 'spam'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('reply'), ...place }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('begin'), channel: small }) },
  ),
  { minLength: 1, maxLength: 5 },
) as fc.Arbitrary<Step[]>

let run = 0

const push: Push = {
  ...{ channel: 0, thread: 2, isInbound: false, person: 0, name: null, email: null },
  ...{ delivered: -7_000, answers: null, repeats: null },
}

/** A reply into the trash, which is refused, between messages of other threads. */
const replyIntoTrash: Step[] = [
  { do: 'push', messages: [push] },
  { do: 'set', thread: 2, channel: 0, status: 'trashed' },
  { do: 'reply', thread: 2, channel: 0 },
  { do: 'push', messages: [{ ...push, thread: 0 }] },
]

test('a batch leaves what the same messages leave one after another', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const prefix = `run ${run++} `
      const now = Math.floor(Date.now() / 1_000)
      let count = 0
      const known: string[] = []
      const began = [await numberOf(twins[0]), await numberOf(twins[1])] as const
      for (const step of steps) {
        if (step.do === 'push') {
          const batch = step.messages.map((push) => ({ push, id: `${prefix}m${count++}` }))
          const used = new Set<string>()
          const messages = batch.map(({ push, id }) => {
            const repeated = push.repeats === null ? undefined : known[push.repeats % known.length]
            const externalId = repeated !== undefined && !used.has(repeated) ? repeated : id
            used.add(externalId)
            return (twin: Twin) => pushedMessage(twin, push, { prefix, now, externalId })
          })
          await receive(
            twins[0],
            messages.map((of) => of(twins[0])),
          )
          for (const of of messages) await receive(twins[1], [of(twins[1])])
          known.push(...used)
        } else {
          const id = `${prefix}own${count++}`
          for (const twin of twins) await act(twin, step, prefix, id)
          if (step.do === 'begin') known.push(id)
        }
        const [together, oneByOne] = [await stored(twins[0], began[0]), await stored(twins[1], began[1])]
        assert.deepEqual(together, oneByOne)
        await isSummarised(twins[0], began[0])
      }
    }),
    { numRuns: runs, examples: [[replyIntoTrash]] },
  )
})

interface Batch {
  prefix: string
  now: number
  externalId: string
}

function pushedMessage(twin: Twin, push: Push, { prefix, now, externalId }: Batch): PushedMessage {
  const channel_id = twin.channels[push.channel]!
  return {
    company_id: twin.companyId,
    channel_id,
    secret_id: channel_id - 1,
    external_id: externalId,
    external_conversation_id: `${prefix}${push.thread}`,
    referenced_external_id: push.answers === null ? undefined : `${prefix}m${push.answers}`,
    is_inbound: push.isInbound,
    source: 'custom',
    handle: `${prefix}${push.person}`,
    name: push.name ?? undefined,
    email: push.email === null ? undefined : `${prefix}${push.email}@example.com`,
    body: externalId,
    body_format: 'text',
    delivered_seconds: push.delivered === null ? undefined : now + push.delivered,
    is_old: (push.delivered !== null && push.delivered < -60) || undefined,
  }
}

/** The newest number of a company: what comes later has a greater one. */
async function numberOf({ db, companyId }: Twin): Promise<number> {
  const [row] = await db.query<{ last_number: number }>(
    'number',
    'select last_number from counters where company_id = $1',
    [companyId],
  )
  return row?.last_number ?? 0
}

async function receive(twin: Twin, messages: PushedMessage[]): Promise<void> {
  await twin.db.query('receive', 'select i from receive_pushed_messages($1, $2, null, null)', [
    [twin.companyId],
    JSON.stringify(messages.map((message, i) => ({ ...message, i, company_index: 1 }))),
  ])
}

async function act(twin: Twin, step: Exclude<Step, { do: 'push' }>, prefix: string, id: string): Promise<void> {
  const { db, companyId } = twin
  const channel = twin.channels[step.channel]!
  if (step.do === 'begin') {
    const conversation = await twin.addConversation(channel)
    const message = await twin.send(conversation, channel, id)
    await db.query(
      'sent',
      `with gone as (delete from outbox where company_id = $1 and message_id = $2)
       insert into deliveries (company_id, message_id, conversation_id, channel_id, state, external_id)
       values ($1, $2, $3, $4, 'sent', $5)`,
      [companyId, message, conversation, channel, id],
    )
    await db.query(
      'named',
      'update conversations set recipient_handle = $3, subject = $3 where company_id = $1 and id = $2',
      [companyId, conversation, id],
    )
    return
  }
  const [found] = await db.query<{ id: number; status: string }>(
    'thread',
    `select c.id, c.status from conversation_external_ids e
     join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
     where e.company_id = $1 and e.channel_id = $2 and e.external_id = $3`,
    [companyId, channel, `${prefix}${step.thread}`],
  )
  if (!found) return
  if (step.do === 'reply') {
    const sent = twin.send(found.id, channel, id)
    if (['trashed', 'spam'].includes(found.status)) await assert.rejects(sent, { code: 'conversation_in_trash' })
    else await sent
  } else
    await db.query('set', 'update conversations set status = $3 where company_id = $1 and id = $2', [
      companyId,
      found.id,
      step.status,
    ])
}

/** The stored state after a run, without the numbers and times that differ: each time is replaced by its message. */
async function stored({ db, companyId, channels }: Twin, began: number): Promise<unknown> {
  const messageAt = (time: string) =>
    `(select m.body from messages m where m.company_id = c.company_id and m.conversation_id = c.id and m.sort_at = c.${time}
      order by m.id limit 1)`
  const message = (id: string) => `(select m.body from messages m where m.company_id = c.company_id and m.id = ${id})`
  const conversations = await db.query(
    'stored_conversations',
    `select c.recipient_handle, c.recipient_name, c.subject, c.status, p.name, c.channel_id = $2 as is_first_channel,
       (select array_agg(e.external_id order by e.external_id) from conversation_external_ids e
         where e.company_id = c.company_id and e.conversation_id = c.id) as external_ids,
       ${message('c.last_message_id')} as last_message, ${messageAt('last_message_at')} as last_message_at,
       c.last_message_blurb, c.last_message_is_inbound, ${message('c.last_inbound_id')} as last_inbound,
       ${messageAt('waiting_since')} as waiting_since, c.waiting_since is null as is_answered, c.newest_delivered_at,
       (select json_agg(json_build_object('body', m.body, 'is_inbound', m.is_inbound, 'contact', x.name, 'handle', m.handle,
           'replied_to', (select r.body from messages r where r.company_id = m.company_id and r.id = m.replied_to_id))
           order by m.sort_at, m.id)
         from messages m left join contacts x on x.company_id = m.company_id and x.id = m.contact_id
         where m.company_id = c.company_id and m.conversation_id = c.id) as messages,
       (select json_agg(json_build_object('type', e.type, 'message', n.body, 'has_cause', n.id = e.cause_id) order by e.number)
         from events e join messages n on n.company_id = e.company_id and n.id = e.message_id
         where e.company_id = c.company_id and e.conversation_id = c.id) as message_events,
       (select json_agg(json_build_object('type', e.type, 'cause', e.cause, 'of', n.body) order by e.number)
         from events e left join messages n on n.company_id = e.company_id and n.id = e.cause_id
         where e.company_id = c.company_id and e.conversation_id = c.id and e.message_id is null) as other_events
     from conversations c left join contacts p on p.company_id = c.company_id and p.id = c.contact_id
     where c.company_id = $1 and c.id > $3
     order by (select min(m.body) from messages m where m.company_id = c.company_id and m.conversation_id = c.id), c.channel_id`,
    [companyId, channels[0], began],
  )
  const contacts = await db.query(
    'stored_contacts',
    `select p.name, p.named_by = (select c.channel_type_id from channels c where c.company_id = $1 and c.id = $2) as by_first,
       array_agg(h.handle order by h.handle) as handles
     from contacts p join contact_handles h on h.company_id = p.company_id and h.contact_id = p.id
     where p.company_id = $1 and p.id > $3 group by p.company_id, p.id, by_first order by min(h.handle)`,
    [companyId, channels[0], began],
  )
  return { conversations, contacts }
}

/** The summary that grew message by message is the one that is read from all messages. */
async function isSummarised({ db, companyId }: Twin, began: number): Promise<void> {
  const rolledBack = new Error('looked')
  const columns = `c.id, c.last_message_id, c.last_message_at, c.last_message_blurb, c.last_message_is_inbound, c.last_inbound_id, c.waiting_since`
  const read = `select ${columns} from conversations c where c.company_id = $1 and c.id > $2 order by c.id`
  await db
    .transaction(async (tx) => {
      const grown = await tx.query('summary', read, [companyId, began])
      await tx.query(
        'summarise',
        'select summarise_conversation(company_id, id) from conversations where company_id = $1 and id > $2',
        [companyId, began],
      )
      assert.deepEqual(grown, await tx.query('summary', read, [companyId, began]))
      throw rolledBack
    })
    .catch((error) => {
      if (error !== rolledBack) throw error
    })
}
