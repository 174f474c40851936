import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const source = join(import.meta.dirname, '..')
const read = async (pattern: string) =>
  (await Array.fromAsync(glob(pattern, { cwd: source })))
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }))

/** The outcomes in a function's comment, by function: `-- outcome: changed | no_inbox`. */
const said = new Map<string, string[]>()
/** The text literals that a function returns, by function. */
const returned = new Map<string, string[]>()
for (const { text } of await read('*/*.sql')) {
  for (const [, words = '', name = '', body = ''] of text.matchAll(
    /^-- outcome: ((?:[a-z_]+(?: \|(?:\n--)? +)?)+)[^$]*?create or replace function (\w+)([^$]*\$\$[^$]*)\$\$/gm,
  )) {
    said.set(
      name,
      words
        .split(/[^a-z_]+/)
        .filter(Boolean)
        .sort(),
    )
    const texts = Array.from(body.matchAll(/return '(\w+)'/g), ([, literal = '']) => literal)
    if (texts.length > 0) returned.set(name, [...new Set(texts)].sort())
  }
}

/** The literals of a union type, and of unions that it names in the same file. */
function literalsOf(type: string, text: string): string[] {
  return type.split('|').flatMap((part) => {
    const word = part.trim()
    if (word.startsWith("'")) return [word.slice(1, -1)]
    const named = new RegExp(`^type ${word} =((?:\\s*\\|?\\s*(?:'\\w+'|\\w+))+?)\\n(?=\\n|type|/|export)`, 'm').exec(
      text,
    )?.[1]
    return named === undefined ? [word] : literalsOf(named.trim().replace(/^\|/, ''), text)
  })
}

describe('the outcome of a SQL function', () => {
  it('is documented in its comment', () => {
    assert.ok(returned.size >= 12, `${returned.size} functions were found`)
    for (const [name, literals] of returned) {
      assert.deepEqual(
        literals.filter((literal) => !said.get(name)?.includes(literal)),
        [],
        name,
      )
    }
  })

  it('is the union type in TypeScript', async () => {
    const seen = new Set<string>()
    for (const { file, text } of await read('*/*.ts')) {
      const outcome =
        /outcome:(?:\s*\|)?\s*((?:'\w+'|\w+)(?:\s*\|\s*(?:'\w+'|\w+))*)(?:(?!outcome:)[\s\S])*?(?:select|from) (\w+)\(/g
      for (const [, type = '', name = ''] of text.matchAll(outcome)) {
        const words = said.get(name)
        if (!words) continue
        seen.add(name)
        assert.deepEqual(literalsOf(type, text).sort(), words, `${file}: ${name}`)
      }
    }
    assert.ok(seen.size >= 12, `found only ${[...seen].join()}`)
  })
})
