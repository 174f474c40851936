import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { apiTypesFile, renderApiTypes } from './generate-api-types.ts'

it('the types of the API client are those of the API (else run: node scripts/generate-api-types.ts)', async () => {
  assert.equal(readFileSync(apiTypesFile, 'utf8'), await renderApiTypes())
})
