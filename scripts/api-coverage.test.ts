import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { coverageFile, renderCoverage } from './api-coverage.ts'

it('docs/api-coverage.md is up to date (else run: node scripts/api-coverage.ts)', async () => {
  assert.equal(readFileSync(coverageFile, 'utf8'), await renderCoverage())
})
