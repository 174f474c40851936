import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import pino from 'pino'
import { startCluster } from '../../../../tests/harness/cluster.ts'
import { PASSWORD, type StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { openDatabase } from '../db/database.ts'
import { startHub } from '../main.ts'
import { makeSealer } from '../secrets/sealer.ts'
import { readSettings } from '../settings/settings.ts'

let hub: EmptyHub
let acme: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub?.close())

describe('/healthz and /readyz', () => {
  it('distinguish healthy from ready: without its database the hub is healthy and not ready, with 503 and Retry-After', async () => {
    const { host, port, user, stop } = await startCluster()
    const db = openDatabase({ connection: { host, port, user, database: 'postgres' } })
    const settings = { ...readSettings({}), port: 0, publicUrl: 'http://127.0.0.1:0' }
    const away = await startHub({ settings, db, sealer: makeSealer(randomBytes(32)), log: pino({ level: 'silent' }) })
    try {
      assert.equal((await fetch(`${away.url}/readyz`)).status, 200)
      await stop()
      const ready = await fetch(`${away.url}/readyz`)
      assert.deepEqual([ready.status, ready.headers.get('retry-after')], [503, '1'])
      assert.match(await ready.text(), /"storage_unavailable"/)
      const asked = await fetch(`${away.url}/me`, { headers: { authorization: 'Bearer prt_x' } })
      assert.equal(asked.status, 503)
      assert.equal((await fetch(`${away.url}/healthz`)).status, 200)
    } finally {
      await away.close()
      await db.close()
    }
  })
})

describe('/metrics', () => {
  it('are for this machine and for API tokens; behind a proxy and for channels there is no such page', async () => {
    await hub.request('GET', '/me', { as: acme.apiToken })
    const local = await hub.request('GET', '/metrics')
    assert.equal(local.status, 200)
    assert.match(local.text, /portico_http_request_seconds_count\{.*route="\/me".*\} \d/)
    const headers = { 'x-forwarded-for': '127.0.0.1' }
    assert.equal((await hub.request('GET', '/metrics', { headers })).status, 404)
    assert.equal((await hub.request('GET', '/metrics', { headers, as: 'Bearer prt_wrong' })).status, 404)
    assert.equal((await hub.request('GET', '/metrics', { headers, as: acme.channelToken() })).status, 404)
    assert.equal((await hub.request('GET', '/metrics', { headers, as: acme.apiToken })).status, 200)
  })
})

describe('/openapi.json and /docs', () => {
  it('describe every route that is not a page, each with a unique name and its error responses', async () => {
    const { body } = await hub.request('GET', '/openapi.json')
    assert.equal(body.openapi, '3.1.0')
    const isMarked = (path: string) => body.paths[path].get['x-portico-extension'] === true
    assert.deepEqual(['/me', '/me/teammate', '/unread'].map(isMarked), [false, true, true])
    const described = Object.values(
      body.paths as Record<string, Record<string, { operationId: string; responses: object }>>,
    )
    const operations = described.flatMap((path) => Object.values(path))
    const names = operations.map((operation) => operation.operationId)
    assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted())
    for (const operation of operations) {
      assert.ok(operation.operationId, JSON.stringify(operation))
      assert.ok('default' in operation.responses, operation.operationId)
    }
    const unlisted = /^\/(?:docs|app|downloads|healthz|readyz|metrics|openapi\.json|favicon\.ico)(?:\/|$)|^\/$/
    for (const { url } of hub.app.routeTable.filter((route) => !unlisted.test(route.url))) {
      assert.ok(body.paths[url.replace(/:(\w+)/g, '{$1}')], url)
    }
  })

  it('are pages under a strict policy', async () => {
    for (const path of ['/docs', '/app', '/app/inboxes/inb_1']) {
      const policy = (await hub.request('GET', path)).headers.get('content-security-policy') ?? ''
      assert.match(policy, /script-src 'self';/, path)
      assert.match(policy, /frame-ancestors 'none'/, path)
      assert.doesNotMatch(policy, /script-src[^;]*unsafe/, path)
    }
    const app = await hub.request('GET', '/app')
    assert.equal(app.headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(app.headers.get('referrer-policy'), 'no-referrer')
    assert.equal((await hub.request('GET', '/')).headers.get('location'), '/app')
  })

  it('give no file from outside the app', async () => {
    for (const path of [
      '/app/..%2f..%2fpackage.json',
      '/app/assets/..%2f..%2fpackage.json',
      '/app/assets/%2e%2e/package.json',
      '/docs/static/..%2f..%2fpackage.json',
    ]) {
      const answer = await hub.request('GET', path)
      assert.doesNotMatch(answer.text, /"version"/, path)
    }
  })
})

describe('the log', () => {
  it('has a line for every request, without message text and credentials (S-e)', async () => {
    const secrets = ['canary-text', 'canary-password', 'canary-handle', 'canary-query', 'canary-token', PASSWORD]
    const cookie = await hub.signIn(acme.admin.email)
    const channel = publicId('cha', acme.companyId, acme.channelId)
    const push = (body: unknown) =>
      hub.request('POST', `/channels/${channel}/inbound_messages`, { as: acme.channelToken(), body })
    const message = {
      sender: { handle: 'canary-handle', name: 'canary-text' },
      subject: 'canary-text',
      body: 'canary-text',
    }
    await push({ ...message, metadata: { external_id: 'canary-text', external_conversation_id: 'canary-text' } })
    await push({ ...message, metadata: {} })
    await push('{"canary-text')
    await push({ ...message, body: 'canary-text\0' })
    await hub.request('POST', '/sign_in', {
      body: { email: 'canary-handle@acme.example', password: 'canary-password' },
    })
    await hub.request('GET', '/invitations/by_token/canary-token')
    await hub.request('GET', '/me', { as: 'Bearer canary-token' })
    await hub.request('GET', '/conversations?page_token=canary-query', { as: cookie })
    await hub.request('GET', '/teammates/alt:email:canary-handle@acme.example', { as: cookie })
    await hub.request('GET', '/nowhere/canary-query?token=canary-token', { as: cookie })
    const made = await hub.request('POST', '/api_tokens', { as: cookie, body: { name: 'canary-text' } })
    const log = hub.logged()
    assert.match(log, /"route":"\/channels\/:channel_id\/inbound_messages","channel_id":"cha_\w+","status":202/)
    assert.match(log, /"code":"sign_in_failed"/)
    const session = cookie.split('=')[1]?.slice(0, 30) ?? ''
    for (const secret of [...secrets, made.body.token, session, acme.apiToken.slice(7)]) {
      assert.ok(!log.includes(secret), `${secret} is in the log`)
    }
    const metrics = await hub.request('GET', '/metrics')
    assert.doesNotMatch(metrics.text, /canary/)
  })

  it('has our errors with the stack, and no content of rows', async () => {
    await hub.db.query('break', 'alter table inboxes rename column name to renamed')
    try {
      const answer = await hub.request('POST', '/inboxes', { as: acme.apiToken, body: { name: 'canary-name' } })
      assert.deepEqual([answer.status, answer.body._error.code], [500, 'internal_error'])
      assert.doesNotMatch(answer.text, /column|inboxes|\.ts/)
      const line =
        hub
          .logged()
          .split('\n')
          .find((each) => each.includes('"request failed"')) ?? ''
      assert.match(line, /"error_code":"42703".*"stack":/)
      assert.ok(line.includes(answer.body._error.request_id))
      assert.doesNotMatch(hub.logged(), /canary-name/)
    } finally {
      await hub.db.query('mend', 'alter table inboxes rename column renamed to name')
    }
  })
})
