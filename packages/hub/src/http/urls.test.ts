import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { it } from 'node:test'
import { makeUrls } from './urls.ts'

const urls = (trustedProxies: string[]) =>
  makeUrls({ publicUrl: 'http://127.0.0.1:4000', isExposed: false, trustedProxies })
const from = (remoteAddress: string, named: string, host = '127.0.0.1:4000') =>
  ({ raw: { headers: { host, 'x-forwarded-host': named }, socket: { remoteAddress } } }) as unknown as {
    raw: IncomingMessage
  }

it('X-Forwarded-Host counts when the peer is in the list', () => {
  for (const peer of ['10.0.0.5', '::ffff:10.0.0.5']) {
    assert.equal(urls(['10.0.0.0/8']).requestOrigin(from(peer, 'localhost:4000')), 'http://localhost:4000')
    assert.equal(urls(['10.0.0.0/8']).requestOrigin(from(peer, 'evil, localhost:4000')), 'http://localhost:4000')
  }
})

it('X-Forwarded-Host is ignored from other callers, and never names another hub', () => {
  for (const list of [[], ['10.0.0.5'], ['fd00::/8']]) {
    assert.equal(urls(list).requestOrigin(from('10.0.0.6', 'localhost:4000')), 'http://127.0.0.1:4000')
    assert.equal(
      urls(list).requestOrigin(from('10.0.0.6', '127.0.0.1:4000', 'localhost:4000')),
      'http://localhost:4000',
    )
  }
  assert.equal(urls(['10.0.0.5']).requestOrigin(from('10.0.0.5', 'evil.example')), 'http://127.0.0.1:4000')
  assert.equal(urls(['10.0.0.5']).requestOrigin(from('10.0.0.5', 'localhost:4000, evil')), 'http://127.0.0.1:4000')
})
