import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aHub, answerOf, connect, fromHub, fromPage, listen, main, newMessage, secret, start } from './test-fixture.ts'

test('a restarted process has its channels and conversations, and pushes the messages that were in flight', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'))
  t.after(() => rm(folder, { recursive: true }))
  const PORTICO_SAMPLE_DATA = join(folder, 'phone.json')
  const before = await start(t, { PORTICO_SAMPLE_DATA })
  await connect(before.url)
  await fromHub(before.url, answerOf('msg_1', 'stored'))
  await fromPage(before.url, 'POST', '/messages', newMessage('said-1'))
  before.process.kill('SIGKILL')
  await once(before.process, 'exit')

  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_SAMPLE_DATA, PORTICO_URL: hub.url })
  const page = await listen(t, url)
  await page.until((event) => JSON.stringify(event).includes('"state":"sent"'))
  assert.deepEqual(
    hub.pushed.map(({ body }) => body.metadata.external_id),
    ['said-1'],
  )
  assert.deepEqual(JSON.parse(await readFile(PORTICO_SAMPLE_DATA, 'utf8')).lines[0].channelId, 'cha_1a2b')
})

test('a state file that is not JSON stops the start with a message, and is not changed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'phone.json')
  await writeFile(file, '{')
  const env = {
    PORTICO_APP_UID: 'app_1',
    PORTICO_APP_SECRET: secret,
    PORTICO_URL: 'http://x',
    PORTICO_SAMPLE_DATA: file,
  }
  const child = spawn(process.execPath, [main], { env, stdio: ['pipe', 'ignore', 'pipe'] })
  const [[words], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')])
  assert.match(String(words), /cannot be read/)
  assert.deepEqual([code, await readFile(file, 'utf8')], [1, '{'])
})

test('a process without its settings names what to set', async () => {
  const child = spawn(process.execPath, [main], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  const [[words], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')])
  assert.match(String(words), /^PORTICO_URL is not set/)
  assert.equal(code, 1)
})

test('the process ends when its stdin is closed, and on SIGTERM', async (t) => {
  const one = await start(t, {})
  one.process.stdin?.end()
  assert.deepEqual(await once(one.process, 'exit'), [0, null])
  const other = await start(t, {})
  other.process.kill('SIGTERM')
  assert.deepEqual(await once(other.process, 'exit'), [0, null])
})

test('the process ends when its parent is killed', async (t) => {
  const script = `
    const { spawn } = require('node:child_process')
    spawn(process.execPath, [${JSON.stringify(main)}], { stdio: ['pipe', 'inherit', 'inherit'] })
    setInterval(() => {}, 1000)`
  const env = { PORTICO_APP_UID: 'app_1', PORTICO_APP_SECRET: secret, PORTICO_URL: 'http://x', PORT: '0' }
  const parent = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => parent.kill('SIGKILL'))
  const [line] = await once(parent.stdout, 'data')
  const { url } = JSON.parse(String(line)) as { url: string }
  assert.equal((await fetch(url)).status, 200)
  parent.kill('SIGKILL')
  // the sample holds the other end of this pipe too, so it closes when both are gone
  parent.stdout.resume()
  await once(parent.stdout, 'close')
  await assert.rejects(fetch(url))
})
