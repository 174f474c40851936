import type { Fixture } from '../tests/harness/hub.ts'

/** The last message of a thread, from short to a paragraph. */
const sayings = [
  'Where is my parcel? I have been waiting since Monday.',
  'It left our depot this morning. The carrier says that it will be with you tomorrow between nine and twelve.',
  'Thank you!',
  `I was at home all morning and nobody rang. The page of the carrier says that it was tried at 10:42, which cannot be: I sat
beside the door. Could you ask them what happened, and whether a neighbour has it? My number is +49 30 901820.`,
  'We asked, and they try again today. See https://carrier.example/track/0034 for where it is.',
  'It is here now. One of the two cups is broken, though. What shall I do?',
]

/** Open conversations of six messages each, the newest last written in, all of them unread. */
export async function addConversations({ db, companyId, inboxId }: Fixture, count: number): Promise<void> {
  const client = await db.pool.connect()
  const run = (text: string, values: unknown[]) =>
    client.query({ text, values, query_timeout: 120_000 } as { text: string; values: unknown[] })
  try {
    await client.query('set statement_timeout = 0')
    const {
      rows: [{ id: channelId }],
    } = await run('select id from channels where company_id = $1', [companyId])
    const each = sayings.length + 2
    const { rows } = await run(
      `update counters set last_number = last_number + $2 where company_id = $1 returning last_number - $2 as first`,
      [companyId, count * each],
    )
    const first = Number(rows[0].first) + 1
    // for each conversation: its contact, itself, its messages
    const contact = `${first} + n * ${each}`
    await run(
      `insert into contacts (company_id, id, name) select $1, ${contact}, 'Customer ' || n from generate_series(0, $2 - 1) n`,
      [companyId, count],
    )
    await run(
      `insert into contact_handles (company_id, source, handle, contact_id)
       select $1, 'custom', 'customer-' || n, ${contact} from generate_series(0, $2 - 1) n`,
      [companyId, count],
    )
    await run(
      `insert into conversations (company_id, id, inbox_id, channel_id, contact_id, recipient_handle, recipient_name,
         last_message_id, last_message_at, last_message_blurb, last_inbound_id)
       select $1, ${contact} + 1, $3, $4, ${contact}, 'customer-' || n, 'Customer ' || n, ${contact} + ${each - 1},
         now() - n * interval '1 minute', left($5, 120), ${contact} + ${each - 1}
       from generate_series(0, $2 - 1) n`,
      [companyId, count, inboxId, channelId, sayings.at(-1)],
    )
    await run(
      `insert into messages (company_id, id, conversation_id, channel_id, external_id, is_inbound, origin, contact_id, handle, name,
         sender_name, body, body_format, blurb, created_at, sort_at)
       select $1, ${contact} + 1 + nth, ${contact} + 1, $3, 'm' || (${contact} + 1 + nth), is_inbound, 'channel', ${contact},
         'customer-' || n, 'Customer ' || n, case when is_inbound then null else 'Desk' end, saying, 'text', left(saying, 120), at, at
       from generate_series(0, $2 - 1) n, unnest($4::text[]) with ordinality s (saying, nth),
         lateral (select nth not in (2, 5) as is_inbound, now() - n * interval '1 minute' - (6 - nth) * interval '5 minutes' as at) t`,
      [companyId, count, channelId, sayings],
    )
    await run('vacuum analyze', [])
  } finally {
    client.release(true)
  }
}
