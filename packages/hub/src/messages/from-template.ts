import { parsePublicId, publicId } from '@portico/protocol'
import { type AttachmentRow, findAttachable } from '../attachments/queries.ts'
import { requireAllAllowed } from '../attachments/rules.ts'
import { bodyAsHtml } from '../bodies/as-html.ts'
import { convertBody } from '../bodies/conversion.ts'
import { asPlain } from '../bodies/convert.ts'
import { findFileRules } from '../channels/queries.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { findTemplate, type TemplateRow } from '../message-templates/queries.ts'
import { fileValues, type Rendered, render } from '../message-templates/render.ts'
import type { ChosenTemplate } from '../message-templates/schema.ts'
import {
  type ConvertedDraft,
  type CreatedMessage,
  createConverted,
  findRepeat,
  type MessageWithoutBody,
} from './create.ts'

const mostTries = 5
const mostFiles = 10

/**
 * A message of a template, as the template is when the message is created: one that is changed while the message is made of it is read
 * again. Throws what createOutboundMessage throws, and file_not_allowed.
 */
export async function createFromTemplate(
  db: Database,
  bus: Bus,
  draft: MessageWithoutBody,
  { channelId, chosen }: { channelId: number; chosen: ChosenTemplate },
): Promise<CreatedMessage> {
  for (let tries = 1; ; tries++) {
    try {
      const template = await requireTemplate(db, draft.companyId, channelId, chosen)
      const files = await filesOfVariables(db, draft, channelId, fileValues(template, chosen.variables))
      const rendered = render(template, chosen.variables, files)
      const attachments = [...files.values()].map(({ id }) => id)
      const written = await writtenOf({ ...draft, attachments }, template, rendered)
      return await createConverted(db, bus, written).catch((error) => {
        throw isRefusal(error, 'template_not_sendable') ? notSendable(template) : error
      })
    } catch (error) {
      if (isRefusal(error, 'template_changed') && tries < mostTries) continue
      const repeated = error instanceof ApiError ? await findRepeat(db, draft) : undefined
      if (repeated) return repeated
      throw error
    }
  }
}

const isRefusal = (error: unknown, code: string) => error instanceof ApiError && error.code === code

async function requireTemplate(
  db: Database,
  companyId: number,
  channelId: number,
  { id, external_id }: ChosenTemplate,
): Promise<TemplateRow> {
  if ((id === undefined) === (external_id === undefined)) {
    throw new ApiError('invalid_body', undefined, ['body.template: needs either id or external_id'])
  }
  const number = id === undefined ? undefined : parsePublicId('amt', id)
  const isForeign = number === null || (number && number.companyId !== companyId)
  const by = number ? { id: number.number } : { externalId: external_id ?? '' }
  const template = isForeign ? undefined : await findTemplate(db, companyId, channelId, by)
  if (template) return template
  throw new ApiError('invalid_body', 'This channel has no such message template. Choose one of its list.', [
    `body.template.${id === undefined ? 'external_id' : 'id'}: is no template of this channel`,
  ])
}

/** The files that variables name, by their ids: of those that the author may attach, and that the channel takes. */
async function filesOfVariables(
  db: Database,
  { companyId, origin, actorId }: MessageWithoutBody,
  channelId: number,
  ids: string[],
): Promise<Map<string, AttachmentRow>> {
  if (ids.length === 0) return new Map()
  if (ids.length > mostFiles) {
    throw new ApiError('invalid_body', undefined, [`body.template.variables: a message has ${mostFiles} files at most`])
  }
  const numbers = ids.flatMap((id) => {
    const parsed = parsePublicId('fil', id)
    return parsed !== null && parsed.companyId === companyId ? [parsed.number] : []
  })
  const uploader = { companyId, kind: origin === 'teammate' ? origin : 'api_token', id: actorId } as const
  const [files, rules] = await Promise.all([
    findAttachable(db, uploader, numbers),
    findFileRules(db, companyId, channelId),
  ])
  requireAllAllowed(files, rules)
  return new Map(files.map((file) => [publicId('fil', companyId, file.id), file]))
}

/** The sanitised HTML is what is stored and sent. A preview without words says what its blurb says. */
async function writtenOf(
  draft: MessageWithoutBody,
  template: TemplateRow,
  rendered: Rendered,
): Promise<ConvertedDraft> {
  const made = { ...draft, template: { id: template.id, version: template.version, sent: rendered.sent } }
  const converted = await convertBody({ companyId: draft.companyId, body: rendered.html, declared: 'html' })
  const text = converted.forms?.text ?? ''
  if (text.trim() === '') return { ...made, body: rendered.blurb, converted: asPlain(rendered.blurb) }
  return { ...made, body: converted.forms?.html ?? bodyAsHtml(text, 'text'), converted }
}

function notSendable({ name, status, is_disabled }: TemplateRow): ApiError {
  const [is, advice] = is_disabled
    ? ['disabled', 'Choose another one.']
    : status === 'PENDING'
      ? ['PENDING', 'It can be sent as soon as it is approved where it was made. Choose another one meanwhile.']
      : ['REJECTED', 'It was not approved where it was made. Choose another one.']
  return new ApiError('template_not_sendable', `The template "${name}" cannot be sent: it is ${is}. ${advice}`, [
    `body.template: is ${is}`,
  ])
}
