import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import { type ChannelTypeDeps, createChannelType } from './create.ts'
import { type ChannelTypeRow, findCustomType, requireChannelType } from './queries.ts'

/** The type of a company's custom channels, made with the first of them: its secret signs what they are sent. */
export async function requireCustomType(
  deps: ChannelTypeDeps & { db: Database },
  actor: Actor,
): Promise<ChannelTypeRow> {
  const known = await findCustomType(deps.db, actor.companyId)
  if (known) return known
  const { uid } = await createChannelType(deps, actor, customType, true)
  return requireChannelType(deps.db, actor.companyId, uid)
}

const customType = {
  name: 'Custom channel',
  description: 'The older kind: a webhook URL for each channel, and messages that are pushed with an API token.',
  // nothing is asked before such a channel is added
  server_url: 'https://custom-channel.invalid/',
  allow_compose: false,
  wants_delete: false,
  wants_message_imported: false,
}
