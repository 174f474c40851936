import { publicId } from '@portico/protocol'
import type { Reader } from '../db/database.ts'
import type { ChangeKind } from '../message-changes/kind.ts'
import { authorFor, type TeammateRow } from '../teammates/present.ts'

/** All that the company has on a message, as the channel's server gets it. */
export const reactions: ChangeKind = {
  name: 'reaction',
  capability: 'reactions',
  async request({ company_id: companyId }, { db, urls, message, capabilities, reference }) {
    if (!message) return null
    const { emojis, author } = await companyReactions(db, companyId, message.id)
    const id = publicId('msg', companyId, message.id)
    const payload = { id, emojis, author: author && authorFor(capabilities, author, companyId, urls) }
    return { type: 'reaction', payload, metadata: reference }
  },
  async settled(tx, { company_id, message_id, version }, outcome) {
    if (outcome === 'done') {
      await tx.query('take_reactions', 'select take_reactions($1, $2, $3)', [company_id, message_id, version])
    }
    if (outcome === 'dropped') {
      await tx.query('discard_reactions', 'select discard_reactions($1, $2)', [company_id, message_id])
    }
  },
}

async function companyReactions(db: Pick<Reader, 'query'>, companyId: number, messageId: number) {
  const [row] = await db.query<{ emojis: string[]; author: TeammateRow | null }>(
    'company_reactions',
    `select r.emojis, case when t.id is not null then to_jsonb(t) end as author
     from company_reactions($1, $2) r left join teammates t on t.company_id = $1 and t.id = r.author_id`,
    [companyId, messageId],
  )
  return row ?? { emojis: [], author: null }
}
