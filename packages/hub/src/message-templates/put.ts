import {
  type ApplicationMessageTemplate,
  type ApplicationMessageTemplateChange,
  publicId,
  type TemplateVariable,
} from '@portico/protocol'
import { bodyAsHtml } from '../bodies/as-html.ts'
import { convertBody } from '../bodies/conversion.ts'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

export interface TemplateDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
}

interface Put {
  externalId: string
  fields: ApplicationMessageTemplateChange
  /** Whether one that is not there is made. */
  creates: boolean
}

/** Makes or replaces a template. Answers its number. Throws not_found, templates_off, too_many_templates, invalid_body, overloaded. */
export function putTemplate(
  deps: TemplateDeps,
  actor: Actor,
  channelId: number,
  { external_id, ...fields }: ApplicationMessageTemplate,
): Promise<number> {
  return put(deps, actor, channelId, { externalId: external_id, fields, creates: true })
}

/** Changes a template that is there; absent fields stay. Throws as putTemplate does. */
export function changeTemplate(
  deps: TemplateDeps,
  actor: Actor,
  channelId: number,
  externalId: string,
  fields: ApplicationMessageTemplateChange,
): Promise<number> {
  return put(deps, actor, channelId, { externalId, fields, creates: false })
}

type Outcome = 'created' | 'changed' | 'unchanged' | 'no_channel' | 'templates_off' | 'no_template' | 'too_many'

async function put({ db, bus }: TemplateDeps, actor: Actor, channelId: number, { externalId, fields, creates }: Put) {
  const [row] = await db.query<{ outcome: Outcome; template_id: number }>(
    'put_message_template',
    'select outcome, template_id from put_message_template($1)',
    [
      JSON.stringify({
        company: actor.companyId,
        channel: channelId,
        external_id: externalId,
        creates,
        fields: await columnsOf(actor.companyId, fields),
        public_channel_id: publicId('cha', actor.companyId, channelId),
        actor: actor.kind,
        actor_id: actor.id,
      }),
    ],
  )
  switch (row?.outcome) {
    case 'created':
    case 'changed':
      bus.eventsCommitted(actor.companyId)
      return row.template_id
    case 'unchanged':
      return row.template_id
    case 'templates_off':
      throw new ApiError('templates_off')
    case 'too_many':
      throw new ApiError('too_many_templates')
    default:
      throw new ApiError('not_found')
  }
}

async function columnsOf(companyId: number, fields: ApplicationMessageTemplateChange) {
  const { name, blurb, is_disabled, status_name, variable_mappings, template_preview } = fields
  if (variable_mappings) refuseRepeated(variable_mappings)
  const html = template_preview === undefined ? undefined : await shownHtml(companyId, template_preview)
  refuseTooMany('blurb', blurb)
  refuseTooMany('template_preview', html)
  return {
    name: name?.trim(),
    blurb,
    is_disabled,
    status: status_name,
    variables: variable_mappings?.map(({ uid, name, type }) => ({ uid, name, type })),
    preview: template_preview,
    html,
  }
}

function refuseRepeated(variables: TemplateVariable[]): void {
  const uids = variables.map(({ uid }) => uid)
  const repeated = uids.flatMap((uid, index) =>
    uids.indexOf(uid) < index ? [`body.variable_mappings[${index}].uid: is that of another variable`] : [],
  )
  if (repeated.length > 0) throw new ApiError('invalid_body', undefined, repeated.slice(0, 10))
}

/** Each may be filled with 4,000 characters: what a template says in a hundred places is as long as a message may be. */
const mostPlaceholders = 100

function refuseTooMany(field: string, text = ''): void {
  if (text.split('{{', mostPlaceholders + 2).length - 1 <= mostPlaceholders) return
  throw new ApiError('invalid_body', undefined, [`body.${field}: has more than ${mostPlaceholders} placeholders`])
}

/** Sanitised once, when it is stored: all that is shown of a preview, and sent, is made of this. */
async function shownHtml(companyId: number, preview: string): Promise<string> {
  const { forms, isMakeshift } = await convertBody({ companyId, body: preview, declared: 'html' })
  if (isMakeshift) throw new ApiError('overloaded')
  return forms?.html ?? bodyAsHtml(forms?.text ?? preview, 'text')
}
