import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { DataDirectoryInUse, holderOf, lockDataDirectory } from './lock.ts'

const directory = mkdtempSync(join(tmpdir(), 'portico-lock-'))
const file = join(directory, 'hub.lock')

const alive = new Set<ChildProcess>()

/** A process that takes the lock on command, reports the outcome, and holds the lock until it is killed. */
const program = `
  import { lockDataDirectory } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
  console.log('here')
  process.stdin.once('data', () => {
    try { lockDataDirectory(process.argv[1]); console.log('won') } catch (error) { console.log(error.message) }
  })`

async function contender(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  alive.add(child)
  await once(child.stdout!, 'data')
  return child
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('the lock on the data folder', () => {
  after(() => {
    for (const child of alive) child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  it('is held by one, names the holder to others, and is gone when released', () => {
    const release = lockDataDirectory(directory)
    assert.equal(holderOf(directory), process.pid)
    assert.throws(
      () => lockDataDirectory(directory),
      (error: Error) => error instanceof DataDirectoryInUse && error.pid === process.pid,
    )
    release()
    assert.deepEqual(readdirSync(directory), [])
  })

  it('counts a holder no more whose pid is another process’s by now', () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'at another time' }))
    assert.equal(holderOf(directory), null)
    lockDataDirectory(directory)()
  })

  it('counts files of several power cuts no more: the holder’s and its successors’ are empty', () => {
    const names = ['hub.lock', 'hub.lock.after-0-', 'hub.lock.unreadable', 'hub.lock.unreadable.unreadable']
    for (const name of names) writeFileSync(join(directory, name), '')
    const release = lockDataDirectory(directory)
    assert.equal(holderOf(directory), process.pid)
    release()
    for (const name of names) rmSync(join(directory, name), { force: true })
  })

  it('counts a file that a power cut left empty no more', () => {
    writeFileSync(file, '')
    lockDataDirectory(directory)()
  })

  it('has one winner among many that find the same dead holder, round after round', async () => {
    let dead = await contender()
    dead.stdin?.write('go')
    await once(dead.stdout!, 'data')
    for (let round = 0; round < 3; round++) {
      const contenders = await Promise.all(Array.from({ length: 5 }, contender))
      await end(dead)
      const said = contenders.map(async (child) => String((await once(child.stdout!, 'data'))[0]).trim())
      for (const child of contenders) child.stdin?.write('go')
      const words = await Promise.all(said)
      const winner = contenders[words.indexOf('won')]
      assert.equal(words.filter((word) => word === 'won').length, 1, words.join('\n'))
      // a loser may name another loser that was about to win
      const pids = contenders.map(({ pid }) => pid).join('|')
      const expected = new RegExp(`^(?:won|data directory in use by pid (?:${pids}):.*)$`)
      for (const word of words) assert.match(word, expected)
      assert.equal(JSON.parse(readFileSync(file, 'utf8')).pid, winner?.pid)
      for (const child of contenders) if (child !== winner) await end(child)
      dead = winner as ChildProcess
    }
    await end(dead)
  })
})
