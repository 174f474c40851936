import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel } from '../../../../tests/harness/channel.ts'
import type { TestCompany } from '../../../../tests/harness/company.ts'
import { type Answer, startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { createTeammate } from '../teammates/create.ts'

let hub: TestHub
let other: TestCompany
before(async () => {
  hub = await startTestHub()
  other = await hub.addCompany('Other')
})
after(() => hub?.close())

const good = { name: 'Acme SMS', server_url: 'http://127.0.0.1:9/sms' }

const register = (fields: object = {}, token = hub.token) =>
  hub.call('POST', '/channel_types', { ...good, ...fields }, { token })

function assertCode(answer: Answer, status: number, code: string, pattern = /./) {
  assert.deepEqual([answer.status, answer.body?._error?.code], [status, code], JSON.stringify(answer.body))
  assert.match(answer.body._error.message, pattern)
}

describe('registering a channel type', () => {
  it('returns an App UID, and a secret that is shown only once', async () => {
    const { status, body } = await register({ description: ' Texts ' })
    assert.equal(status, 201)
    assert.match(body.uid, /^app_[0-9a-f]{16}$/)
    assert.match(body.secret, /^[0-9a-f]{64}$/)
    assert.equal(body.description, 'Texts')
    const { body: read } = await hub.call('GET', `/channel_types/${body.uid}`)
    const { secret, ...rest } = body
    assert.deepEqual(read, rest)
    assert(!JSON.stringify(read).includes(secret))
    assert.deepEqual(Object.keys(read.secrets[0]), [
      'state',
      'created_at',
      'expires_at',
      'last_verified_at',
      'last_signed_at',
    ])
  })

  it('takes every field of the form, and nothing that is not in it', async () => {
    const fields = {
      description: 'd',
      auth_type: 'basic',
      contact_type: 'phone',
      allow_compose: false,
      allow_reply: false,
      composer: 'advanced',
      wants_delete: false,
      wants_message_imported: false,
      idempotent: true,
      single_use_tokens: true,
      max_in_flight: 32,
      numeric_alias: 4242,
    }
    const { body } = await register({ ...fields, uid: 'app_0000000000000000', id: 1, company_id: other.companyId })
    for (const [name, value] of Object.entries(fields)) assert.equal(body[name], value, name)
    assert.notEqual(body.uid, 'app_0000000000000000')
    const { body: theirs } = await hub.call('GET', '/channel_types', undefined, { token: other.token })
    assert.deepEqual(theirs._results, [])
  })

  it('asks for addresses only where credentials are shared', async () => {
    const asking = await register({ wants_list_addresses: true })
    assert.deepEqual([asking.status, asking.body._error.code], [400, 'unsupported_field'])
    assert.match(asking.body._error.details[0], /^body\.wants_list_addresses: /)
    const { status, body } = await register({ wants_list_addresses: false })
    assert.deepEqual([status, body.wants_list_addresses], [201, false])
    const path = `/channel_types/${body.uid}`
    assert.equal((await hub.call('PATCH', path, { wants_list_addresses: false })).status, 200)
    assert.equal((await hub.call('PATCH', path, { wants_list_addresses: true })).status, 400)
  })

  it('names the invalid field', async () => {
    const wrong: [object, RegExp][] = [
      [{ name: ' ' }, /body\.name/],
      [{ server_url: undefined }, /body\.server_url: missing/],
      [{ auth_type: 'oauth1' }, /body\.auth_type/],
      [{ auth_type: 'oauth2' }, /body\.oauth2/],
      [{ max_in_flight: 33 }, /body\.max_in_flight/],
      [{ numeric_alias: 0 }, /body\.numeric_alias/],
      [{ icon: 'https://example.com/i.png' }, /body\.icon: must be a data: URL/],
      [{ icon: `data:image/png;base64,${Buffer.from('GIF89a').toString('base64')}` }, /body\.icon: is not the picture/],
      [{ icon: `data:image/svg+xml;base64,${Buffer.alloc(65_537, 60).toString('base64')}` }, /body\.icon: is larger/],
      [{ icon: 'data:text/html;base64,PHN2Zw==' }, /body\.icon/],
    ]
    for (const [fields, detail] of wrong) {
      const answer = await register(fields)
      assertCode(answer, 400, 'invalid_body')
      assert.match(answer.body._error.details.join('\n'), detail)
    }
  })

  it('refuses a numeric alias that another type of the company has, until that is deleted', async () => {
    const { body: first } = await register({ numeric_alias: 77 })
    assertCode(await register({ numeric_alias: 77 }), 400, 'invalid_body', /number/)
    assert.equal((await register({ numeric_alias: 77 }, other.token)).status, 201)
    assert.equal((await hub.call('PATCH', `/channel_types/${first.uid}`, { numeric_alias: 77 })).status, 200)
    assert.equal((await hub.call('DELETE', `/channel_types/${first.uid}`)).status, 204)
    assert.equal((await register({ numeric_alias: 77 })).status, 201)
  })

  it('has the capabilities that were asked for, and no unknown or repeated ones', async () => {
    const { body } = await register({ capabilities: ['typing', 'edits'] })
    assert.deepEqual(body.capabilities, ['typing', 'edits'])
    assert.deepEqual((await register()).body.capabilities, [])
    const path = `/channel_types/${body.uid}`
    assert.deepEqual((await hub.call('PATCH', path, { capabilities: [] })).body.capabilities, [])
    for (const capabilities of [['telepathy'], ['typing', 'typing'], 'typing', null]) {
      assertCode(await hub.call('PATCH', path, { capabilities }), 400, 'invalid_body')
    }
  })

  it('is for admins; teammates see what a channel type is, not how it is reached', async () => {
    const person = { firstName: 'Ben', lastName: 'B', email: 'ben@acme.example', password: 'correct horse battery' }
    await createTeammate(hub.db, hub.hub.bus, { companyId: hub.companyId, kind: 'system', id: null }, person)
    const signedIn = await hub.call('POST', '/sign_in', person, { token: null, headers: { origin: hub.url } })
    const cookie = signedIn.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')
    const ben = { token: null, headers: { cookie, origin: hub.url } }
    assertCode(await hub.call('POST', '/channel_types', good, ben), 403, 'forbidden')
    const { body } = await hub.call('GET', '/channel_types', undefined, ben)
    for (const type of body._results) {
      for (const name of ['server_url', 'secrets', 'auth_type', 'numeric_alias'])
        assert.equal(name in type, false, name)
    }
    const { uid } = body._results[0]
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate_secret'],
      ['POST', '/secrets/new/sign'],
      ['DELETE', '/secrets/new'],
      ['DELETE', '/secrets/previous'],
    ] as const) {
      const answer = await hub.call(method, `/channel_types/${uid}${path}`, method === 'PATCH' ? {} : undefined, ben)
      assertCode(answer, 403, 'forbidden')
    }
  })
})

