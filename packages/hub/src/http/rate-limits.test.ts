import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import type { Principal } from './principal.ts'
import { RateLimiter } from './rate-limits.ts'

describe('a token bucket', () => {
  const channel = (channelId: number, companyId = 1): Principal => ({ kind: 'channel', companyId, channelId })
  const seen: Record<string, string> = {}
  const reply = {
    header(name: string, value: string) {
      seen[name] = value
    },
  } as never
  const refusalOf = (limiter: RateLimiter, principal: Principal) => {
    try {
      limiter.take(principal, reply)
      return null
    } catch (error) {
      return error as { code: string; message: string; retryAfter: number }
    }
  }

  it('takes the requests of a minute at once, and then one whenever its time has come', () => {
    let now = 0
    const limiter = new RateLimiter({ channel: 60, token: 60, company: 0 }, () => now)
    for (let n = 0; n < 60; n++) assert.equal(refusalOf(limiter, channel(1)), null)
    assert.deepEqual([seen['x-ratelimit-limit'], seen['x-ratelimit-remaining']], ['60', '0'])
    const refused = refusalOf(limiter, channel(1))
    assert.deepEqual(
      [refused?.code, refused?.message, refused?.retryAfter],
      ['rate_limited', 'Rate limit exceeded. Please retry in 1000 milliseconds.', 1],
    )
    now = 999
    assert.equal(refusalOf(limiter, channel(1))?.message, 'Rate limit exceeded. Please retry in 1 milliseconds.')
    now = 1_000
    assert.equal(refusalOf(limiter, channel(1)), null)
    assert.equal(refusalOf(limiter, channel(1))?.code, 'rate_limited')
    assert.equal(refusalOf(limiter, channel(2)), null)
  })

  it('of a company is shared by its channels and tokens, and by nobody else', () => {
    const limiter = new RateLimiter({ channel: 0, token: 0, company: 3 }, () => 0)
    const token: Principal = { kind: 'api_token', companyId: 1, apiTokenId: 9 }
    for (const principal of [channel(1), channel(2), token]) assert.equal(refusalOf(limiter, principal), null)
    assert.equal(refusalOf(limiter, token)?.code, 'rate_limited')
    assert.equal(refusalOf(limiter, channel(1, 2)), null)
    assert.equal(refusalOf(limiter, { kind: 'teammate', companyId: 1, teammateId: 1, isAdmin: true }), null)
  })

  it('does not count what it refuses', () => {
    let now = 0
    const limiter = new RateLimiter({ channel: 1, token: 0, company: 2 }, () => now)
    assert.equal(refusalOf(limiter, channel(1)), null)
    for (let n = 0; n < 50; n++) assert.equal(refusalOf(limiter, channel(1))?.code, 'rate_limited')
    assert.equal(refusalOf(limiter, channel(2)), null)
    now = 60_000
    assert.equal(refusalOf(limiter, channel(1)), null)
  })
})

describe('a hub with rate limits', () => {
  let hub: EmptyHub
  let company: StaffedCompany
  before(async () => {
    hub = await startEmptyHub({ rateLimits: { channel: 5, token: 40, company: 0 } })
    company = await hub.addStaffedCompany('acme')
  })
  after(() => hub?.close())

  let pushed = 0
  const push = (as = company.channelToken()): Promise<Answer> =>
    hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
      as,
      body: {
        sender: { handle: 'ivo' },
        body: 'Hello',
        metadata: { external_id: `m-${++pushed}`, external_conversation_id: 'c' },
      },
    })
  const limitsOf = ({ headers }: Answer) =>
    ['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-ratelimit-${name}`)))

  it('says in every answer to a token what is left, and then 429 in Front’s words', async () => {
    const first = await push()
    const [limit, remaining, reset = 0] = limitsOf(first)
    assert.deepEqual([first.status, limit, remaining], [202, 5, 4])
    assert.ok(Math.abs(reset - Date.now() / 1000 - 12) < 5)
    for (let n = 0; n < 4; n++) assert.equal((await push()).status, 202)
    const refused = await push()
    assert.equal(refused.status, 429)
    assert.equal(refused.body._error.code, 'rate_limited')
    const [, milliseconds] =
      /^Rate limit exceeded\. Please retry in (\d+) milliseconds\.$/.exec(refused.body._error.message) ?? []
    assert.ok(Number(milliseconds) > 0)
    assert.equal(refused.headers.get('retry-after'), String(Math.ceil(Number(milliseconds) / 1000)))
    assert.equal(limitsOf(refused)[1], 0)
    assert.ok(refused.headers.get('content-length'))
    const token = await hub.request('GET', '/conversations', { as: company.apiToken })
    assert.deepEqual([token.status, ...limitsOf(token).slice(0, 2)], [200, 40, 39])
    assert.equal((await hub.request('GET', '/nothing', { as: company.apiToken })).status, 404)
  })

  it('does not count people, nor who shows a token of nobody', async () => {
    const member = await hub.signIn(company.member.email)
    for (let n = 0; n < 10; n++) {
      const answer = await hub.request('GET', '/conversations', { as: member })
      assert.deepEqual([answer.status, answer.headers.get('x-ratelimit-limit')], [200, null])
      assert.equal((await push('Bearer x.y.z')).status, 401)
    }
  })

  it('stores what it takes, and nothing of what it refuses', async () => {
    const { rows } = await hub.db.pool.query('select count(*)::int as stored from messages')
    assert.equal(rows[0].stored, 5)
  })
})
