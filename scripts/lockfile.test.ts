import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'

interface Entry {
  resolved?: string
  optionalDependencies?: Record<string, string>
}

const lock = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')
const packages = JSON.parse(lock).packages as Record<string, Entry>

// npm ci refuses a lockfile that lacks the builds for other platforms, where it can find them
it('package-lock.json names the builds of every platform', () => {
  const named = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)))
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  assert.deepEqual(
    wanted.filter((name) => !named.has(name)),
    [],
  )
})

it('package-lock.json names no registry', () => {
  const addresses = Object.values(packages).filter(({ resolved }) => resolved?.includes('://'))
  assert.deepEqual(addresses, [])
})
