import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { catalogue, causeKinds } from './catalogue.ts'

const source = join(import.meta.dirname, '..')
const files = globSync('*/*.sql', { cwd: source }).filter((name) => name !== 'db/schema.sql')
const sql = files.map((name) => ({ name, text: readFileSync(join(source, name), 'utf8').replace(/--.*$/gm, '') }))

/** Splits the text between a bracket and the one that closes it at its top-level commas. */
function argumentsAt(text: string, start: number): string[] {
  const found = ['']
  let depth = 0
  for (const part of text.slice(start).match(/'(?:[^']|'')*'|[^']/g) ?? []) {
    if ('([{'.includes(part)) depth++
    if (')]}'.includes(part) && --depth < 0) break
    if (part === ',' && depth === 0) found.push('')
    else found[found.length - 1] += part
  }
  return found.map((argument) => argument.trim())
}

/** The texts an expression can become: those of a `case` are behind `then` and `else`. */
function literalsOf(expression: string): string[] {
  const isCase = /^case\b/i.test(expression)
  const pattern = isCase ? /(?:then|else)\s+'([^']*)'/gi : /^'([^']*)'$/g
  return Array.from(expression.matchAll(pattern), ([, text]) => text as string)
}

interface Written {
  where: string
  type: string
  named: Map<string, string>
}

const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length

/** Every call of write_event(). */
const calls: Written[] = sql.flatMap(({ name, text }) =>
  Array.from(text.matchAll(/(?<!function )write_event\(/g), (call) => {
    const [, type = '', ...rest] = argumentsAt(text, call.index + call[0].length)
    const named = rest.filter((line) => line.includes('=>')).map((line) => line.split(/\s*=>\s*/) as [string, string])
    return { where: `${name}:${lineOf(text, call.index)}`, type, named: new Map(named) }
  }),
)

/** Every select that is inserted into events, by the columns that it fills. */
const inserts: Written[] = sql
  .filter(({ name }) => name !== 'events/write.sql')
  .flatMap(({ name, text }) =>
    Array.from(text.matchAll(/insert into events\s*\(([^)]*)\)([^;]*);/g)).flatMap((insert) => {
      const [, columns = '', selects = ''] = insert
      const names = columns.split(',').map((column) => column.trim())
      return selects.split(/\bunion all\b/).map((select) => {
        const values = argumentsAt(select, select.search(/\bselect\b/) + 'select'.length)
        const named = new Map(names.map((column, n) => [column, values[n] ?? '']))
        return { where: `${name}:${lineOf(text, insert.index)}`, type: named.get('type') ?? '', named }
      })
    }),
  )

describe('the catalogue of events', () => {
  it('has every type that SQL writes, each with its target', () => {
    assert.ok(calls.length > 20 && inserts.length >= 4, `${calls.length} calls, ${inserts.length} inserts`)
    for (const { where, type, named } of [...calls, ...inserts]) {
      if (type === 'step') continue
      const types = literalsOf(type)
      assert.notEqual(types.length, 0, `${where}: ${type} names no type`)
      for (const type of types) {
        assert.ok(type in catalogue, `${where}: no event is a "${type}"`)
        const { target } = catalogue[type as keyof typeof catalogue]
        const isOfMessage = named.has('message') || /^r\.(id|msg)$/.test(named.get('message_id') ?? '')
        const written = isOfMessage ? 'message' : literalsOf(named.get('target_kind') ?? '')[0]
        assert.equal(written ?? null, target, `${where}: the target of "${type}"`)
      }
    }
  })

  it('knows the steps between the states of a conversation', () => {
    const { text } = sql.find((file) => file.text.includes('function status_steps')) ?? { text: '' }
    const steps = /function status_steps[\s\S]*?\$\$([\s\S]*?)\$\$/.exec(text)?.[1] ?? ''
    const types = Array.from(steps.matchAll(/array\[([^\]]+)\]/g)).flatMap(([, list = '']) => list.split(','))
    assert.equal(types.length, 6)
    for (const type of types) assert.ok(type.trim().replaceAll("'", '') in catalogue, type)
  })

  it('knows every type that SQL looks for', () => {
    const looked = sql.flatMap(({ name, text }) => {
      if (!/\bevents\b/.test(text)) return []
      const comparisons = text.matchAll(/\b(?:e|by)\.type\s*(?:=|in)\s*(\([^)]*\)|'[^']*')/g)
      return Array.from(comparisons).flatMap(([, list = '']) =>
        Array.from(list.matchAll(/'([^']*)'/g), ([, type = '']) => ({ name, type })),
      )
    })
    assert.ok(looked.length > 5)
    for (const { name, type } of looked) assert.ok(type in catalogue, `${name}: no event is a "${type}"`)
  })

  it('has every cause that SQL writes, and every insert of events gives one', () => {
    for (const { where, named } of inserts) assert.ok(named.has('cause'), where)
    for (const { where, named } of [...calls, ...inserts]) {
      for (const cause of literalsOf(named.get('cause') ?? ''))
        assert.ok((causeKinds as readonly string[]).includes(cause), `${where}: ${cause}`)
    }
  })

  it('matches docs/events.md', () => {
    const page = readFileSync(join(source, '../../../docs/events.md'), 'utf8')
    const rows = Array.from(page.matchAll(/^\| `(\w+)` \| (\w+|–) \| `(\w+)` \| (yes|no) \| (yes|no) \|/gm), (row) =>
      row.slice(1),
    )
    const yes = (is: boolean) => (is ? 'yes' : 'no')
    const types = Object.entries(catalogue).map(([type, { target, audience, isInTimeline, isListed }]) => [
      type,
      target ?? '–',
      audience,
      yes(isInTimeline),
      yes(isListed),
    ])
    assert.deepEqual(rows, types)
  })
})
