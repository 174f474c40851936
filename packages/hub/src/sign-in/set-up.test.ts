import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Answer, cookieOf, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

function assertCode(answer: Answer, status: number, code: string) {
  assert.deepEqual([answer.status, answer.body?._error.code], [status, code], answer.text)
}

const first = {
  company_name: 'Acme',
  first_name: 'Ada',
  last_name: 'Example',
  email: 'Ada@acme.example',
  password: 'long enough',
}

async function withHub(
  options: [Parameters<typeof startEmptyHub>[0]?, string?],
  work: (hub: EmptyHub) => Promise<void>,
) {
  const hub = await startEmptyHub(...options)
  try {
    await work(hub)
  } finally {
    await hub.close()
  }
}

describe('set-up', () => {
  it('makes the company and its first admin, signs them in, and is over', async () => {
    await withHub([], async (hub) => {
      assert.deepEqual((await hub.request('GET', '/setup')).body, { needed: true, code_required: false, demo: null })
      const answer = await hub.request('POST', '/setup', { body: first })
      assert.equal(answer.status, 204, answer.text)
      const as = cookieOf(answer)
      const me = await hub.request('GET', '/me/teammate', { as })
      assert.deepEqual([me.body.email, me.body.is_admin], ['ada@acme.example', true])
      assert.equal((await hub.request('GET', '/me', { as })).body.name, 'Acme')
      assert.equal((await hub.request('GET', '/inboxes', { as })).body._results.length, 1)
      assertCode(
        await hub.request('POST', '/setup', { body: { ...first, email: 'eve@evil.example' } }),
        409,
        'set_up_done',
      )
      assert.equal((await hub.request('GET', '/setup')).body.needed, false)
    })
  })

  it('needs a code, except on the machine itself', async () => {
    await withHub([], async (hub) => {
      for (const headers of [...proxied, { host: 'inbox.example' }] as Record<string, string>[]) {
        const at = {
          method: 'POST',
          url: '/setup',
          headers: { host: 'localhost', ...headers },
          payload: first,
        } as const
        assert.equal((await hub.app.inject(at)).statusCode, 403, JSON.stringify(headers))
      }
      assert.equal((await hub.request('GET', '/setup')).body.needed, true)
    })
  })

  it('accepts one of many concurrent first admins', async () => {
    await withHub([], async (hub) => {
      const rivals = Array.from({ length: 6 }, (_, n) =>
        hub.request('POST', '/setup', { body: { ...first, email: `rival${n}@acme.example` } }),
      )
      const statuses = (await Promise.all(rivals)).map((answer) => answer.status)
      assert.deepEqual(statuses.toSorted(), [204, 409, 409, 409, 409, 409])
      const companies = await hub.db.query('count', 'select 1 from companies')
      assert.equal(companies.length, 1)
    })
  })

  it('asks for the code from the banner where others can reach the hub, and cannot be guessed', async () => {
    await withHub([{ isExposed: true }, 'ABCD-EFGH-JKMN'], async (hub) => {
      assert.equal((await hub.request('GET', '/setup')).body.code_required, true)
      assertCode(await hub.request('POST', '/setup', { body: first }), 403, 'forbidden')
      for (const code of ['', 'ABCD', 'XXXX-XXXX-XXXX', 'ABCD-EFGH-JKMM']) {
        assertCode(await hub.request('POST', '/setup', { body: { ...first, code } }), 403, 'forbidden')
      }
      const right = { ...first, code: 'abcd-efgh-jkmn ' }
      assertCode(await hub.request('POST', '/setup', { body: right }), 429, 'too_many_attempts')
      await hub.db.query('forget', 'delete from directory.sign_in_attempts')
      assert.equal((await hub.request('POST', '/setup', { body: right })).status, 204)
    })
  })

  it('refuses a short password and an invalid e-mail address', async () => {
    await withHub([], async (hub) => {
      assertCode(await hub.request('POST', '/setup', { body: { ...first, password: 'seven77' } }), 400, 'invalid_body')
      for (const email of [
        'x',
        'a@b',
        'a@b.example, c@d.example',
        'user@good.example(x)evil.example',
        'a@b.example\r\nBcc: c@d.example',
        'Ada <a@b.example>',
      ]) {
        assertCode(await hub.request('POST', '/setup', { body: { ...first, email } }), 400, 'invalid_body')
      }
    })
  })
})

