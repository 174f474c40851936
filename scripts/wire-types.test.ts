import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { renderWireTypes, wireTypeNames } from './wire-types.ts'

test('the published types of the wire and the types of its schemas are assignable to each other', (t) => {
  const source = join(import.meta.dirname, '../packages/protocol/src')
  const folder = mkdtempSync(join(source, '.wire-types-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'published.ts'), renderWireTypes())
  const same = wireTypeNames().map((name) => `export const of${name}: Same<wire.${name}, published.${name}> = true\n`)
  writeFileSync(
    join(folder, 'check.ts'),
    `import type * as wire from '../wire.ts'
import type * as published from './published.ts'
type Same<A, B> = [A, B] extends [B, A] ? true : never
${same.join('')}`,
  )
  const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck']
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--allowImportingTsExtensions']
  execFileSync(process.execPath, [compiler, ...options, ...modules, join(folder, 'check.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
})
