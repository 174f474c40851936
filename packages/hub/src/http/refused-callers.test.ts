import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RefusedCallers } from './refused-callers.ts'

test('the refusals of a caller beyond the first 500 wait, and those of another caller do not', async () => {
  const callers = new RefusedCallers()
  let refused = 0
  const refuse = async () => {
    await callers.pace('company 1')
    refused++
  }
  const all = Array.from({ length: 600 }, refuse)
  await callers.pace('company 2')
  await callers.pace('company 2')
  assert.ok(refused >= 499 && refused < 600, `${refused} refusals left at once`)
  await Promise.all(all)
  assert.equal(refused, 600)
})
