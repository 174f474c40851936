import type { SentTemplate, TemplateVariable } from '@portico/protocol'
import { fillTemplate } from '@portico/protocol/fill-template'
import { escapeHtml } from '../bodies/escape.ts'
import { ApiError } from '../http/api-error.ts'
import type { TemplateRow } from './queries.ts'
import type { ChosenTemplate } from './schema.ts'

/** The message that a template becomes. */
export interface Rendered {
  html: string
  /** The template's blurb with the values, for templates whose preview has no words. */
  blurb: string
  sent: SentTemplate
}

/** Puts the values into the template. Throws invalid_body for values that are missing or not asked for, unsupported_field. */
export function render(template: TemplateRow, given: ChosenTemplate['variables'] = {}): Rendered {
  const variables = valuesOf(template.variables, given)
  return {
    html: fillTemplate(template.html, variables, escapeHtml),
    blurb: fillTemplate(template.blurb, variables),
    sent: { external_id: template.external_id, name: template.name, variables },
  }
}

function valuesOf(variables: TemplateVariable[], given: Record<string, string>): SentTemplate['variables'] {
  const field = (uid: string) => `body.template.variables.${uid}`
  const unbuilt = variables.filter(({ type }) => type !== 'text')
  if (unbuilt.length > 0) {
    const lines = unbuilt.map(({ uid, type }) => `${field(uid)}: variables of the type ${type} are not built yet`)
    throw new ApiError('unsupported_field', undefined, lines)
  }
  const names = new Set(variables.map(({ uid }) => uid))
  const unknown = Object.keys(given).filter((uid) => !names.has(uid))
  const missing = variables.filter(({ uid }) => !Object.hasOwn(given, uid) || given[uid]!.trim() === '')
  const problems = [
    ...missing.map(({ uid, name }) => `${field(uid)}: missing; the template calls it "${name}"`),
    ...unknown.map((uid) => `${field(uid)}: is no variable of this template`),
  ]
  if (problems.length > 0) {
    throw new ApiError('invalid_body', 'The values do not fit the template. The details name each.', problems)
  }
  return variables.map(({ uid, name, type }) => ({ uid, name, type, value: given[uid]! }))
}
