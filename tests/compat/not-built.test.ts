import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

const file = join(import.meta.dirname, '../../packages/hub/src/published/operations.tsv')
const published = readFileSync(file, 'utf8')
  .split('\n')
  .slice(1, -1)
  .map((line) => {
    const [method = '', path = '', operation = ''] = line.split('\t')
    return { method, path, operation }
  })

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const somewhere = (path: string) => path.replace(/\{\w+\}/g, 'xyz_1')
const codeOf = (answer: { status: number; body: any }) => [answer.status, answer.body?._error?.code]

describe('an operation of Front’s that is published', () => {
  it('is described in /openapi.json, or returns 501 with its name, and never a 404', async () => {
    const { paths } = (await hub.call('GET', '/openapi.json')).body
    const shape = (path: string) => path.replace(/\{\w+\}/g, '{}').replace(/(.)\/$/, '$1')
    const built = new Set(
      Object.entries(paths).flatMap(([path, operations]) =>
        Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${shape(path)}`),
      ),
    )
    const left = published.filter(({ method, path }) => !built.has(`${method} ${shape(path)}`))
    assert.ok(left.length > 150 && left.length < published.length - 25, `${left.length} of ${published.length}`)
    for (const { method, path, operation } of left) {
      const answer = await hub.call(method, somewhere(path), method === 'GET' ? undefined : {})
      assert.deepEqual([operation, ...codeOf(answer)], [operation, 501, 'not_built'])
      assert.ok(answer.body._error.message.includes(operation), answer.body._error.message)
      assert.deepEqual(answer.body._error.details, [`operation: ${operation}`])
    }
  })

  it('returns that to authenticated callers only, channels included', async () => {
    assert.deepEqual(codeOf(await hub.call('GET', '/tags', undefined, { token: null })), [401, 'missing_token'])
    assert.deepEqual(codeOf(await hub.call('GET', '/tags', undefined, { token: 'prt_wrong' })), [401, 'invalid_token'])
    const path = `/channels/${channel.id}/validate`
    assert.deepEqual(codeOf(await hub.call('POST', path, {}, { token: channel.token() })), [501, 'not_built'])
  })

  it('is recognised before its body is read: multipart, or not JSON', async () => {
    const multipart = { headers: { 'content-type': 'multipart/form-data; boundary=x' } }
    for (const [body, options] of [
      ['--x--', multipart],
      ['{', {}],
    ] as const) {
      const answer = await hub.call('POST', '/conversations/cnv_1/comments', body, options)
      assert.deepEqual(codeOf(answer), [501, 'not_built'])
    }
  })
})

describe('an address', () => {
  it('with a fixed name is never read as an id', async () => {
    for (const path of [
      '/conversations/custom_fields',
      '/conversations/search/is:open',
      '/conversations/search/from%3Aa%2Fb%20c',
      '/contacts/custom_fields',
      '/teammates/custom_fields',
      '/inboxes/custom_fields',
    ]) {
      assert.deepEqual([path, ...codeOf(await hub.call('GET', path))], [path, 501, 'not_built'])
    }
    const merge = await hub.call('POST', '/contacts/merge', {})
    assert.deepEqual(codeOf(merge), [501, 'not_built'])
    const patched = await hub.call('PATCH', '/conversations/custom_fields', { status: 'archived' })
    assert.deepEqual([...codeOf(patched), patched.headers.get('allow')], [405, 'method_not_allowed', 'GET'])
    const deleted = await hub.call('DELETE', '/conversations/custom_fields')
    assert.deepEqual(codeOf(deleted), [405, 'method_not_allowed'])
  })

  it('takes the methods that it takes, and names them to the others', async () => {
    for (const [method, path, allowed] of [
      ['POST', '/me', 'GET'],
      ['PUT', '/conversations/cnv_1', 'DELETE, GET, PATCH'],
      ['DELETE', `/channels/${channel.id}/inbound_messages`, 'POST'],
      ['GET', `/channels/${channel.id}/inbound_messages`, 'POST'],
      ['PATCH', '/tags', 'GET, POST'],
      ['DELETE', '/stream', 'GET'],
    ] as const) {
      const answer = await hub.call(method, path, method === 'GET' ? undefined : '{')
      const what = [method, path, ...codeOf(answer), answer.headers.get('allow')]
      assert.deepEqual(what, [method, path, 405, 'method_not_allowed', allowed])
    }
    const head = await fetch(`${hub.url}/me`, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('allow')], [405, 'GET'])
  })

  it('with a trailing slash or repeated slashes is the same', async () => {
    for (const path of [
      '/me/',
      '//me',
      '/me//',
      '/conversations/',
      `/inboxes/${hub.inbox}/`,
      `/channels//${channel.id}/`,
    ]) {
      assert.equal((await hub.call('GET', path)).status, 200, path)
    }
    const push = (path: string) =>
      hub.call('POST', path, inbound({ body: 'Hi', externalId: 'slash' }), { token: channel.token() })
    assert.equal((await push(`/channels/${channel.id}/inbound_messages/`)).status, 202)
    assert.equal((await push(`//channels/${channel.id}//inbound_messages//`)).status, 202)
    assert.deepEqual(codeOf(await hub.call('PATCH', '/comments/com_1', {})), [501, 'not_built'])
    assert.deepEqual(codeOf(await hub.call('PATCH', '/comments/com_1/', {})), [501, 'not_built'])
    assert.equal((await hub.call('GET', '/conversations/?limit=1')).body._results.length >= 0, true)
  })

  it('that is unknown is a 404 for every method and body', async () => {
    for (const type of ['multipart/form-data; boundary=x', 'application/json', 'application/x-www-form-urlencoded']) {
      const answer = await hub.call('POST', '/nowhere/at/all', '--x--', { headers: { 'content-type': type } })
      assert.deepEqual([type, ...codeOf(answer)], [type, 404, 'not_found'])
    }
    const gzip = await hub.call('POST', '/nowhere', '{}', { headers: { 'content-encoding': 'gzip' } })
    assert.deepEqual(codeOf(gzip), [404, 'not_found'])
  })
})

