import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { connect, type Environment, fromPage, misbehave, newMessage, start, stateOf } from './test-fixture.ts'

test('the page runs only its own script and style, and is not framed', async (t) => {
  const { url } = await start(t, {})
  const response = await fetch(url)
  assert.match(
    response.headers.get('content-security-policy') ?? '',
    /^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'/,
  )
  const html = await response.text()
  assert.doesNotMatch(html, /\son\w+=|style=|<script>|<style/)
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g))
    assert.equal((await fetch(new URL(path ?? '', url))).status, 200)
})

test('other sites can neither write for the customer nor read along', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  const foreign: Environment[] = [{ origin: 'https://evil.example' }, {}, { origin: url, 'content-type': 'text/plain' }]
  for (const headers of foreign)
    assert.equal((await fromPage(url, 'POST', '/messages', newMessage(randomUUID()), headers)).status, 403)
  assert.deepEqual((await stateOf(t, url)).lines[0]?.conversations, [])
  const { port } = new URL(url)
  const { default: http } = await import('node:http')
  const status = await new Promise((resolve) => {
    http.get(
      { host: '127.0.0.1', port, path: '/events', headers: { host: `evil.example:${port}` } },
      ({ statusCode }) => resolve(statusCode),
    )
  })
  assert.equal(status, 421)
})

test('invalid requests of the page are refused with a message', async (t) => {
  const { url } = await start(t, {})
  await connect(url)
  for (const change of [
    { text: ' ' },
    { id: 7 },
    { name: 'x'.repeat(201) },
    { channel_id: 'cha_none' },
    { text: 'x'.repeat(50_001) },
  ])
    assert.equal((await fromPage(url, 'POST', '/messages', { ...newMessage('said-1'), ...change })).status, 400)
  assert.equal((await misbehave(url, 'explode')).status, 400)
  assert.equal((await fetch(`${url}/../src/main.ts`)).status, 404)
  assert.equal((await fetch(`${url}/constructor`)).status, 404)
})