describe('the URL of a channel server', () => {
  const hostile = [
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,x',
    'ftp://example.com/',
    'javascript:alert(1)',
    '/relative',
    'no url',
    'https://good.com@evil.com/',
    'https://user:pass@example.com/',
    'http://127.0.0.1%2f@example.com',
    'https://example.com./',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[::127.0.0.1]/',
    'https://[2001:0:1234::1]/',
    'https://metadata.google.internal/',
    'https://printer.local/',
    'https://intranet/',
  ]
  const loopback = [
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://①②⑦.0.0.1/',
    'https://localhost/',
    'https://a.localhost/',
    'https://[::1]/',
  ]
  const codes = new Set(['url_not_allowed', 'blocked_address', 'loop'])

  async function assertRefused(asked: TestHub, url: string) {
    for (const answer of [
      await asked.call('POST', '/channel_types', { name: 'x', server_url: url }),
      await asked.call('PATCH', `/channel_types/${uidOf.get(asked)}`, { server_url: url }),
    ]) {
      assert.equal(answer.status, 400, `${url}: ${JSON.stringify(answer.body)}`)
      assert(codes.has(answer.body._error.code), `${url}: ${answer.body._error.code}`)
    }
  }
  const uidOf = new Map<TestHub, string>()

  it('is refused when it leads astray, whatever the rules', async () => {
    uidOf.set(hub, (await register()).body.uid)
    for (const url of [...hostile, 'http://0/', 'http://0.0.0.0/']) await assertRefused(hub, url)
    const { body } = await hub.call('GET', `/channel_types/${uidOf.get(hub)}`)
    assert.equal(body.server_url, good.server_url)
  })

  it('may be another port of this machine on a laptop, never the hub itself', async () => {
    assert.equal((await register({ server_url: 'http://localhost:9/' })).status, 201)
    const { port } = new URL(hub.url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0x7f.1']) {
      assertCode(await register({ server_url: `http://${host}:${port}/x` }), 400, 'loop')
    }
  })

  it('must be public and https once the hub is reachable from outside, unless the operator allows others', async (t) => {
    const exposed = await startTestHub({ isExposed: true, publicUrl: 'https://inbox.example' })
    t.after(() => exposed.close())
    const { body } = await exposed.call('POST', '/channel_types', {
      name: 'x',
      server_url: 'https://sms.example/in?k=1',
    })
    assert.equal(body.server_url, 'https://sms.example/in?k=1')
    uidOf.set(exposed, body.uid)
    for (const url of [...hostile, ...loopback, 'http://sms.example/']) await assertRefused(exposed, url)
    const lenient = await startTestHub({
      isExposed: true,
      publicUrl: 'https://inbox.example',
      allowInsecureChannels: true,
    })
    t.after(() => lenient.close())
    const inside = await lenient.call('POST', '/channel_types', { name: 'x', server_url: 'http://sms:8080/' })
    assert.equal(inside.status, 201)
  })
})

