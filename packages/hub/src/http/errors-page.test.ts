import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorCatalogue } from '@portico/protocol'

const checkout = join(import.meta.dirname, '../../../..')
const page = await readFile(join(checkout, 'docs/errors.md'), 'utf8')
const [answers = '', deliveries = ''] = page.split('\n## Deliveries\n')

async function read(...patterns: string[]): Promise<string> {
  const files = (await Array.fromAsync(glob(patterns, { cwd: checkout }))).filter((name) => !name.includes('.test.'))
  return (await Promise.all(files.map((name) => readFile(join(checkout, name), 'utf8')))).join('\n')
}

test('docs/errors.md has a paragraph for each code and for no other, with its status', () => {
  const described = [...answers.matchAll(/^### (\w+)\n(\d{3})\. \S/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  assert.equal(described.length, answers.match(/^### /gm)?.length, 'a paragraph does not begin with its status')
  const meant = Object.entries(errorCatalogue).map(([code, { status }]) => [code, status])
  assert.deepEqual(described.sort(), meant.sort())
})

test('every code of the catalogue is answered by something', async () => {
  const source = await read('packages/hub/src/**/*.ts', 'packages/protocol/src/tokens.ts')
  const idle = Object.keys(errorCatalogue).filter((code) => !source.includes(`'${code}'`))
  assert.deepEqual(idle, [])
})

test('docs/errors.md explains each code that stands on a delivery, and no other', async () => {
  const judge = await read('packages/hub/src/deliveries/judge.ts')
  const failure = await read('packages/hub/src/outbound-http/failure.ts')
  const sql = await read('packages/hub/src/*/*.sql')
  const vocabulary = /const refusals[^{]*\{([^}]*)\}/.exec(judge)?.[1] ?? ''
  const written = [
    ...vocabulary.matchAll(/^ {2}(\w+): /gm),
    ...judge.matchAll(/refused\(\s*'(\w+)'/g),
    ...[...judge.matchAll(/errorCode: (.*)/g)].flatMap(([, value = '']) => [...value.matchAll(/'(\w+)'/g)]),
    ...[...failure.matchAll(/^ {2}code:(.*(?:\n {4}.*)*)/gm)].flatMap(([, value = '']) => [
      ...value.matchAll(/'(\w+)'/g),
    ]),
    ...sql.matchAll(/error_(?:code|type) = '(\w+)'/g),
  ].map(([, code]) => code)
  const explained = [...deliveries.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`(\w+)`/g),
  ])
  assert.deepEqual(explained.map(([, code]) => code).sort(), [...new Set(written)].sort())
})
