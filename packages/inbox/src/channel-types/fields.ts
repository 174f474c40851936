import { t } from '../strings/settings.ts'
import type { FieldErrors } from '../ui/forms/field-errors.ts'
import type { AuthType, ChannelTypeDetails } from './queries.ts'

/** How a token for the channel's server is got, as it is typed. */
interface OAuthFields {
  grant: 'authorization_code' | 'client_credentials' | 'password'
  authorize_url: string
  token_url: string
  introspection_url: string
  revocation_url: string
  revokes_replaced: boolean
  client_id: string
  /** Empty: the one that is stored stays. */
  client_secret: string
  scopes: string
  credentials_mode: 'private' | 'shared'
}

/** The registration form as it is typed. */
export interface ChannelTypeFields extends OAuthFields {
  name: string
  description: string
  icon: string | null
  server_url: string
  auth_type: AuthType
  contact_type: ChannelTypeDetails['contact_type']
  allow_reply: boolean
  allow_compose: boolean
  composer: 'basic' | 'advanced'
  message_templates: boolean
  free_text_window_hours: string
  /** What a message's files may have in all, in megabytes. */
  attachment_megabytes: string
  /** Media types, separated by commas, spaces or lines; empty: all. */
  attachment_types: string
  capabilities: ChannelTypeDetails['capabilities']
  wants_delete: boolean
  wants_message_imported: boolean
  wants_list_addresses: boolean
  idempotent: boolean
  single_use_tokens: boolean
  max_in_flight: string
  numeric_alias: string
}

/** Converts the form to the hub's body. */
export type ChannelTypeBody = Omit<
  ChannelTypeFields,
  | 'max_in_flight'
  | 'numeric_alias'
  | 'free_text_window_hours'
  | 'attachment_megabytes'
  | 'attachment_types'
  | keyof OAuthFields
> & {
  attachments: { max_bytes: number; media_types?: string[] }
  free_text_window_hours: number | null
  max_in_flight: number
  numeric_alias: number | null
  oauth2?: Partial<OAuthFields> & Pick<OAuthFields, 'grant' | 'token_url'>
}

const newOAuth: OAuthFields = {
  grant: 'authorization_code',
  authorize_url: '',
  token_url: '',
  introspection_url: '',
  revocation_url: '',
  revokes_replaced: false,
  client_id: '',
  client_secret: '',
  scopes: '',
  credentials_mode: 'private',
}

const oauthNames = Object.keys(newOAuth) as (keyof OAuthFields)[]

export const newFields: ChannelTypeFields = {
  ...newOAuth,
  name: '',
  description: '',
  icon: null,
  server_url: '',
  auth_type: 'api_key',
  contact_type: 'custom',
  allow_reply: true,
  allow_compose: true,
  composer: 'basic',
  message_templates: false,
  free_text_window_hours: '',
  attachment_megabytes: '25',
  attachment_types: '',
  capabilities: [],
  wants_delete: true,
  wants_message_imported: true,
  wants_list_addresses: false,
  idempotent: false,
  single_use_tokens: false,
  max_in_flight: '4',
  numeric_alias: '',
}

export function fieldsOf(type: ChannelTypeDetails): ChannelTypeFields {
  const names = Object.keys(newFields).filter((name) => !(name in newOAuth)) as (keyof ChannelTypeDetails)[]
  const fields = Object.fromEntries(names.map((name) => [name, type[name]]))
  const { has_client_secret: _, ...oauth2 } = type.oauth2 ?? { has_client_secret: false }
  return {
    ...(fields as unknown as ChannelTypeFields),
    ...newOAuth,
    ...oauth2,
    max_in_flight: String(type.max_in_flight),
    attachment_megabytes: shownMegabytes(type.attachments.max_bytes),
    attachment_types: (type.attachments.media_types ?? []).join('\n'),
    free_text_window_hours: type.free_text_window_hours === null ? '' : String(type.free_text_window_hours),
    numeric_alias: type.numeric_alias === null ? '' : String(type.numeric_alias),
  }
}

const megabyte = 1_048_576

/** In two decimals: a limit that was set by the API may have any number of bytes. */
const shownMegabytes = (bytes: number) => String(Math.round((bytes / megabyte) * 100) / 100)

export function bodyOf(fields: ChannelTypeFields): ChannelTypeBody {
  const { attachment_megabytes, attachment_types, ...registered } = fields
  const others = Object.fromEntries(Object.entries(registered).filter(([name]) => !(name in newOAuth)))
  const media_types = mediaTypesOf(attachment_types)
  return {
    ...(others as Omit<typeof registered, keyof OAuthFields>),
    attachments: {
      max_bytes: Math.round(Number(attachment_megabytes.replace(',', '.')) * megabyte),
      ...(media_types.length > 0 && { media_types }),
    },
    wants_list_addresses: offersAddresses(fields) && fields.wants_list_addresses,
    ...(fields.auth_type === 'oauth2' && { oauth2: oauthOf(fields) }),
    max_in_flight: Number(fields.max_in_flight),
    free_text_window_hours:
      fields.free_text_window_hours === '' || !fields.message_templates ? null : Number(fields.free_text_window_hours),
    numeric_alias: fields.numeric_alias === '' ? null : Number(fields.numeric_alias),
  }
}

/** Each once, in small letters. */
function mediaTypesOf(typed: string): string[] {
  return [
    ...new Set(
      typed
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter(Boolean),
    ),
  ]
}

/** Only where several channels share an authorization can their addresses be listed. */
export function offersAddresses({ auth_type, grant, credentials_mode }: ChannelTypeFields): boolean {
  return auth_type === 'oauth2' && grant === 'authorization_code' && credentials_mode === 'shared'
}