describe('a channel type', () => {
  it('keeps what a change does not name', async () => {
    const { body: made } = await register({ idempotent: true, description: 'was' })
    const { body: changed } = await hub.call('PATCH', `/channel_types/${made.uid}`, { name: ' New ', description: '' })
    const { secret: _, ...rest } = made
    assert.deepEqual(changed, { ...rest, name: 'New', description: '' })
  })

  it('keeps its credential type and cannot be deleted while it has channels', async (t) => {
    const channel = await addTestChannel(hub)
    t.after(() => channel.server.stop())
    const path = `/channel_types/${channel.typeUid}`
    assertCode(await hub.call('DELETE', path), 409, 'channel_type_in_use', /Delete them first/)
    assertCode(await hub.call('PATCH', path, { auth_type: 'bearer' }), 409, 'channel_type_in_use')
    assertCode(await hub.call('PATCH', path, { contact_type: 'phone' }), 409, 'channel_type_in_use')
    assert.equal((await hub.call('PATCH', path, { auth_type: 'none', idempotent: true })).status, 200)
    assert.equal((await hub.call('DELETE', `/channels/${channel.id}`)).status, 204)
    assert.equal((await hub.call('DELETE', path)).status, 204)
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      assertCode(await hub.call(method, path, method === 'PATCH' ? {} : undefined), 404, 'not_found')
    }
    assertCode(await hub.call('POST', `${path}/rotate_secret`), 404, 'not_found')
    const { body } = await hub.call('GET', '/channel_types')
    assert(!body._results.some((type: { uid: string }) => type.uid === channel.typeUid))
    const again = { type: 'custom', application_uid: channel.typeUid }
    assertCode(await hub.call('POST', `/inboxes/${hub.inbox}/channels`, again), 400, 'invalid_body', /no channel type/)
  })

  it('is not found from another company', async () => {
    const { body } = await register()
    const calls: [string, string, unknown?][] = [
      ['GET', ''],
      ['GET', '/icon'],
      ['PATCH', '', { name: 'stolen' }],
      ['DELETE', ''],
      ['POST', '/rotate_secret'],
      ['POST', '/secrets/new/sign'],
      ['DELETE', '/secrets/new'],
      ['DELETE', '/secrets/previous'],
    ]
    for (const [method, path, sent] of calls) {
      const answer = await hub.call(method, `/channel_types/${body.uid}${path}`, sent, { token: other.token })
      assertCode(answer, 404, 'not_found')
    }
    const { body: still } = await hub.call('GET', `/channel_types/${body.uid}`)
    assert.deepEqual([still.name, still.secrets.length], ['Acme SMS', 1])
  })

  it('serves its icon as an inert image', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const icon = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
    const { body } = await register({ icon })
    assert.equal(body.icon, icon)
    const picture = await hub.call('GET', `/channel_types/${body.uid}/icon?v=1`)
    assert.equal(picture.body, svg)
    assert.equal(picture.headers.get('content-type'), 'image/svg+xml')
    assert.match(picture.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
    assert.equal(picture.headers.get('x-content-type-options'), 'nosniff')
    await hub.call('PATCH', `/channel_types/${body.uid}`, { icon: null })
    assertCode(await hub.call('GET', `/channel_types/${body.uid}/icon`), 404, 'not_found')
  })

  it('emits an event when it changes', async () => {
    const { body } = await register()
    const events = await hub.db.query<{ data: { channel_type_uid: string } }>(
      'test_events',
      "select data from events where company_id = $1 and type = 'channel' and data->>'channel_type_uid' = $2",
      [hub.companyId, body.uid],
    )
    assert.equal(events.length, 1)
  })
})
