import type { Database } from '../db/database.ts'
import { type Converted, convertBody } from './conversion.ts'
import { type BodyFormat, type HtmlForms, version } from './convert.ts'

/** An element of the forms parameter of receive.sql and create.sql, without its index in the batch. */
export interface StoredForms extends HtmlForms {
  version: number
}

export function storedForms({ forms, isMakeshift }: Converted): StoredForms | undefined {
  return forms && { version: isMakeshift ? 0 : version, ...forms }
}

/** A message as far as it is read here; see queries.ts of messages. */
export interface Readable {
  id: number
  body: string
  body_format: BodyFormat
  blurb: string
  origin: string
  text: string | null
  inline_html: string | null
  shown: HtmlForms['shown'] | null
  forms_version: number | null
}

type Writer = Pick<Database, 'query'>

const underway = new Map<string, Promise<Converted>>()

/**
 * Completes the rows that have no forms of this version: those of an older hub, of an older sanitiser, or of a moment without a
 * thread. They are converted now, once for all who ask at the same time, and stored.
 */
export async function withForms<Row extends Readable>(db: Writer, companyId: number, rows: Row[]): Promise<Row[]> {
  const isMissing = (row: Row) => row.body_format === 'html' && row.forms_version !== version
  if (!rows.some(isMissing)) return rows
  return Promise.all(rows.map((row) => (isMissing(row) ? complete(db, companyId, row) : row)))
}

async function complete<Row extends Readable>(db: Writer, companyId: number, row: Row): Promise<Row> {
  const key = `${companyId} ${row.id}`
  const conversion = underway.get(key) ?? convertAndKeep(db, companyId, row)
  underway.set(key, conversion)
  const { format, blurb, forms } = await conversion.finally(() => underway.delete(key))
  const html = forms?.shown === 'inline' ? forms.html : null
  return {
    ...row,
    body_format: format,
    blurb,
    text: forms?.text ?? null,
    inline_html: html,
    shown: forms?.shown ?? null,
  }
}

async function convertAndKeep(db: Writer, companyId: number, row: Readable): Promise<Converted> {
  // older hubs used another rule to recognise pushed HTML
  const declared = row.origin === 'channel' ? undefined : row.body_format
  const converted = await convertBody({ companyId, body: row.body, declared })
  // the response does not depend on it; the next reader tries again
  if (!converted.isMakeshift) await store(db, companyId, row, converted).catch(() => {})
  return converted
}

async function store(db: Writer, companyId: number, row: Readable, { format, blurb, forms }: Converted): Promise<void> {
  await db.query(
    'keep_html_forms',
    `with repaired as (
       update messages set body_format = $3, blurb = $4
       where company_id = $1 and id = $2 and (body_format, blurb) is distinct from ($3, $4))
     insert into html_forms (company_id, message_id, version, text, html, shown)
     select $1, $2, $5::smallint, $6, $7, $8 where $6::text is not null
     on conflict (company_id, message_id) do update
       set version = excluded.version, text = excluded.text, html = excluded.html, shown = excluded.shown`,
    [companyId, row.id, format, blurb, version, forms?.text ?? null, forms?.html ?? null, forms?.shown ?? null],
  )
  if (blurb !== row.blurb) await showInList(db, companyId, row.id, blurb)
}

/** A separate statement, so that it does not wait for a conversation while it locks a message. */
function showInList(db: Writer, companyId: number, id: number, blurb: string) {
  return db.query(
    'repair_last_message_blurb',
    `update conversations set last_message_blurb = $3 where company_id = $1 and last_message_id = $2
       and id = (select conversation_id from messages where company_id = $1 and id = $2)`,
    [companyId, id, blurb],
  )
}