/** Only a channel that is authorized in the browser can be authorized again. */
export function offersRevokesReplaced({ grant, revocation_url }: ChannelTypeFields): boolean {
  return grant === 'authorization_code' && revocation_url !== ''
}

/** The settings that the grant has; those of another that were typed before it was chosen are not sent. */
function oauthOf(fields: ChannelTypeFields): NonNullable<ChannelTypeBody['oauth2']> {
  const { grant, token_url, introspection_url, revocation_url, scopes } = fields
  const { authorize_url, client_id, client_secret, credentials_mode } = fields
  const client = { client_id, ...(client_secret !== '' && { client_secret }) }
  return {
    ...{ grant, token_url, introspection_url, revocation_url, scopes },
    ...(offersRevokesReplaced(fields) && { revokes_replaced: fields.revokes_replaced }),
    ...(grant === 'authorization_code' && { authorize_url, credentials_mode }),
    ...(grant !== 'client_credentials' && client),
  }
}

/** The changed fields only, so that two admins who edit different fields do not undo each other. */
export function changesOf(type: ChannelTypeDetails, body: ChannelTypeBody): Partial<ChannelTypeBody> {
  const { oauth2, ...typed } = body
  const others = { ...typed, attachments: rulesOf(type, body) }
  const names = Object.keys(others) as (keyof typeof others)[]
  const changes = Object.fromEntries(
    names.filter((name) => !isSame(type[name], others[name])).map((name) => [name, others[name]]),
  )
  return oauth2 && !isSameOAuth(type, oauth2) ? { ...changes, oauth2 } : changes
}

/** A size that is shown as the one that is stored is that. */
function rulesOf({ attachments }: ChannelTypeDetails, body: ChannelTypeBody): ChannelTypeBody['attachments'] {
  const isShown = shownMegabytes(attachments.max_bytes) === shownMegabytes(body.attachments.max_bytes)
  return isShown ? { ...body.attachments, max_bytes: attachments.max_bytes } : body.attachments
}

/** The order of a list is without meaning. */
function isSame(was: unknown, now: unknown): boolean {
  if (isRules(was) && isRules(now))
    return was.max_bytes === now.max_bytes && isSame(was.media_types ?? [], now.media_types ?? [])
  if (!Array.isArray(was) || !Array.isArray(now)) return was === now
  return was.length === now.length && was.every((entry) => now.includes(entry))
}

type FileRules = Pick<ChannelTypeBody['attachments'], 'max_bytes'> & { media_types?: string[] | null }

const isRules = (value: unknown): value is FileRules =>
  typeof value === 'object' && value !== null && 'max_bytes' in value

function isSameOAuth({ oauth2 }: ChannelTypeDetails, body: NonNullable<ChannelTypeBody['oauth2']>): boolean {
  if (oauth2 === null || body.client_secret !== undefined) return false
  return oauthNames.every((name) => name === 'client_secret' || oauth2[name] === (body[name] ?? newOAuth[name]))
}

export function checkFields(fields: ChannelTypeFields): FieldErrors<ChannelTypeFields> {
  const texts = t.channelTypes.missing
  return {
    name: !fields.name ? texts.name : fields.name.length > 80 ? texts.longName : undefined,
    description: fields.description.length > 1000 ? texts.longDescription : undefined,
    server_url: !fields.server_url ? texts.serverUrl : isWebUrl(fields.server_url) ? undefined : texts.notUrl,
    ...checkOAuth(fields),
    max_in_flight: isWholeNumber(fields.max_in_flight, 1, 32) ? undefined : texts.maxInFlight,
    free_text_window_hours:
      !fields.message_templates ||
      fields.free_text_window_hours === '' ||
      isWholeNumber(fields.free_text_window_hours, 1, 8_760)
        ? undefined
        : texts.freeTextHours,
    attachment_megabytes: isMegabytes(fields.attachment_megabytes) ? undefined : texts.megabytes,
    attachment_types: mediaTypesProblem(mediaTypesOf(fields.attachment_types)),
    numeric_alias:
      fields.numeric_alias === '' || isWholeNumber(fields.numeric_alias, 1, Number.MAX_SAFE_INTEGER)
        ? undefined
        : texts.alias,
  }
}

function checkOAuth(fields: ChannelTypeFields): FieldErrors<ChannelTypeFields> {
  if (fields.auth_type !== 'oauth2') return {}
  const texts = t.channelTypes.missing
  const url = (value: string) => (value === '' ? texts.anyUrl : isWebUrl(value) ? undefined : texts.notUrl)
  return {
    authorize_url: fields.grant === 'authorization_code' ? url(fields.authorize_url) : undefined,
    token_url: url(fields.token_url),
    introspection_url: fields.introspection_url === '' ? undefined : url(fields.introspection_url),
    revocation_url: fields.revocation_url === '' ? undefined : url(fields.revocation_url),
    client_id: fields.grant === 'client_credentials' || fields.client_id ? undefined : texts.clientId,
  }
}

const mostMegabytes = 25
const mostMediaTypes = 100
/** As the hub takes them: `image/png`, `image/*`. */
const mediaType = /^(?:\*\/\*|[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+))$/

function isMegabytes(text: string): boolean {
  return /^\d+(?:[.,]\d+)?$/.test(text) && Number(text.replace(',', '.')) <= mostMegabytes
}

function mediaTypesProblem(types: string[]): string | undefined {
  const texts = t.channelTypes.missing
  const wrong = types.find((type) => !mediaType.test(type) || type.length > 200)
  if (wrong !== undefined) return texts.mediaType(wrong)
  return types.length > mostMediaTypes ? texts.manyMediaTypes : undefined
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

function isWholeNumber(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
}
