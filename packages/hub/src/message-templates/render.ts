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

/** A file that fills a variable. */
interface FillingFile {
  filename: string
  content_type: string
}

/**
 * Puts the values into the template: of a file its name; its place among the files is the value that is stored. Throws invalid_body for
 * what does not fit.
 */
export function render(
  template: TemplateRow,
  given: ChosenTemplate['variables'],
  files: ReadonlyMap<string, FillingFile>,
): Rendered {
  const variables = valuesOf(template.variables, given)
  requireFiles(variables, files)
  const places = [...files.keys()]
  const stored = ({ type, value, ...variable }: SentTemplate['variables'][number]) => ({
    ...variable,
    type,
    value: type === 'text' ? value : String(places.indexOf(value)),
  })
  const said = variables.map((variable) => ({ ...variable, value: nameOf(variable, files) }))
  return {
    html: fillTemplate(template.html, said, escapeHtml),
    blurb: fillTemplate(template.blurb, said),
    sent: { external_id: template.external_id, name: template.name, variables: variables.map(stored) },
  }
}

const nameOf = ({ type, value }: SentTemplate['variables'][number], files: ReadonlyMap<string, FillingFile>) =>
  type === 'text' ? value : (files.get(value)?.filename ?? value)

const field = (uid: string) => `body.template.variables.${uid}`

/** The ids of the files that are given as values, each once. */
export function fileValues({ variables }: TemplateRow, given: ChosenTemplate['variables'] = {}): string[] {
  const values = variables.flatMap(({ uid, type }) =>
    type === 'text' || !Object.hasOwn(given, uid) ? [] : [given[uid]!],
  )
  return [...new Set(values)]
}

const fits = {
  file: () => true,
  image: (contentType: string) => contentType.startsWith('image/'),
  video: (contentType: string) => contentType.startsWith('video/'),
}

function requireFiles(variables: SentTemplate['variables'], files: ReadonlyMap<string, FillingFile>): void {
  const problems = variables.flatMap(({ uid, type, value }) => {
    if (type === 'text') return []
    const file = files.get(value)
    if (!file) return [`${field(uid)}: names no file of yours that waits to be used; POST /attachments answers its id`]
    if (fits[type](file.content_type)) return []
    return [`${field(uid)}: is of the type ${type}; "${file.filename}" is ${file.content_type}`]
  })
  if (problems.length > 0) {
    throw new ApiError('invalid_body', 'The files do not fit the template. The details name each.', problems)
  }
}

function valuesOf(variables: TemplateVariable[], given: ChosenTemplate['variables'] = {}): SentTemplate['variables'] {
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
