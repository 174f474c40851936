import { t } from '../strings/settings.ts'
import type { FieldErrors } from '../ui/forms/field-errors.ts'
import type { AuthType, ChannelTypeDetails } from './queries.ts'

/** The registration form as it is typed. */
export interface ChannelTypeFields {
  name: string
  description: string
  icon: string | null
  server_url: string
  auth_type: AuthType
  contact_type: ChannelTypeDetails['contact_type']
  allow_reply: boolean
  allow_compose: boolean
  composer: 'basic' | 'advanced'
  wants_delete: boolean
  wants_message_imported: boolean
  idempotent: boolean
  single_use_tokens: boolean
  max_in_flight: string
  numeric_alias: string
}

/** Converts the form to the hub's body. */
export type ChannelTypeBody = Omit<ChannelTypeFields, 'max_in_flight' | 'numeric_alias'> & {
  max_in_flight: number
  numeric_alias: number | null
}

export const newFields: ChannelTypeFields = {
  name: '',
  description: '',
  icon: null,
  server_url: '',
  auth_type: 'api_key',
  contact_type: 'custom',
  allow_reply: true,
  allow_compose: true,
  composer: 'basic',
  wants_delete: true,
  wants_message_imported: true,
  idempotent: false,
  single_use_tokens: false,
  max_in_flight: '4',
  numeric_alias: '',
}

export function fieldsOf(type: ChannelTypeDetails): ChannelTypeFields {
  const names = Object.keys(newFields) as (keyof ChannelTypeFields)[]
  const fields = Object.fromEntries(names.map((name) => [name, type[name]]))
  return {
    ...(fields as unknown as ChannelTypeFields),
    max_in_flight: String(type.max_in_flight),
    numeric_alias: type.numeric_alias === null ? '' : String(type.numeric_alias),
  }
}

export function bodyOf(fields: ChannelTypeFields): ChannelTypeBody {
  return {
    ...fields,
    max_in_flight: Number(fields.max_in_flight),
    numeric_alias: fields.numeric_alias === '' ? null : Number(fields.numeric_alias),
  }
}

/** The changed fields only, so that two admins who edit different fields do not undo each other. */
export function changesOf(type: ChannelTypeDetails, body: ChannelTypeBody): Partial<ChannelTypeBody> {
  const names = Object.keys(body) as (keyof ChannelTypeBody)[]
  return Object.fromEntries(names.filter((name) => type[name] !== body[name]).map((name) => [name, body[name]]))
}

export function checkFields(fields: ChannelTypeFields): FieldErrors<ChannelTypeFields> {
  const texts = t.channelTypes.missing
  return {
    name: !fields.name ? texts.name : fields.name.length > 80 ? texts.longName : undefined,
    description: fields.description.length > 1000 ? texts.longDescription : undefined,
    server_url: !fields.server_url ? texts.serverUrl : isWebUrl(fields.server_url) ? undefined : texts.notUrl,
    max_in_flight: isWholeNumber(fields.max_in_flight, 1, 32) ? undefined : texts.maxInFlight,
    numeric_alias:
      fields.numeric_alias === '' || isWholeNumber(fields.numeric_alias, 1, Number.MAX_SAFE_INTEGER)
        ? undefined
        : texts.alias,
  }
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

function isWholeNumber(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
}
