import type { TemplateVariable } from '@portico/protocol'
import type { Database } from '../db/database.ts'

type Reader = Pick<Database, 'query'>

export interface ListedTemplateRow {
  id: number
  channel_id: number
  external_id: string
  name: string
  blurb: string
  is_disabled: boolean
  status: 'PENDING' | 'APPROVED' | 'REJECTED'
  variables: TemplateVariable[]
  updated_at: Date
}

export interface TemplateRow extends ListedTemplateRow {
  preview: string
  /** The sanitised preview. */
  html: string
  version: number
}

const listed = `t.id, t.channel_id, t.external_id, t.name, t.blurb, t.is_disabled, t.status, t.variables, t.updated_at`

/** Those of a channel, by name. */
export function listTemplates(db: Reader, companyId: number, channelId: number): Promise<ListedTemplateRow[]> {
  return db.query<ListedTemplateRow>(
    'list_message_templates',
    `select ${listed} from message_templates t where t.company_id = $1 and t.channel_id = $2 order by lower(t.name), t.id`,
    [companyId, channelId],
  )
}

/** By its number, or by the channel's own id of it. */
export async function findTemplate(
  db: Reader,
  companyId: number,
  channelId: number,
  by: { id: number } | { externalId: string },
): Promise<TemplateRow | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['external_id', by.externalId]
  const [row] = await db.query<TemplateRow>(
    `find_message_template_by_${column}`,
    `select ${listed}, t.preview, t.html, t.version from message_templates t
     where t.company_id = $1 and t.channel_id = $2 and t.${column} = $3`,
    [companyId, channelId, value],
  )
  return row
}

export interface WindowRow {
  hours: number | null
  closes_at: Date | null
  is_open: boolean
}

/** By the database's clock. The thread is read backwards, up to the customer's newest message. */
export async function findWindow(db: Reader, companyId: number, conversationId: number): Promise<WindowRow> {
  const [row] = await db.query<WindowRow>(
    'find_free_text_window',
    `select w.hours, w.closes_at, w.hours is null or coalesce(w.closes_at > now(), false) as is_open from (
       select t.free_text_window_hours as hours, case when t.free_text_window_hours is not null then (
         select m.sort_at + make_interval(hours => t.free_text_window_hours) from messages m
         where m.company_id = c.company_id and m.conversation_id = c.id and m.is_inbound
         order by m.sort_at desc, m.id desc limit 1) end as closes_at
       from conversations c
       join channels h on h.company_id = c.company_id and h.id = c.channel_id
       join channel_types t on t.company_id = h.company_id and t.id = h.channel_type_id
       where c.company_id = $1 and c.id = $2) w`,
    [companyId, conversationId],
  )
  return row ?? { hours: null, closes_at: null, is_open: true }
}
