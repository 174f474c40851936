import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Database } from './database.ts'
import { StorageBusy, StorageUnavailable } from './failures.ts'
import { loaderOf } from './group-commit.ts'

/** A loader that records its batches; `answer` gives the result of an item, or throws. */
function lookUp(answer: (item: number) => number) {
  const asked: number[][] = []
  const first = Promise.withResolvers<void>()
  const group = loaderOf<number, number>(async (_reader, items) => {
    asked.push(items)
    if (asked.length === 1) await first.promise
    return items.map(answer)
  })(unused)
  return { asked, first, add: (item: number) => group.add(item) }
}

/** A database without connections: a loader uses none of its own. */
const unused = {} as Database

const codeOf = (result: PromiseSettledResult<number>) =>
  result.status === 'fulfilled' ? result.value : result.reason.constructor.name

describe('look-ups during another look-up', () => {
  it('are one read, and each caller gets its own result', async () => {
    const { asked, first, add } = lookUp((item) => item * 10)
    const answers = [1, 2, 3, 4].map(add)
    first.resolve()
    assert.deepEqual(await Promise.all(answers), [10, 20, 30, 40])
    assert.deepEqual(asked, [[1], [2, 3, 4]])
  })

  it('are repeated one by one when the read fails, and a bad one fails only its own caller', async () => {
    const { asked, first, add } = lookUp((item) => {
      if (item === 3) throw new RangeError('three')
      return item
    })
    const answers = [1, 2, 3, 4].map(add)
    first.resolve()
    assert.deepEqual((await Promise.allSettled(answers)).map(codeOf), [1, 2, 'RangeError', 4])
    assert.deepEqual(asked, [[1], [2, 3, 4], [2], [3], [4]])
  })

  for (const Failure of [StorageUnavailable, StorageBusy]) {
    it(`fail with the same ${Failure.name} without a repeat, and later ones are read again`, async () => {
      const isAway = { now: true }
      const { asked, first, add } = lookUp((item) => {
        if (isAway.now) throw new Failure('away')
        return item
      })
      const answers = [1, 2, 3].map(add)
      first.resolve()
      assert.deepEqual((await Promise.allSettled(answers)).map(codeOf), Array(3).fill(Failure.name))
      assert.deepEqual(asked, [[1]])
      isAway.now = false
      assert.equal(await add(4), 4)
    })
  }
})
