import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { apiTypesFile, renderApiTypes } from './generate-api-types.ts'

it('the generated API types are up to date (else run: node scripts/generate-api-types.ts)', async () => {
  assert.equal(readFileSync(apiTypesFile, 'utf8'), await renderApiTypes())
})
