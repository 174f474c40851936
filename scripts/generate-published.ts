import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Extracts facts from Front's OpenAPI files: for the hub the operations with their field names, for the tests the schemas of
 * requests and answers. Facts only: names, types, enumerations, required fields.
 *   node scripts/generate-published.ts FOLDER
 * The folder holds Front's OpenAPI files, core-api.json and channel-api.json.
 */
const checkout = join(import.meta.dirname, '..')
const operationsFile = join(checkout, 'packages/hub/src/published/operations.tsv')
const schemasFile = join(checkout, 'tests/compat/published.json')

interface Schema {
  $ref?: string
  allOf?: Schema[]
  oneOf?: Schema[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
  nullable?: boolean
  type?: string
}
type Content = Record<string, { schema: Schema }>
interface Operation {
  operationId: string
  parameters?: { $ref?: string; in: string; name: string }[]
  requestBody?: { $ref?: string; content: Content }
  responses: Record<string, { $ref?: string; content?: Content }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** A field is a path: `metadata.external_id`; `[]` stands for what a list holds. */
function fieldsOf(document: Document, schema: Schema, prefix = ''): string[] {
  const here = follow(document, schema)
  const parts = [...(here.allOf ?? []), ...(here.oneOf ?? []), ...(here.anyOf ?? [])]
  const named = Object.entries(here.properties ?? {}).flatMap(([name, field]) => [
    prefix + name,
    ...fieldsOf(document, field, `${prefix}${name}.`),
  ])
  const listed = here.items ? fieldsOf(document, here.items, `${prefix.slice(0, -1)}[].`) : []
  return [...new Set([...named, ...parts.flatMap((part) => fieldsOf(document, part, prefix)), ...listed])]
}

function follow<Node extends { $ref?: string }>(document: Document, node: Node): Node {
  if (!node.$ref) return node
  const steps = node.$ref.slice(2).split('/')
  const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document)
  return follow(document, found as Node)
}

function* operationsOf(document: Document) {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = operations[method]
      if (operation) yield { method: method.toUpperCase(), path, operation }
    }
  }
}

function bodyOf(document: Document, { requestBody }: Operation): Schema | undefined {
  const content = requestBody && follow(document, requestBody).content
  return content && (content['application/json'] ?? Object.values(content)[0])?.schema
}

function queryOf(document: Document, { parameters = [] }: Operation): string[] {
  const all = parameters.map((parameter) => follow(document, parameter))
  return all.filter((one) => one.in === 'query').map(({ name }) => name)
}

function rowsOf(document: Document): string[][] {
  return [...operationsOf(document)].map(({ method, path, operation }) => {
    const body = bodyOf(document, operation)
    const fields = body ? fieldsOf(document, body) : []
    return [method, path, operation.operationId, queryOf(document, operation).join(','), fields.join(',')]
  })
}

const facts = new Set([
  ...['type', 'enum', 'required', 'pattern', 'minimum', 'maximum'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems'],
])

/**
 * Converts an OpenAPI 3.0 schema to a JSON schema, whose references lead into the schemas of its API. OpenAPI allows nullable
 * without a type; a JSON schema does not. oneOf becomes anyOf: the files' alternatives have only optional fields, so that every
 * object fits all of them.
 */
function jsonSchemaOf(schema: Schema): object {
  const { nullable, ...rest } = schema
  if (nullable && !rest.type) return { anyOf: [jsonSchemaOf(rest), { type: 'null' }] }
  const entries = Object.entries(rest).flatMap(([key, value]): [string, unknown][] => {
    if (key === '$ref') return [[key, (value as string).replace('#/components/schemas', 'schemas#')]]
    if (key === 'items') return [[key, jsonSchemaOf(value as Schema)]]
    if (key === 'properties') return [[key, jsonSchemasOf(value as Record<string, Schema>)]]
    if (['allOf', 'anyOf', 'oneOf'].includes(key)) {
      return [[key.replace('one', 'any'), (value as Schema[]).map(jsonSchemaOf)]]
    }
    if (key === 'type' && nullable) return [[key, [value, 'null']]]
    return facts.has(key) ? [[key, value]] : []
  })
  return Object.fromEntries(entries)
}

function jsonSchemasOf(schemas: Record<string, Schema>): Record<string, object> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchemaOf(schema)]))
}

/** The schemas of the answers by status; null for an answer without a body. */
function answersOf(document: Document, { responses }: Operation) {
  const answers = Object.entries(responses).map(([status, response]) => {
    const schema = follow(document, response).content?.['application/json']?.schema
    return [status, schema ? jsonSchemaOf(schema) : null]
  })
  return Object.fromEntries(answers)
}

function factsOf(document: Document): string {
  const operations = [...operationsOf(document)].map(({ method, path, operation }) => {
    const body = bodyOf(document, operation)
    const known = { query: queryOf(document, operation), body: body && jsonSchemaOf(body) }
    return [`${method} ${path}`, { ...known, answers: answersOf(document, operation) }] as const
  })
  const schemas = Object.entries(jsonSchemasOf(document.components.schemas))
  return `{"operations":${linesOf(operations)},\n"schemas":${linesOf(schemas)}}`
}

/** Writes one line for each entry, so that a diff shows each change of Front's. */
function linesOf(entries: (readonly [string, object])[]): string {
  return `{\n${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}\n}`
}

const folder = process.argv[2]
if (!folder) throw new Error('Say in which folder core-api.json and channel-api.json are.')
const documents = ['core-api', 'channel-api'].map((name) => ({
  name,
  document: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Document,
}))
const rows = documents.flatMap(({ document }) => rowsOf(document))
const lines = [['method', 'path', 'operation', 'query', 'body'], ...rows].map((row) => row.join('\t'))
writeFileSync(operationsFile, `${lines.join('\n')}\n`)
const apis = documents.map(({ name, document }) => `"${name}":${factsOf(document)}`)
writeFileSync(schemasFile, `{\n${apis.join(',\n')}\n}\n`)
