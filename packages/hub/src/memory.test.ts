import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { collectAtRest } from './memory.ts'

const heapSize = () => getHeapStatistics().total_heap_size

it('a burst’s memory is given back when it is over, and not while it lasts', async () => {
  let burst: unknown[] = Array.from({ length: 2_000_000 }, (_value, n) => ({ n }))
  const stop = collectAtRest(20)
  for (let turn = 0; turn < 12; turn++) {
    const until = performance.now() + 20
    while (performance.now() < until) burst = burst.slice()
    await new Promise(setImmediate)
  }
  const high = heapSize()
  assert.ok(high > 100_000_000)
  burst = []
  while (heapSize() > high - 50_000_000) await wait(20)
  stop()
})
