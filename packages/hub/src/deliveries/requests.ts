import type { Reader } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import type { MessageRow } from '../messages/queries.ts'
import { findTeammates } from '../teammates/queries.ts'
import { messageBody } from './envelope.ts'

/** The next of a conversation, locked by the transaction that claims it. */
export interface Head {
  message_id: number
  conversation_id: number
  channel_id: number
  /** Before the one that begins now. */
  attempts: number
  retries: number
  /** Null before its first attempt. */
  request_body: Buffer | null
  /** Of its conversation, oldest first. */
  external_ids: string[]
}

type WireRow = Omit<MessageRow, 'author' | 'delivery' | 'sort_us'>

/** The requests of first attempts, by message; an Error for one that cannot be written down, so that it holds up no other. */
export async function buildRequests(
  tx: Reader,
  urls: Urls,
  companyId: number,
  heads: Head[],
): Promise<Map<number, Buffer | Error>> {
  if (heads.length === 0) return new Map()
  const externalIds = new Map(heads.map((head) => [head.message_id, head.external_ids]))
  const rows = await wireRows(tx, companyId, [...externalIds.keys()])
  const authorIds = [...new Set(rows.map(({ author_id }) => author_id).filter((id) => id !== null))]
  const authors = new Map((await findTeammates(tx, companyId, authorIds)).map((author) => [author.id, author]))
  const build = (row: WireRow) => {
    const author = row.author_id === null ? null : (authors.get(row.author_id) ?? null)
    const message = { ...row, author, delivery: null, sort_us: 0 }
    return orError(() => Buffer.from(messageBody(message, companyId, externalIds.get(row.id) ?? [], urls)))
  }
  return new Map(rows.map((row) => [row.id, build(row)]))
}

function wireRows(tx: Reader, companyId: number, ids: number[]): Promise<WireRow[]> {
  return tx.query<WireRow>(
    'wire_messages',
    `select m.id, m.conversation_id, m.channel_id, c.address as channel_address, m.external_id, m.replied_to_id, m.is_inbound,
       m.author_id, m.contact_id, m.handle, m.name, m.sender_name, m.recipients, m.subject, m.body, m.body_format, m.blurb,
       m.error_type, m.error_message, m.created_at, r.external_id as in_reply_to
     from messages m
     join channels c on c.company_id = m.company_id and c.id = m.channel_id
     left join messages r on r.company_id = m.company_id and r.id = m.replied_to_id
     where m.company_id = $1 and m.id = any($2::bigint[])`,
    [companyId, ids],
  )
}

function orError(build: () => Buffer): Buffer | Error {
  try {
    return build()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
