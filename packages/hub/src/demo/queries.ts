import type { Database } from '../db/database.ts'

export interface DemoRow {
  company_id: number
  inbox_id: number
  channel_type_id: number
  uid: string
  server_url: string
  has_channels: boolean
}

/** The demo company with its oldest inbox and channel type. */
export async function findDemo(db: Pick<Database, 'query'>): Promise<DemoRow | undefined> {
  const [demo] = await db.query<DemoRow>(
    'find_demo',
    `select c.company_id, i.id as inbox_id, t.id as channel_type_id, t.uid, t.server_url,
       exists (select 1 from channels h where h.company_id = c.company_id) as has_channels
     from companies c
     join lateral (select i.id from inboxes i where i.company_id = c.company_id order by i.id limit 1) i on true
     join lateral (select t.id, t.uid, t.server_url from channel_types t
       where t.company_id = c.company_id and t.deleted_at is null order by t.id limit 1) t on true
     where c.is_demo order by c.company_id limit 1`,
  )
  return demo
}

/** Moves the webhook URLs of the demo's channels to the origin at which the sample channel listens now. */
export async function moveWebhooks(
  db: Pick<Database, 'query'>,
  companyId: number,
  channelTypeId: number,
  origin: string,
) {
  await db.query(
    'move_demo_webhooks',
    `update channels set webhook_url = regexp_replace(webhook_url, '^https?://[^/]+', $3)
     where company_id = $1 and channel_type_id = $2`,
    [companyId, channelTypeId, origin],
  )
}

export async function findTeam(db: Pick<Database, 'query'>, companyId: number) {
  return db.query<{ id: number; first_name: string }>(
    'find_demo_team',
    'select id, first_name from teammates where company_id = $1 and removed_at is null',
    [companyId],
  )
}

/** The conversation of an external id. */
export async function findSeeded(
  db: Pick<Database, 'query'>,
  companyId: number,
  channelId: number,
  externalId: string,
) {
  const [row] = await db.query<{ conversation_id: number }>(
    'find_seeded_conversation',
    'select conversation_id from conversation_external_ids where company_id = $1 and channel_id = $2 and external_id = $3',
    [companyId, channelId, externalId],
  )
  if (!row) throw new Error(`the conversation ${externalId} was not stored`)
  return row.conversation_id
}
