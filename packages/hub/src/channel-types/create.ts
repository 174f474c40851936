import { randomBytes } from 'node:crypto'
import { drawNumbers } from '../companies/draw-numbers.ts'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { aliasTaken, checkFields, trimmed, windowWithoutTemplates } from './check.ts'
import { additionalDataOfClientSecret, settingsOf } from './oauth2.ts'
import type { ChannelTypeChange, NewChannelType } from './schema.ts'
import { additionalDataOfSecret, makeSecret } from './secrets.ts'

export interface ChannelTypeDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
  sealer: Sealer
  allow: AddressRules
}

const defaults = {
  description: '',
  icon: null,
  auth_type: 'none',
  contact_type: 'custom',
  allow_compose: true,
  allow_reply: true,
  composer: 'basic',
  message_templates: false,
  free_text_window_hours: null,
  capabilities: [],
  wants_delete: true,
  wants_message_imported: true,
  wants_list_addresses: false,
  idempotent: false,
  single_use_tokens: false,
  max_in_flight: 4,
  attachments: null,
  numeric_alias: null,
}

/**
 * Registers a channel type. Its secret is given here and never again. Throws url_not_allowed, blocked_address, loop,
 * invalid_body.
 */
export async function createChannelType(
  { db, bus, sealer, allow }: ChannelTypeDeps,
  actor: Actor,
  fields: NewChannelType,
  isCustom = false,
): Promise<{ uid: string; secret: string }> {
  checkFields(fields, allow)
  const { companyId } = actor
  const id = await drawNumbers(db, companyId, 2)
  const uid = `app_${randomBytes(8).toString('hex')}`
  const secret = makeSecret()
  const [row] = await db.query<{ outcome: 'created' | 'alias_taken' | 'window_without_templates' }>(
    'create_channel_type',
    'select create_channel_type($1) as outcome',
    [
      JSON.stringify({
        company: companyId,
        fields: {
          ...defaults,
          ...trimmed(pick(fields)),
          ...oauthColumns(fields, { companyId, typeId: id, sealer, allow }),
          id,
          uid,
          is_custom: isCustom,
        },
        secret_id: id + 1,
        sealed: sealer.seal(secret, additionalDataOfSecret(companyId, id + 1)).toString('hex'),
        actor: actor.kind,
        actor_id: actor.id,
      }),
    ],
  )
  if (row?.outcome === 'alias_taken') throw aliasTaken()
  if (row?.outcome === 'window_without_templates') throw windowWithoutTemplates()
  if (row?.outcome !== 'created') throw new Error(`create_channel_type: ${row?.outcome}`)
  bus.eventsCommitted(companyId)
  return { uid, secret }
}

const writable = ['name', 'server_url', ...Object.keys(defaults)]

/** The fields that a caller may set, without any others of the body. */
export function pick<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => writable.includes(name))) as Fields
}

interface OAuthPlace {
  companyId: number
  typeId: number
  sealer: Sealer
  allow: AddressRules
}

/** The columns of what OAuth needs; a secret that is not given stays as it is. */
export function oauthColumns({ oauth2 }: ChannelTypeChange, { companyId, typeId, sealer, allow }: OAuthPlace): object {
  if (!oauth2) return {}
  const secret = oauth2.client_secret?.trim()
  const sealed = secret ? sealer.seal(secret, additionalDataOfClientSecret(companyId, typeId)) : null
  return {
    oauth2: settingsOf(oauth2, allow),
    ...(oauth2.client_secret !== undefined && { sealed_client_secret: sealed && `\\x${sealed.toString('hex')}` }),
  }
}
