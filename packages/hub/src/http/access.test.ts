import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import Fastify from 'fastify'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { guardRoutes } from './access.ts'
import { Admission } from './admission.ts'
import type { Authenticators } from './authenticate.ts'
import { RateLimiter } from './rate-limits.ts'
import { makeUrls } from './urls.ts'

let hub: EmptyHub
let acme: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub?.close())

function assertCode(answer: Answer, status: number, code: string) {
  assert.deepEqual([answer.status, answer.body?._error.code], [status, code], answer.text)
}

describe('a route', () => {
  it('without an access rule prevents the start of the hub', () => {
    const app = Fastify()
    const urls = makeUrls({ publicUrl: 'http://127.0.0.1:4000', isExposed: false, trustedProxies: [] })
    guardRoutes(app, {} as Authenticators, urls, new Admission(), new RateLimiter({ channel: 0, token: 0, company: 0 }))
    assert.throws(() => app.get('/open', async () => 'anybody'), /does not say who may call it/)
  })
})

describe('a caller', () => {
  it('without a token is asked for one', async () => {
    const answers = [
      await hub.request('GET', '/me'),
      await hub.request('GET', '/me', { as: 'Basic YTpi' }),
      await hub.request('GET', `/me?token=${acme.apiToken}&access_token=${acme.apiToken}`),
    ]
    for (const answer of answers) {
      assertCode(answer, 401, 'missing_token')
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    }
  })

  it('with an invalid token is refused, whatever it looks like', async () => {
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const tokens = ['x', 'a.b.c', 'prt_', 'prt_x', `${none}.e30.`, '.'.repeat(200), '%00', 'ü', `${'a'.repeat(9_000)}`]
    for (const token of tokens) {
      assertCode(
        await hub.request('GET', '/me', { as: `Bearer ${Buffer.from(token).toString('latin1')}` }),
        401,
        'invalid_token',
      )
    }
  })

  it('with a channel token can use only the routes of channels', async () => {
    assertCode(await hub.request('GET', '/me', { as: acme.channelToken() }), 403, 'forbidden')
    assertCode(await hub.request('GET', '/inboxes', { as: acme.channelToken() }), 403, 'forbidden')
    assertCode(
      await hub.request('POST', '/api_tokens', { as: acme.channelToken(), body: { name: 'x' } }),
      403,
      'forbidden',
    )
  })

  it('without admin rights cannot use the routes of admins', async () => {
    const as = await hub.signIn(acme.member.email)
    assertCode(await hub.request('POST', '/inboxes', { as, body: { name: 'mine' } }), 403, 'forbidden')
    assertCode(await hub.request('POST', '/api_tokens', { as, body: { name: 'mine' } }), 403, 'forbidden')
    assertCode(await hub.request('POST', '/invitations', { as, body: { email: 'a@b.example' } }), 403, 'forbidden')
    const self = publicId('tea', acme.companyId, acme.memberId)
    assertCode(await hub.request('PATCH', `/teammates/${self}`, { as, body: { is_admin: true } }), 403, 'forbidden')
    await hub.request('PATCH', '/me/teammate', { as, body: { is_admin: true, first_name: 'Benny' } })
    const me = await hub.request('GET', '/me/teammate', { as })
    assert.deepEqual([me.body.first_name, me.body.is_admin], ['Benny', false])
  })

  it('whose API token was deleted is refused at once', async () => {
    const made = await hub.request('POST', '/api_tokens', { as: acme.apiToken, body: { name: 'short-lived' } })
    assert.equal(made.status, 201)
    const as = `Bearer ${made.body.token}`
    assert.equal((await hub.request('GET', '/me', { as })).status, 200)
    assert.equal((await hub.request('DELETE', `/api_tokens/${made.body.id}`, { as: acme.apiToken })).status, 204)
    assertCode(await hub.request('GET', '/me', { as }), 401, 'invalid_token')
  })

  it('finds no API token in the database, only its hash', async () => {
    const made = await hub.request('POST', '/api_tokens', { as: acme.apiToken, body: { name: 'sealed' } })
    const rows = await hub.db.query(
      'dump',
      'select t::text from api_tokens t union all select d::text from directory.api_tokens d',
    )
    assert.ok(!JSON.stringify(rows).includes(made.body.token))
    const listed = await hub.request('GET', '/api_tokens', { as: acme.apiToken })
    assert.ok(!listed.text.includes(made.body.token))
  })
})

describe('a page of another site', () => {
  it('cannot act with the cookie of a signed-in teammate', async () => {
    const as = await hub.signIn(acme.admin.email)
    const body = { name: 'forged' }
    const forged: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: hub.settings.publicUrl.replace('127.0.0.1', '127.0.0.1.evil.example') },
      { origin: hub.settings.publicUrl, 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of forged) assertCode(await hub.request('POST', '/inboxes', { as, body, headers }), 403, 'csrf')
    const noOrigin = { headers: { cookie: as }, body }
    assertCode(await hub.request('POST', '/inboxes', noOrigin), 403, 'csrf')
    assertCode(await hub.request('POST', '/sign_out', { headers: { cookie: as } }), 403, 'csrf')
    assertCode(
      await hub.request('POST', '/sign_in', { body: {}, headers: { origin: 'https://evil.example' } }),
      400,
      'invalid_body',
    )
    const inboxes = await hub.request('GET', '/inboxes', { as: acme.apiToken })
    assert.ok(!inboxes.text.includes('forged'))
  })

  it('cannot sign a visitor in as the attacker', async () => {
    const body = { email: acme.admin.email, password: 'whatever else' }
    const headers = { origin: 'https://evil.example' }
    assertCode(await hub.request('POST', '/sign_in', { body, headers }), 403, 'csrf')
  })

  it('does not matter to a token, which no page can send', async () => {
    const headers = { origin: 'https://integration.example', 'sec-fetch-site': 'cross-site' }
    const made = await hub.request('POST', '/inboxes', { as: acme.apiToken, body: { name: 'by token' }, headers })
    assert.equal(made.status, 201)
  })
})