describe('JSON as text/plain, or without a type', () => {
  const types = ['text/plain', 'text/plain;charset=UTF-8', 'Text/Plain; charset=utf-8']

  it('is accepted on every route with a token', async () => {
    for (const type of types) {
      const made = await hub.call('POST', '/inboxes', '{"name":"Plain"}', { headers: { 'content-type': type } })
      assert.equal(made.status, 201, type)
      const changed = await hub.call('PATCH', `/inboxes/${made.body.id}`, '{"name":"Plainer"}', {
        headers: { 'content-type': type },
      })
      assert.equal(changed.status, 204, type)
    }
    assert.equal(await untyped(), 201)
  })

  it('is refused with a cookie and without authentication', async () => {
    const cookie = await signIn()
    for (const type of types) {
      for (const path of ['/inboxes', '/sign_in', '/sign_out']) {
        const { status } = await fetch(hub.url + path, {
          method: 'POST',
          headers: { cookie, origin: hub.url, 'content-type': type },
          body: '{"name":"x"}',
        })
        assert.equal(status, 415, `${path} ${type}`)
      }
    }
  })
})

async function signIn(): Promise<string> {
  const response = await fetch(`${hub.url}/sign_in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(hub.admin),
  })
  assert.ok(response.ok)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** fetch always names a type for a text. */
function untyped(): Promise<number | undefined> {
  const body = Buffer.from('{"name":"Untyped"}')
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const asking = request(`${hub.url}/inboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, 'content-length': body.length },
  })
  asking.on('response', (response) => {
    response.resume()
    resolve(response.statusCode)
  })
  asking.on('error', reject)
  asking.end(body)
  return promise
}
