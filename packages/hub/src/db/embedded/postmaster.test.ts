import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { stopOrphan } from './postmaster.ts'

const data = mkdtempSync(join(tmpdir(), 'portico-postmaster-'))
const file = join(data, 'postmaster.pid')

/** A process that shows this command line. */
async function running(...args: string[]) {
  const child = spawn('sh', ['-c', 'echo here; read line', ...args], {
    argv0: '/usr/lib/postgresql/bin/postgres',
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  writeFileSync(file, `${child.pid}\n`)
  return child
}

describe('the server that a killed hub left behind', () => {
  after(() => rmSync(data, { recursive: true, force: true }))

  it('is left alone when its pid is by now the server’s of another folder, as after a power cut', async () => {
    const other = await running('postgres', '-D', `${data}-of-another`, '-c', 'fsync=on')
    const ended = once(other, 'exit')
    await stopOrphan(data)
    assert.equal(existsSync(file), false)
    other.stdin.end()
    const [code, signal] = await ended
    assert.deepEqual({ code, signal }, { code: 1, signal: null })
  })

  it('is stopped when it runs on this folder', async () => {
    const orphan = await running('postgres', '-D', data, '-c', 'fsync=on')
    const ended = once(orphan, 'exit')
    await stopOrphan(data)
    assert.equal(existsSync(file), false)
    const [, signal] = await ended
    assert.ok(signal === 'SIGINT' || signal === 'SIGQUIT', String(signal))
  })
})
