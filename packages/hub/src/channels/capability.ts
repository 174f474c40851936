import type { Capability } from '@portico/protocol'
import type { Reader } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'

/** Throws capability_off when the channel's type has not opted in. */
export function requireCapability({ capabilities }: { capabilities: Capability[] }, capability: Capability): void {
  if (!capabilities.includes(capability)) throw capabilityOff(capability)
}

export function capabilityOff(capability: Capability): ApiError {
  return new ApiError('capability_off', undefined, [`channel_type.capabilities: needs ${capability}`])
}

/** Throws capability_off when the type of a channel has not opted in, whether the channel was deleted or not. */
export async function requireChannelCapability(
  db: Reader,
  companyId: number,
  channelId: number,
  capability: Capability,
): Promise<void> {
  const [row] = await db.query<{ capabilities: Capability[] }>(
    'capabilities_of_channel',
    `select t.capabilities from channels c join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, channelId],
  )
  requireCapability(row ?? { capabilities: [] }, capability)
}
