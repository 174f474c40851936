import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDatabase } from '../../../../tests/harness/database.ts'

const source = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(source, file), 'utf8').replace(/--.*$/gm, '')
const files = globSync('*/*.sql', { cwd: source }).filter((file) => file !== 'db/schema.sql')

/** The text from `start` up to `end` at one depth of brackets, split at its commas. */
function listAt(text: string, start: number, end: RegExp): string[] {
  const found = ['']
  let depth = 0
  for (const [part] of text.slice(start).matchAll(/'(?:[^']|'')*'|\w+|[^\w']/g)) {
    if (depth === 0 && end.test(part)) break
    if ('([{'.includes(part)) depth++
    if (')]}'.includes(part)) depth--
    if (part === ',' && depth === 0) found.push('')
    else found[found.length - 1] += part
  }
  return found.map((name) => name.trim())
}

/** `array_agg(m::pushed_message) … from (select a, b as c from …) m`: the names of the columns that become the type's. */
function castsIn(file: string) {
  const text = read(file)
  return Array.from(text.matchAll(/array_agg\((\w+)::(\w+)/g)).flatMap((cast) => {
    const select = /\bfrom \(\s*select /.exec(text.slice(cast.index))
    if (!select) return []
    const columns = listAt(text, cast.index + select.index + select[0].length, /^from$/)
    return [{ file, type: cast[2]!, names: columns.map((column) => /(\w+)$/.exec(column)?.[1] ?? '') }]
  })
}

/** `json_to_recordset(batch) as r(i integer, …)`: the columns that are read out of the JSON that TypeScript writes. */
function recordsetsIn(file: string) {
  const text = read(file)
  return Array.from(text.matchAll(/jsonb?_to_recordset\((\w+)\)(?: as)? \w+\(/g), (found) => ({
    name: `${file} ${found[1]}`,
    columns: Object.fromEntries(
      listAt(text, found.index + found[0].length, /^\)$/).map((column) => column.split(/\s+/) as [string, string]),
    ),
  }))
}

/** The TypeScript interface of each batch, and the columns that the batch adds: its index, and its company. */
const written: Record<string, { file: string; type: string; beside?: string[] }> = {
  'channel-callbacks/callbacks.sql p_settled': { file: 'channel-callbacks/queries.ts', type: 'SettledCallback' },
  'channels/token.sql tokens': { file: 'channels/token.ts', type: 'TokenToSpend' },
  'deliveries/complete.sql results': { file: 'deliveries/complete.ts', type: 'AttemptResultRow' },
  'message-changes/claim.sql p_settled': { file: 'message-changes/queries.ts', type: 'SettledChange' },
  'messages/create.sql batch': { file: 'messages/create.ts', type: 'MessageToCreate' },
  'messages/create.sql forms': { file: 'bodies/stored.ts', type: 'StoredForms', beside: ['i'] },
  'messages/receive.sql batch': { file: 'messages/receive.ts', type: 'PushedMessage', beside: ['i', 'company_index'] },
  'messages/receive.sql forms': { file: 'bodies/stored.ts', type: 'StoredForms', beside: ['i'] },
}

/** The properties of an interface, each with its kind: number, text, boolean or other. */
function propertiesOf({ file, type }: { file: string; type: string }): Map<string, string> {
  const text = read(file)
  const [, parent, body = ''] =
    new RegExp(`interface ${type}(?: extends (\\w+))? \\{([\\s\\S]*?)\\n\\}`).exec(text) ?? []
  return new Map([
    ...(parent ? propertiesOf({ file: fileOf(text, parent, file), type: parent }) : []),
    ...Array.from(body.matchAll(/^ {2}(\w+)\??: (.+)$/gm), ([, name = '', of = '']) => [name, kindOf(of)] as const),
  ])
}

function fileOf(text: string, type: string, file: string): string {
  const from = new RegExp(`import (?:type )?\\{[^}]*\\b${type}\\b[^}]*\\} from '([^']+)'`).exec(text)?.[1]
  return from ? join(file, '..', from) : file
}

function kindOf(type: string): string {
  const first = type.replace(/ \| (?:undefined|null)/g, '')
  if (first === 'number' || first === 'boolean') return first
  return /\{|\[\]|^(?:SentTemplate|StoredContent)$/.test(first) ? 'json' : 'text'
}

const kinds: Record<string, string> = {
  ...{ integer: 'number', bigint: 'number', smallint: 'number', float8: 'number' },
  ...{ text: 'text', uuid: 'text', boolean: 'boolean', jsonb: 'json', json: 'json' },
}

describe('a row of a composite type', () => {
  it('is made of columns with the names of its attributes, in their order', async () => {
    const db = await createDatabase()
    try {
      const casts = files.flatMap(castsIn)
      assert.ok(casts.length >= 3)
      for (const { file, type, names } of casts) {
        const rows = await db.query<{ name: string }>(
          't_attributes',
          `select attname as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`,
          [type],
        )
        assert.deepEqual(
          names,
          rows.map(({ name }) => name),
          `${file}: ${type}`,
        )
      }
    } finally {
      await db.drop()
    }
  })

  it('is nowhere written as a list of values without names', () => {
    const lists = files.filter((file) => /\brow\s*\([^)]*,/.test(read(file)))
    assert.deepEqual(lists, [])
  })
})

describe('a batch', () => {
  it('has the columns in SQL that its interface in TypeScript has', () => {
    const recordsets = files.flatMap(recordsetsIn)
    assert.deepEqual([...new Set(recordsets.map(({ name }) => name))].sort(), Object.keys(written).sort())
    for (const { name, columns } of recordsets) {
      const { beside = [], ...of } = written[name]!
      const properties = propertiesOf(of)
      const inTypeScript = [...properties, ...beside.map((name) => [name, 'number'] as const)]
      const inSql = Object.entries(columns).map(([column, type]) => [column, kinds[type] ?? type] as const)
      assert.deepEqual(new Map(inSql.sort()), new Map(inTypeScript.sort()), `${name}: ${of.type} of ${of.file}`)
    }
  })
})
