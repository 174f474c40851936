import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as schemas from '../packages/protocol/src/schemas.ts'

const wireFile = join(import.meta.dirname, '../packages/protocol/src/wire.ts')

/** The schemas of the types that wire.ts exports. */
export function wireTypeNames(): string[] {
  return [...readFileSync(wireFile, 'utf8').matchAll(/^export type (\w+) = /gm)].map(([, name = '']) => name)
}

/**
 * Renders the published wire.d.ts of the protocol: the types of the wire written out from their schemas, with their descriptions,
 * because the installed SDK has no typebox.
 */
export function renderWireTypes(): string {
  return wireTypeNames()
    .map((name) => declaration(name, (schemas as Record<string, unknown>)[name] as Plain | undefined))
    .join('\n\n')
    .concat('\n')
}

/** The part of JSON Schema that the wire uses. */
interface Plain {
  type?: string
  const?: string
  enum?: string[]
  anyOf?: Plain[]
  not?: object
  items?: Plain
  properties?: Record<string, Plain>
  patternProperties?: Record<string, Plain>
  required?: string[]
  description?: string
}

const names = new Map<unknown, string>(Object.entries(schemas).map(([name, schema]) => [schema, name]))

function declaration(name: string, schema: Plain | undefined): string {
  if (schema === undefined) throw new Error(`wire.ts has a type ${name}, and schemas.ts no schema`)
  const head = schema.properties ? `interface ${name}` : `type ${name} =`
  return `${comment(schema, '')}export ${head} ${written(schema)}`
}

function comment({ description }: Plain, indent: string): string {
  return description ? `${indent}/** ${description} */\n` : ''
}

function typeOf(schema: Plain, indent: string): string {
  const name = names.get(schema)
  return name === undefined || name === 'ExternalId' ? written(schema, indent) : name
}

function written(schema: Plain, indent = ''): string {
  if (schema.anyOf) return schema.anyOf.map((part) => typeOf(part, indent)).join(' | ')
  if (schema.enum) return schema.enum.map((part) => `'${part}'`).join(' | ')
  if (schema.const !== undefined) return `'${schema.const}'`
  if (schema.items) return `Array<${typeOf(schema.items, indent)}>`
  if (schema.patternProperties) return `Record<string, unknown>`
  if (schema.properties) return objectOf(schema, indent)
  if (schema.not) return 'never'
  const simple = { string: 'string', boolean: 'boolean', number: 'number', integer: 'number', null: 'null' }
  const text = simple[schema.type as keyof typeof simple]
  if (text === undefined) throw new Error(`no TypeScript for ${JSON.stringify(schema)}`)
  return text
}

function objectOf({ properties = {}, required = [] }: Plain, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?'
    return `${commentOf(schema, inner)}${inner}${name}${optional}: ${typeOf(schema, inner)}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}

/** The description of a field, unless its type has a name and thus a description of its own. */
function commentOf(schema: Plain, indent: string): string {
  if (names.has(schema)) return ''
  const [inNullable] = schema.anyOf?.length === 2 && schema.anyOf[1]?.type === 'null' ? schema.anyOf : []
  return comment(
    { description: schema.description ?? (names.has(inNullable) ? undefined : inNullable?.description) },
    indent,
  )
}
