import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { temporaryDirectory } from '../../../../tests/harness/portico.ts'
import { type PoolLimits, TaskFailed, ThreadPool, threadOf } from './thread-pool.ts'

const directory = temporaryDirectory()
after(() => directory.remove())

/** Waits for ever, fails or returns, as instructed. */
const file = join(directory.path, 'thread.mjs')
writeFileSync(
  file,
  `import { parentPort } from 'node:worker_threads'
   parentPort.postMessage({})
   parentPort.on('message', ({ does, gate }) => {
     if (does === 'loop') for (;;);
     if (does === 'exit') process.exit(1)
     if (does === 'throw') throw new Error('broken')
     if (does === 'refuse') return parentPort.postMessage({ error: 'no' })
     if (gate) Atomics.wait(new Int32Array(gate), 0, 0)
     parentPort.postMessage({ output: does })
   })`,
)

const poolOf = (limits: Partial<PoolLimits> = {}) =>
  new ThreadPool(threadOf(pathToFileURL(file)), {
    threads: 2,
    runMs: 10_000,
    waitMs: 10_000,
    waiting: 1_000,
    waitingOfOne: 100,
    idleMs: 10_000,
    ...limits,
  })

/** Blocks a thread until it is released. */
function makeGate() {
  const gate = new SharedArrayBuffer(4)
  const open = () => {
    Atomics.store(new Int32Array(gate), 0, 1)
    Atomics.notify(new Int32Array(gate), 0)
  }
  return { gate, open }
}

const failed = (isItsOwnFault: boolean) => (error: unknown) =>
  error instanceof TaskFailed && error.isItsOwnFault === isItsOwnFault

test('a thread returns the result of a task', async () => {
  const pool = poolOf()
  assert.deepEqual(await Promise.all([pool.run(1, { does: 'a' }, 1), pool.run(1, { does: 'b' }, 1)]), ['a', 'b'])
})

for (const does of ['loop', 'exit', 'throw', 'refuse']) {
  test(`a failing task fails alone, and the next one runs: ${does}`, async () => {
    const pool = poolOf({ threads: 1, runMs: 500 })
    const [bad, next] = [pool.run(1, { does }, 1), pool.run(1, { does: 'next' }, 1)]
    await assert.rejects(bad, failed(true))
    assert.equal(await next, 'next')
  })
}

test('a full queue refuses work at once, and work that waits too long is dropped', async () => {
  const pool = poolOf({ threads: 1, waitMs: 2_000 })
  await pool.run(1, { does: 'start' }, 1)
  const { gate, open } = makeGate()
  const first = pool.run(1, { does: 'first', gate }, 1)
  await assert.rejects(pool.run(1, { does: 'second' }, 100), failed(false))
  const waits = pool.run(1, { does: 'third' }, 60)
  await assert.rejects(pool.run(1, { does: 'fourth' }, 60), failed(false))
  await assert.rejects(waits, failed(false))
  open()
  assert.equal(await first, 'first')
})

test('owners are served round-robin, and none can use all threads', async () => {
  const pool = poolOf()
  const { gate, open } = makeGate()
  const many = Array.from({ length: 20 }, () => pool.run(1, { does: 'many', gate }, 1))
  assert.equal(await pool.run(2, { does: 'other' }, 1), 'other')
  assert.equal(await pool.run(3, { does: 'another' }, 1), 'another')
  open()
  assert.equal((await Promise.all(many)).length, 20)
})
