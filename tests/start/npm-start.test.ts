import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startOf } from '../../packages/hub/src/db/embedded/process.ts'
import { temporaryDirectory } from '../harness/portico.ts'

const checkout = join(import.meta.dirname, '../..')

describe('npm start', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const)
    it(`takes the hub and its database along when it is ended with ${signal}`, async () => {
      const data = temporaryDirectory()
      const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', PORTICO_DATA: data.path }
      const npm = spawn('npm', ['start'], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'inherit'] })
      let output = ''
      npm.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      while (!/Stop {3,}Ctrl-C/.test(output)) await once(npm.stdout, 'data')
      const url = /The inbox {3,}(\S+)\/app/.exec(output)![1]!
      const dataDirectory = /The data {3,}(\S+)/.exec(output)![1]!
      const postmaster = Number(readFileSync(join(dataDirectory, 'data/postmaster.pid'), 'utf8').split('\n')[0])
      assert.equal((await fetch(`${url}/readyz`)).status, 200)

      // the pipe closes when its last writer has ended
      const closed = once(npm, 'close')
      npm.kill(signal)
      await closed
      while (startOf(postmaster) !== null) await wait(20)
      await assert.rejects(fetch(`${url}/readyz`))
      data.remove()
    })
})
