import { publicId } from '@portico/protocol'
import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { requireTeammate } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { Withdrawal, Withdrawn } from './schema.ts'

const replies = '/conversations/:conversation_id/messages'

/** Withdraws a reply whose request has no response yet: the hub may have it, or may still receive it. */
export function withdrawRoutes(app: App, { db }: { db: Database }): void {
  app.route({
    method: 'POST',
    url: `${replies}/withdraw`,
    config: { access: ['teammate'] },
    schema: {
      tags: ['Messages'],
      operationId: 'withdraw-message-reply',
      summary: 'Make sure that a reply that got no answer is not made any more',
      params: Type.Object({ conversation_id: Type.String() }),
      body: Withdrawal,
      response: { 200: Withdrawn },
    },
    handler: async (request) => {
      const teammate = requireTeammate(request)
      const used = keyOf(teammate, request.body.idempotency_key)
      // a created message is returned also when its conversation is no longer visible: otherwise the client would send it again
      const made = await findMessageOfKey(db, used)
      if (made === null) await requireConversation(db, teammate, request.params.conversation_id)
      const messageId = made ?? (await withdraw(db, used))
      return { message_id: messageId === null ? null : publicId('msg', teammate.companyId, messageId) }
    },
  })
}

type UsedKey = [companyId: number, caller: string, route: string, key: string]

function keyOf({ companyId, teammateId }: { companyId: number; teammateId: number }, key: string): UsedKey {
  return [companyId, `teammate:${teammateId}`, replies, key]
}

/** Uses the key up, so that a later request with it is refused. */
async function withdraw(db: Database, used: UsedKey): Promise<number | null> {
  await db.query(
    'withdraw_key',
    `insert into idempotency_keys (company_id, caller, route, key, request_hash) values ($1, $2, $3, $4, '')
     on conflict do nothing`,
    used,
  )
  return findMessageOfKey(db, used)
}

async function findMessageOfKey(db: Database, used: UsedKey): Promise<number | null> {
  const [row] = await db.query<{ message_id: number | null }>(
    'made_with_key',
    'select message_id from idempotency_keys where company_id = $1 and caller = $2 and route = $3 and key = $4',
    used,
  )
  return row?.message_id ?? null
}
