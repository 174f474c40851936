import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

/** Written by scripts/generate-published.ts. */
const apis: Record<string, Api> = JSON.parse(readFileSync(join(import.meta.dirname, 'published.json'), 'utf8'))

interface Api {
  operations: Record<string, Operation>
  schemas: Record<string, Schema>
}

interface Operation {
  query: string[]
  body?: Schema
  /** Schemas of the answers by status; null where there is no body. */
  answers: Record<string, Schema | null>
}

interface Schema {
  $ref?: string
  allOf?: Schema[]
  properties?: Record<string, unknown>
}

/** Validators made from the OpenAPI file of one of Front's APIs. */
export class PublishedApi {
  readonly #api: Api
  readonly #ajv = new Ajv({ strict: false, allErrors: true })

  constructor(name: 'core-api' | 'channel-api') {
    this.#api = apis[name]!
    this.#ajv.addSchema(this.#api.schemas, 'schemas')
  }

  has(method: string, path: string): boolean {
    return this.#api.operations[`${method} ${path}`] !== undefined
  }

  /** The names of the fields of the body that the operation takes. */
  bodyFields(method: string, path: string): string[] {
    const { body } = this.#operation(method, path)
    return body ? this.#fieldsOf(body) : []
  }

  queryParameters(method: string, path: string): string[] {
    return this.#operation(method, path).query
  }

  /** The contradictions between an answer and the published API: an unknown status, a body that does not fit. */
  schemaErrors(method: string, path: string, status: number, body: unknown): string[] {
    const schema = this.#operation(method, path).answers[status]
    if (schema === undefined) return [`status ${status} is not published`]
    if (!schema) return body === null ? [] : [`a body where none is published: ${JSON.stringify(body).slice(0, 120)}`]
    const validate = this.#ajv.compile(schema)
    if (validate(body)) return []
    const errors = (validate.errors ?? []).filter(({ instancePath }) => !isKnownNull(body, instancePath))
    return errors.map((error) => `${error.instancePath || '/'} ${error.message}`)
  }

  #operation(method: string, path: string): Operation {
    const operation = this.#api.operations[`${method} ${path}`]
    if (!operation) throw new Error(`${method} ${path} is not published`)
    return operation
  }

  /** Follows references and allOf. */
  #fieldsOf({ $ref, allOf = [], properties = {} }: Schema): string[] {
    const named = $ref && this.#api.schemas[$ref.slice('schemas#/'.length)]
    const parts = named ? [named, ...allOf] : allOf
    return [...Object.keys(properties), ...parts.flatMap((part) => this.#fieldsOf(part))]
  }
}

/**
 * Fields that are null in Front's own guides though its file does not allow it; and fields of events that do not exist: the
 * target of `archive`, the data of an API token.
 */
const nulls = new Set([
  ...['owner', 'draft_mode', 'error_type', 'version', 'subject', 'author', 'signature'],
  ...['target', 'data'],
])

function isKnownNull(body: unknown, path: string): boolean {
  const steps = path.split('/').slice(1)
  return nulls.has(steps.at(-1) ?? '') && steps.reduce((at: any, step) => at?.[step], body) === null
}
