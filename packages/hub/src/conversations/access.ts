import type { ContactType } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import { byIndex, loaderOf } from '../db/group-commit.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { callerNumber, seesConversation } from '../inboxes/policy.ts'
import type { ConversationStatus } from './status.ts'

/** The least of a conversation that a caller who may see it needs. */
export interface ConversationRef {
  id: number
  channel_id: number
  status: ConversationStatus
  contact_type: ContactType
}

/** The conversation of a public id, when the caller may see it. Throws not_found. */
export function requireConversation(db: Database, principal: Principal, id: string): Promise<ConversationRef> {
  return requireConversationNumber(db, principal, resourceNumber(principal, 'cnv', id))
}

export async function requireConversationNumber(
  db: Database,
  principal: Principal,
  id: number,
): Promise<ConversationRef> {
  const conversation = await loaders[principal.kind](db).add({ principal, id })
  if (conversation) return conversation
  const into = await unitedInto(db, principal.companyId, id)
  if (into === undefined) throw new ApiError('not_found')
  return requireConversationNumber(db, principal, into)
}

/** The target of a merged message or conversation. */
export async function unitedInto(db: Database, companyId: number, id: number): Promise<number | undefined> {
  const rows = await db.query<{ into_id: number }>(
    'united_into',
    'select into_id from united_ids where company_id = $1 and id = $2',
    [companyId, id],
  )
  return rows[0]?.into_id
}

interface LookUp {
  principal: Principal
  id: number
}

const loaders = {
  teammate: loaderFor('teammate'),
  api_token: loaderFor('api_token'),
  channel: loaderFor('channel'),
}

function loaderFor(kind: Principal['kind']) {
  return loaderOf<LookUp, ConversationRef | undefined>(async (db, lookUps) => {
    const rows = await db.query<ConversationRef & { index: number }>(
      `require_conversations_${kind}`,
      `select q.index, c.id, c.channel_id, c.status, t.contact_type
       from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality q(company_id, caller, id, index)
       join conversations c on c.company_id = q.company_id and c.id = q.id
       join channels h on h.company_id = c.company_id and h.id = c.channel_id
       join channel_types t on t.company_id = c.company_id and t.id = h.channel_type_id
       where ${seesConversation[kind]('q.company_id', 'q.caller')}`,
      [
        lookUps.map(({ principal }) => principal.companyId),
        lookUps.map(({ principal }) => callerNumber(principal)),
        lookUps.map(({ id }) => id),
      ],
    )
    return byIndex(lookUps, rows)
  })
}
