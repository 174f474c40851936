import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'

const folder = join(import.meta.dirname, '../../../shared/reference/front-openapi')

/** Why the published files cannot be held against the hub here; false where they can. */
export const isAbsent = !existsSync(folder) && 'the published OpenAPI files are not beside this checkout'

interface Operation {
  requestBody?: { $ref?: string; content?: Record<string, { schema: object }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>
  parameters?: { $ref?: string; in: string; name: string; required?: boolean }[]
}

/** One of Front's published OpenAPI 3.0 files, as something to validate with. */
export class PublishedApi {
  readonly #document: { paths: Record<string, Record<string, Operation>> }
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(file: string) {
    this.#document = JSON.parse(readFileSync(join(folder, file), 'utf8'), asJsonSchema)
    this.#ajv.addSchema(this.#document, 'api')
  }

  has(method: string, path: string): boolean {
    return this.#document.paths[path]?.[method.toLowerCase()] !== undefined
  }

  operation(method: string, path: string): Operation {
    const operation = this.#document.paths[path]?.[method.toLowerCase()]
    if (!operation) throw new Error(`${method} ${path} is not published`)
    return operation
  }

  /** The JSON schema of the body that the operation takes, or null. */
  requestSchema(method: string, path: string): { properties?: Record<string, unknown>; required?: string[] } | null {
    const body = this.#follow(this.operation(method, path).requestBody)
    const schema = body?.content?.['application/json']?.schema
    return schema ? this.#merge(schema) : null
  }

  queryParameters(method: string, path: string): string[] {
    const parameters = this.operation(method, path).parameters ?? []
    return parameters.map((one) => this.#follow(one)).flatMap((one) => (one?.in === 'query' ? [one.name] : []))
  }

  /** What in an answer contradicts what is published: a status that is not there, a body that does not fit. */
  complaints(method: string, path: string, status: number, body: unknown): string[] {
    const response = this.operation(method, path).responses[status]
    if (!response) return [`status ${status} is not published`]
    const schema = this.#follow(response)?.content?.['application/json']?.schema
    if (!schema) return body === null ? [] : [`a body where none is published: ${JSON.stringify(body).slice(0, 120)}`]
    const pointer = `api#/paths/${pointerOf(path)}/${method.toLowerCase()}/responses/${status}`
    const validate = this.#validator(response.$ref ? `api${response.$ref}` : pointer)
    if (validate(body)) return []
    const errors = (validate.errors ?? []).filter(({ instancePath }) => !isKnownNull(body, instancePath))
    return errors.map((error) => `${error.instancePath || '/'} ${error.message}`)
  }

  #validator(responsePointer: string): ValidateFunction {
    const known = this.#validators.get(responsePointer)
    if (known) return known
    const validate = this.#ajv.compile({ $ref: `${responsePointer}/content/application~1json/schema` })
    this.#validators.set(responsePointer, validate)
    return validate
  }

  #follow<T extends { $ref?: string }>(node: T | undefined): T | undefined {
    if (!node?.$ref) return node
    const steps = node.$ref.slice(2).split('/')
    return this.#follow(steps.reduce((at: any, step) => at[step], this.#document) as T)
  }

  /** All properties of a schema, through references and allOf. */
  #merge(schema: any): { properties: Record<string, unknown>; required: string[] } {
    const here = this.#follow(schema) as any
    const parts = (here.allOf ?? []).map((part: any) => this.#merge(part))
    return {
      properties: Object.assign({}, here.properties, ...parts.map((part: any) => part.properties)),
      required: [...(here.required ?? []), ...parts.flatMap((part: any) => part.required)],
    }
  }
}

/**
 * OpenAPI 3.0 may say nullable of a schema that names no type of its own; a JSON schema cannot. And where the files say
 * oneOf, the alternatives have only optional fields: every object is of all of them at once.
 */
function asJsonSchema(key: string, node: any): unknown {
  if (Array.isArray(node?.oneOf)) {
    const { oneOf, ...rest } = node
    return asJsonSchema(key, { ...rest, anyOf: oneOf })
  }
  if (node?.nullable !== true || node.type) return node
  const { nullable: _nullable, ...schema } = node
  return { anyOf: [schema, { type: 'null' }] }
}

/**
 * Fields that Front answers as null, in its own guides, where its file does not say that they may be; and of an event
 * what there is not: a target of `archive`, the data of an API token.
 */
const nulls = new Set([
  ...['owner', 'draft_mode', 'error_type', 'version', 'subject', 'author', 'signature'],
  ...['target', 'data'],
])

function isKnownNull(body: unknown, path: string): boolean {
  const steps = path.split('/').slice(1)
  return nulls.has(steps.at(-1) ?? '') && steps.reduce((at: any, step) => at?.[step], body) === null
}

function pointerOf(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'))
}