/** A request as proxies forward it. */
const proxied: Record<string, string>[] = [
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-forwarded-host': 'x' },
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-port': '443' },
  { 'x-forwarded-server': 'x' },
  { forwarded: 'for=127.0.0.1' },
  { via: '1.1 x' },
  { 'x-real-ip': '127.0.0.1' },
  { 'x-client-ip': '127.0.0.1' },
  { 'cf-connecting-ip': '127.0.0.1' },
  { 'cf-ray': '1' },
  { 'cdn-loop': 'x' },
  { 'true-client-ip': '127.0.0.1' },
  { 'x-original-host': 'x' },
]
const foreignHosts = [
  ...['evil.example', 'inbox.example:4000', '10.0.0.5', '0.0.0.0:4000', '[2001:db8::1]:4000', 'localhost.evil.example'],
  ...['127.0.0.1.evil.example', '127.evil.example', 'notlocalhost', '[::ffff:10.0.0.1]', '2130706433'],
]
const ownHosts = ['localhost', 'LOCALHOST:8080', '127.0.0.1', '127.0.0.1:4000', '127.9.9.9:1', '[::1]', '[::1]:4000']

describe('the demo sign-in', () => {
  const demoHub: Parameters<typeof startEmptyHub>[0] = { demo: true }

  async function addDemo(hub: EmptyHub) {
    const demo = await hub.addStaffedCompany('demo')
    await hub.db.query('mark', 'update companies set is_demo = true where company_id = $1', [demo.companyId])
    return demo
  }

  it('is one click on the machine itself', async () => {
    await withHub([demoHub], async (hub) => {
      const demo = await addDemo(hub)
      const state = await hub.request('GET', '/setup')
      const ada = state.body.demo.teammates.find((teammate: { email: string }) => teammate.email === demo.admin.email)
      const answer = await hub.request('POST', '/demo/sign_in', { body: { teammate_id: ada.id } })
      assert.equal(answer.status, 204)
      assert.equal((await hub.request('GET', '/me/teammate', { as: cookieOf(answer) })).body.email, demo.admin.email)
    })
  })

  it('does not exist for a request through a proxy, under a foreign name, or from a foreign page', async () => {
    await withHub([demoHub], async (hub) => {
      await addDemo(hub)
      const { teammates } = (await hub.request('GET', '/setup')).body.demo
      const body = { teammate_id: teammates[0].id }
      for (const headers of proxied) {
        const name = JSON.stringify(headers)
        assert.equal((await hub.request('POST', '/demo/sign_in', { body, headers })).status, 404, name)
        assert.equal((await hub.request('GET', '/setup', { headers })).body.demo, null, name)
        assert.equal((await hub.request('GET', '/metrics', { headers })).status, 404, name)
      }
      for (const host of foreignHosts) {
        const headers = { host }
        const at = { method: 'POST', url: '/demo/sign_in', headers, payload: body } as const
        assert.equal((await hub.app.inject(at)).statusCode, 404, host)
        assert.equal((await hub.app.inject({ url: '/setup', headers })).json().demo, null, host)
        assert.equal((await hub.app.inject({ url: '/metrics', headers })).statusCode, 404, host)
      }
      for (const host of ownHosts) {
        assert.notEqual((await hub.app.inject({ url: '/setup', headers: { host } })).json().demo, null, host)
        assert.equal((await hub.app.inject({ url: '/metrics', headers: { host } })).statusCode, 200, host)
      }
      const elsewhere = { url: '/metrics', headers: { host: 'localhost' }, remoteAddress: '192.0.2.7' }
      assert.equal((await hub.app.inject(elsewhere)).statusCode, 404)
      assert.equal((await hub.app.inject({ ...elsewhere, url: '/setup' })).json().demo, null)
      const headers = { origin: 'https://evil.example' }
      assertCode(await hub.request('POST', '/demo/sign_in', { body, headers }), 403, 'csrf')
    })
  })

  it('signs in only teammates of the demo company, and does not exist without the setting', async () => {
    await withHub([demoHub], async (hub) => {
      await addDemo(hub)
      const real = await hub.addStaffedCompany('real')
      const state = await hub.request('GET', '/setup')
      assert.ok(!state.text.includes('real.example'))
      const { publicId } = await import('@portico/protocol')
      const body = { teammate_id: publicId('tea', real.companyId, real.adminId) }
      assertCode(await hub.request('POST', '/demo/sign_in', { body }), 404, 'not_found')
    })
    await withHub([{ demo: false }], async (hub) => {
      await addDemo(hub)
      assert.equal((await hub.request('GET', '/setup')).body.demo, null)
      assertCode(await hub.request('POST', '/demo/sign_in', { body: { teammate_id: 'tea_1' } }), 404, 'not_found')
    })
  })
})
