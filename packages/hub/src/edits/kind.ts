import type { BodyFormat } from '../bodies/convert.ts'
import type { StoredForms } from '../bodies/stored.ts'
import type { Reader } from '../db/database.ts'
import type { ChangeKind, MessageChange } from '../message-changes/kind.ts'
import { messagePayload } from '../messages/payload.ts'
import { sentContent } from '../rich-content/stored.ts'

/** The edit of a sent message, as the channel's server gets it: the whole message, with what it says now. */
export const edits: ChangeKind = {
  name: 'edit',
  capability: 'edits',
  async request(change, { db, urls, message, capabilities, reference }) {
    const version = await findVersion(db, change)
    if (!message || !version) return null
    const { body, body_format, blurb, forms } = version
    const rich_content = message.rich_content && sentContent(message.rich_content, capabilities)
    const content = {
      ...message,
      body,
      body_format,
      blurb,
      text: forms?.text ?? null,
      template: null,
      rich_content,
      author_capabilities: capabilities,
    }
    return { type: 'message_edited', payload: messagePayload(content, change.company_id, urls), metadata: reference }
  },
  async settled(tx, { company_id, message_id, version }, outcome) {
    if (outcome === 'done')
      await tx.query('accept_edit', 'select accept_edit($1, $2, $3)', [company_id, message_id, version])
    if (outcome === 'dropped') await tx.query('discard_edit', 'select discard_edit($1, $2)', [company_id, message_id])
  },
}

interface VersionToSend {
  body: string
  body_format: BodyFormat
  blurb: string
  forms: StoredForms | null
}

/** Of this version of the change, not of a newer one: what is recorded as taken is what was sent. */
async function findVersion(
  db: Reader,
  { company_id, message_id, version }: MessageChange,
): Promise<VersionToSend | undefined> {
  const [row] = await db.query<VersionToSend>(
    'find_version_to_send',
    `select v.body, v.body_format, v.blurb, v.forms
     from message_versions v join messages m on m.company_id = v.company_id and m.id = v.message_id and m.removed_at is null
     where v.company_id = $1 and v.message_id = $2 and v.change_version = $3`,
    [company_id, message_id, version],
  )
  return row
}
