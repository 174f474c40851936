import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes down which operations Front publishes, and the names of what each takes:
 *   node scripts/generate-published-operations.ts FOLDER
 * The folder holds Front's OpenAPI files, core-api.json and channel-api.json.
 */
const target = join(import.meta.dirname, '../packages/hub/src/published/operations.tsv')

interface Schema {
  $ref?: string
  allOf?: Schema[]
  oneOf?: Schema[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
}
interface Operation {
  operationId: string
  parameters?: ({ $ref?: string; in: string; name: string } & object)[]
  requestBody?: { $ref?: string; content: Record<string, { schema: Schema }> }
}
interface Document {
  paths: Record<string, Record<string, Operation>>
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

function rowsOf(document: Document): string[][] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation = operations[method]
      if (!operation) return []
      const body = operation.requestBody && follow(document, operation.requestBody)
      const content = body?.content['application/json'] ?? Object.values(body?.content ?? {})[0]
      const query = (operation.parameters ?? []).map((one) => follow(document, one)).filter((one) => one.in === 'query')
      return [
        [
          method.toUpperCase(),
          path,
          operation.operationId,
          query.map(({ name }) => name).join(','),
          content ? fieldsOf(document, content.schema).join(',') : '',
        ],
      ]
    }),
  )
}

const folder = process.argv[2]
if (!folder) throw new Error('Say in which folder core-api.json and channel-api.json are.')
const rows = ['core-api.json', 'channel-api.json'].flatMap((file) =>
  rowsOf(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
)
const lines = [['method', 'path', 'operation', 'query', 'body'], ...rows].map((row) => row.join('\t'))
writeFileSync(target, `${lines.join('\n')}\n`)
