import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorCatalogue } from '@portico/protocol'
import { deliveryErrorCodes } from '../deliveries/error-codes.ts'

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

test('every code of the catalogue is named by the source of the hub', async () => {
  const source = await read('packages/hub/src/**/*.ts', 'packages/protocol/src/tokens.ts')
  const idle = Object.keys(errorCatalogue).filter((code) => !source.includes(`'${code}'`))
  assert.deepEqual(idle, [])
})

test('docs/errors.md explains each error code of deliveries, and no other', () => {
  const explained = [...deliveries.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`(\w+)`/g),
  ])
  assert.deepEqual(explained.map(([, code]) => code).sort(), [...deliveryErrorCodes].sort())
})

/** TypeScript holds the codes of its own side against the list; no compiler reads these. */
test('SQL writes no code onto a delivery but those of the list', async () => {
  const sql = await read('packages/hub/src/*/*.sql')
  const written = [...sql.matchAll(/error_(?:code|type) = '(\w+)'/g)].map(([, code]) => code)
  assert.ok(written.length > 1)
  assert.deepEqual(
    written.filter((code) => !deliveryErrorCodes.some((known) => known === code)),
    [],
  )
})
