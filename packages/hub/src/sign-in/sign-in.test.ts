import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { PASSWORD, type StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, cookieOf, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

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

const isSignedIn = async (as: string) => (await hub.request('GET', '/me/teammate', { as })).status === 200
const attempt = (email: string, password: string) => hub.request('POST', '/sign_in', { body: { email, password } })

describe('signing in', () => {
  it('gives a cookie that scripts cannot read and other sites do not get', async () => {
    const answer = await attempt(` ${acme.admin.email.toUpperCase()} `, PASSWORD)
    assert.equal(answer.status, 204)
    const [cookie] = answer.headers.getSetCookie()
    assert.match(cookie ?? '', /^\d+_portico_session=.+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.ok(await isSignedIn(cookieOf(answer)))
  })

  it('has the same error for a wrong password, an unknown address and a blocked teammate', async () => {
    const blocked = publicId('tea', acme.companyId, acme.memberId)
    await hub.request('PATCH', `/teammates/${blocked}`, { as: acme.apiToken, body: { is_blocked: true } })
    const answers = [
      await attempt(acme.admin.email, 'not the password'),
      await attempt('nobody@acme.example', 'not the password'),
      await attempt(acme.member.email, PASSWORD),
      await attempt('no address', 'not the password'),
    ]
    for (const answer of answers) {
      assertCode(answer, 401, 'sign_in_failed')
      assert.equal(answer.body._error.message, answers[0]?.body._error.message)
      assert.deepEqual(answer.headers.getSetCookie(), [])
    }
    await hub.request('PATCH', `/teammates/${blocked}`, { as: acme.apiToken, body: { is_blocked: false } })
  })

  it('stops after five attempts a minute for an account, known or not, even with the right password', async () => {
    const globex = await hub.addStaffedCompany('globex')
    for (const email of [globex.admin.email, 'ghost@globex.example']) {
      for (let n = 0; n < 5; n++) assertCode(await attempt(email, `guess number ${n}`), 401, 'sign_in_failed')
      const sixth = await attempt(email, PASSWORD)
      assertCode(sixth, 429, 'too_many_attempts')
      assert.ok(Number(sixth.headers.get('retry-after')) >= 1)
      assert.match(sixth.body._error.message, /retry in \d+ milliseconds/)
    }
    assert.equal((await attempt(globex.member.email, PASSWORD)).status, 204)
  })

  it('starts a new session and ends the one the browser came with', async () => {
    const first = await hub.signIn(acme.admin.email)
    const again = await hub.request('POST', '/sign_in', {
      as: first,
      body: { email: acme.admin.email, password: PASSWORD },
    })
    assert.notEqual(cookieOf(again), first)
    assert.ok(await isSignedIn(cookieOf(again)))
    assert.ok(!(await isSignedIn(first)))
  })
})

describe('the address of a caller behind a proxy', () => {
  async function behind(trustedProxies: string[], work: (attempts: Attempts) => Promise<void>) {
    const proxied = await startEmptyHub({ trustedProxies })
    const { email } = (await proxied.addStaffedCompany('acme')).admin
    const statuses = async (forwarded: string[], account = email) => {
      const found: number[] = []
      for (const address of forwarded) {
        const headers = { 'x-forwarded-for': address }
        const body = { email: account, password: 'wrong password' }
        found.push((await proxied.request('POST', '/sign_in', { body, headers })).status)
      }
      return found
    }
    await work({ statuses, email, proxied }).finally(() => proxied.close())
  }
  interface Attempts {
    statuses(forwarded: string[], account?: string): Promise<number[]>
    email: string
    proxied: EmptyHub
  }
  const upTo = (count: number, address: (n: number) => string) => Array.from({ length: count }, (_, n) => address(n))
  const five = [401, 401, 401, 401, 401]

  it('is the one that the proxy forwards, not the one that the caller claims', async () => {
    await behind(['127.0.0.1'], async ({ statuses }) => {
      assert.deepEqual(await statuses(upTo(6, (n) => `10.0.0.${n}, 198.51.100.7`)), [...five, 429])
      assert.deepEqual(await statuses(['10.0.0.7, 198.51.100.8']), [401])
    })
  })

  it('is that of the proxy when it is not a trusted one (52)', async () => {
    for (const list of [['10.11.12.13'], ['10.0.0.0/8', 'fd00::/8'], []]) {
      await behind(list, async ({ statuses }) => {
        assert.deepEqual(await statuses(upTo(6, (n) => `198.51.100.${n}`)), [...five, 429], list.join())
      })
    }
  })

  it('behind another one the first address from the right that is no proxy of ours is the caller', async () => {
    await behind(['loopback', '10.0.0.0/8'], async ({ statuses }) => {
      assert.deepEqual(await statuses(upTo(6, (n) => `192.0.2.${n}, 198.51.100.7, 10.0.0.${n}, 10.9.9.9`)), [
        ...five,
        429,
      ])
      assert.deepEqual(await statuses(['198.51.100.7, 198.51.100.8, 10.0.0.1']), [401])
    })
  })

  it('is the same with ports, brackets, mapped addresses and within one IPv6 network', async () => {
    await behind(['127.0.0.1'], async ({ statuses }) => {
      const same = ['198.51.100.7', '198.51.100.7:1', '198.51.100.7:2', '::ffff:198.51.100.7', '[::ffff:c633:6407]:9']
      assert.deepEqual(await statuses([...same, ' 198.51.100.7 ']), [...five, 429])
    })
    await behind(['127.0.0.1'], async ({ statuses }) => {
      assert.deepEqual(await statuses(upTo(6, (n) => `2001:db8:1:2:${n}::${n}`)), [...five, 429])
      assert.deepEqual(await statuses(['2001:db8:1:3::1']), [401])
    })
  })

  it('is that of the proxy when it forwards no address', async () => {
    await behind(['127.0.0.1'], async ({ statuses }) => {
      assert.deepEqual(await statuses(upTo(6, (n) => `198.51.100.${n}, unknown`)), [...five, 429])
      assert.deepEqual(await statuses(upTo(2, (n) => `_hidden${n}`)), [429, 429])
    })
  })

  it('one account is guessed no faster from many addresses, and one caller does not lock it for the others', async () => {
    await behind(['127.0.0.1'], async ({ statuses, email, proxied }) => {
      await statuses(upTo(40, () => '198.51.100.7'))
      assert.deepEqual(await statuses(['198.51.100.8']), [401])
      const many = await statuses(upTo(12, (n) => `203.0.113.${n}`))
      assert.deepEqual([many.indexOf(429), many.at(-1)], [4, 429])
      await proxied.db.query('forget', 'delete from directory.sign_in_attempts')
      await statuses(upTo(9, (n) => `203.0.113.${n}`))
      assert.equal(typeof (await proxied.signIn(email)), 'string')
      assert.deepEqual(await statuses(['203.0.113.77']), [401])
    })
  })

  it('is recognised as an IPv4 address on a dual-stack socket', async () => {
    const proxied = await startEmptyHub({ host: '::', trustedProxies: ['127.0.0.1'] })
    try {
      const { email } = (await proxied.addStaffedCompany('acme')).admin
      const origin = `http://127.0.0.1:${new URL(proxied.url).port}`
      const statuses = []
      for (let n = 0; n < 7; n++) {
        const headers = {
          'x-forwarded-for': n < 6 ? '198.51.100.7' : '198.51.100.8',
          'content-type': 'application/json',
        }
        const body = JSON.stringify({ email, password: 'wrong password' })
        statuses.push((await fetch(`${origin}/sign_in`, { method: 'POST', headers, body })).status)
      }
      assert.deepEqual(statuses, [...five, 429, 401])
    } finally {
      await proxied.close()
    }
  })
})

describe('a session', () => {
  it('ends with sign-out, for good', async () => {
    const as = await hub.signIn(acme.admin.email)
    assert.equal((await hub.request('POST', '/sign_out', { as })).status, 204)
    assertCode(await hub.request('GET', '/me/teammate', { as }), 401, 'sign_in_required')
    assert.equal((await hub.request('POST', '/sign_out')).status, 204)
  })

  it('ends when the teammate is blocked, everywhere', async () => {
    const as = await hub.signIn(acme.member.email)
    const id = publicId('tea', acme.companyId, acme.memberId)
    await hub.request('PATCH', `/teammates/${id}`, { as: acme.apiToken, body: { is_blocked: true } })
    assertCode(await hub.request('GET', '/me/teammate', { as }), 401, 'sign_in_required')
    await hub.request('PATCH', `/teammates/${id}`, { as: acme.apiToken, body: { is_blocked: false } })
    assertCode(await hub.request('GET', '/me/teammate', { as }), 401, 'sign_in_required')
  })

  it('cannot be made up or changed', async () => {
    const as = await hub.signIn(acme.admin.email)
    const [token = '', signature = ''] = as.replace(/^\d+_portico_session=/, '').split('.')
    for (const forged of [token, `${token}x.${signature}`, `${token}.${signature.slice(0, -4)}AAA%3D`, 'x.y', '']) {
      assertCode(
        await hub.request('GET', '/me', { as: `${new URL(hub.url).port}_portico_session=${forged}` }),
        401,
        'sign_in_required',
      )
    }
  })
})

describe('two hubs on one host', () => {
  /** The Cookie header of a browser, which keeps cookies by host: both hubs get what either has set. */
  function browser() {
    const jar = new Map<string, string>()
    const keep = (answer: Answer) => {
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (value && !/Max-Age=0\b/.test(cookie)) jar.set(name, value)
        else jar.delete(name)
      }
      return answer
    }
    const as = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return {
      jar,
      call: async (at: EmptyHub, method: string, path: string, body?: object) =>
        keep(await at.request(method, path, { as: as() || undefined, body })),
    }
  }

  it('do not sign each other out (23)', async () => {
    const neighbour = await startEmptyHub()
    try {
      const { admin } = await neighbour.addStaffedCompany('neighbour')
      const { jar, call } = browser()
      const isIn = async (at: EmptyHub) => (await call(at, 'GET', '/me/teammate')).status === 200
      await call(hub, 'POST', '/sign_in', { email: acme.admin.email, password: PASSWORD })
      await call(neighbour, 'POST', '/sign_in', admin)
      assert.deepEqual([await isIn(hub), await isIn(neighbour)], [true, true])
      await call(neighbour, 'POST', '/sign_out')
      assert.deepEqual([await isIn(hub), await isIn(neighbour)], [true, false])
      await call(neighbour, 'POST', '/sign_in', admin)
      await call(hub, 'POST', '/sign_out')
      assert.deepEqual([await isIn(hub), await isIn(neighbour)], [false, true])
      assert.equal(jar.size, 1)
    } finally {
      await neighbour.close()
    }
  })

  it('keep sessions from before the port was in the cookie’s name, and rename the cookie', async () => {
    const { jar, call } = browser()
    await call(hub, 'POST', '/sign_in', { email: acme.admin.email, password: PASSWORD })
    const [[name = '', value = ''] = []] = jar
    jar.clear()
    jar.set('portico_session', value)
    assert.equal((await call(hub, 'GET', '/inboxes')).status, 200)
    assert.equal((await call(hub, 'GET', '/me/teammate')).status, 200)
    assert.deepEqual([...jar], [[name, value]])
    assert.equal((await call(hub, 'GET', '/me/teammate')).status, 200)
    await call(hub, 'POST', '/sign_out')
    assert.equal((await call(hub, 'GET', '/me/teammate')).status, 401)
  })

  it('do not touch the neighbour’s cookie of before', async () => {
    const { jar, call } = browser()
    jar.set('portico_session', 'of.another')
    await call(hub, 'POST', '/sign_in', { email: acme.admin.email, password: PASSWORD })
    assert.equal((await call(hub, 'GET', '/me/teammate')).status, 200)
    await call(hub, 'POST', '/sign_out')
    assert.deepEqual([...jar], [['portico_session', 'of.another']])
  })
})

describe('a session on https', () => {
  it('has a __Host- cookie that is Secure, and HSTS', async () => {
    const secure = await startEmptyHub({ publicUrl: 'https://inbox.example', isExposed: true, port: 0 })
    secure.settings.publicUrl = 'https://inbox.example'
    try {
      const { admin } = await secure.addStaffedCompany('acme')
      const answer = await secure.request('POST', '/sign_in', { body: admin })
      assert.match(
        answer.headers.getSetCookie()[0] ?? '',
        /^__Host-portico_session=.+; HttpOnly; Secure; SameSite=Lax$/,
      )
      assert.match(answer.headers.get('strict-transport-security') ?? '', /max-age=\d{8}/)
    } finally {
      await secure.close()
    }
  })
})
