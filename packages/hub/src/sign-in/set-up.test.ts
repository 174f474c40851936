import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Answer, cookieOf, startWorld, type TestHub } from '../http/test-world.ts'

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

async function withHub(options: [Parameters<typeof startWorld>[0]?, string?], work: (hub: TestHub) => Promise<void>) {
  const hub = await startWorld(...options)
  try {
    await work(hub)
  } finally {
    await hub.close()
  }
}

describe('set-up', () => {
  it('makes the company and its first admin, signs them in, and is over', async () => {
    await withHub([], async (hub) => {
      assert.deepEqual((await hub.call('GET', '/setup')).body, { needed: true, code_required: false, demo: null })
      const answer = await hub.call('POST', '/setup', { body: first })
      assert.equal(answer.status, 204, answer.text)
      const as = cookieOf(answer)
      const me = await hub.call('GET', '/me/teammate', { as })
      assert.deepEqual([me.body.email, me.body.is_admin], ['ada@acme.example', true])
      assert.equal((await hub.call('GET', '/me', { as })).body.name, 'Acme')
      assert.equal((await hub.call('GET', '/inboxes', { as })).body._results.length, 1)
      assertCode(
        await hub.call('POST', '/setup', { body: { ...first, email: 'eve@evil.example' } }),
        409,
        'set_up_done',
      )
      assert.equal((await hub.call('GET', '/setup')).body.needed, false)
    })
  })

  it('lets one of many who are first at once be first', async () => {
    await withHub([], async (hub) => {
      const rivals = Array.from({ length: 6 }, (_, n) =>
        hub.call('POST', '/setup', { body: { ...first, email: `rival${n}@acme.example` } }),
      )
      const statuses = (await Promise.all(rivals)).map((answer) => answer.status)
      assert.deepEqual(statuses.toSorted(), [204, 409, 409, 409, 409, 409])
      const companies = await hub.db.query('count', 'select 1 from companies')
      assert.equal(companies.length, 1)
    })
  })

  it('asks for the code from the banner where others can reach the hub, and cannot be guessed', async () => {
    await withHub([{ isExposed: true }, 'ABCD-EFGH-JKMN'], async (hub) => {
      assert.equal((await hub.call('GET', '/setup')).body.code_required, true)
      assertCode(await hub.call('POST', '/setup', { body: first }), 403, 'forbidden')
      for (const code of ['', 'ABCD', 'XXXX-XXXX-XXXX', 'ABCD-EFGH-JKMM']) {
        assertCode(await hub.call('POST', '/setup', { body: { ...first, code } }), 403, 'forbidden')
      }
      const right = { ...first, code: 'abcd-efgh-jkmn ' }
      assertCode(await hub.call('POST', '/setup', { body: right }), 429, 'too_many_attempts')
      await hub.db.query('forget', 'delete from directory.sign_in_attempts')
      assert.equal((await hub.call('POST', '/setup', { body: right })).status, 204)
    })
  })

  it('refuses a short password and an address that is none', async () => {
    await withHub([], async (hub) => {
      assertCode(await hub.call('POST', '/setup', { body: { ...first, password: 'seven77' } }), 400, 'invalid_body')
      for (const email of [
        'x',
        'a@b',
        'a@b.example, c@d.example',
        'user@good.example(x)evil.example',
        'a@b.example\r\nBcc: c@d.example',
        'Ada <a@b.example>',
      ]) {
        assertCode(await hub.call('POST', '/setup', { body: { ...first, email } }), 400, 'invalid_body')
      }
    })
  })
})

describe('the demo sign-in', () => {
  const demoHub: Parameters<typeof startWorld>[0] = { demo: true }

  async function addDemo(hub: TestHub) {
    const demo = await hub.addCompany('demo')
    await hub.db.query('mark', 'update companies set is_demo = true where company_id = $1', [demo.companyId])
    return demo
  }

  it('is one click on the machine itself', async () => {
    await withHub([demoHub], async (hub) => {
      const demo = await addDemo(hub)
      const state = await hub.call('GET', '/setup')
      const ada = state.body.demo.teammates.find((teammate: { email: string }) => teammate.email === demo.adminEmail)
      const answer = await hub.call('POST', '/demo/sign_in', { body: { teammate_id: ada.id } })
      assert.equal(answer.status, 204)
      assert.equal((await hub.call('GET', '/me/teammate', { as: cookieOf(answer) })).body.email, demo.adminEmail)
    })
  })

  it('does not exist for a request through a proxy, under a foreign name, or from a foreign page', async () => {
    await withHub([demoHub], async (hub) => {
      await addDemo(hub)
      const { teammates } = (await hub.call('GET', '/setup')).body.demo
      const body = { teammate_id: teammates[0].id }
      const strangers: Record<string, string>[] = [
        { 'x-forwarded-for': '127.0.0.1' },
        { forwarded: 'for=127.0.0.1' },
        { 'x-forwarded-host': 'x' },
      ]
      for (const headers of strangers) {
        assertCode(await hub.call('POST', '/demo/sign_in', { body, headers }), 404, 'not_found')
        assert.equal((await hub.call('GET', '/setup', { headers })).body.demo, null)
      }
      const rebound = await hub.app.inject({
        method: 'POST',
        url: '/demo/sign_in',
        headers: { host: 'evil.example' },
        payload: body,
      })
      assert.equal(rebound.statusCode, 404)
      const headers = { origin: 'https://evil.example' }
      assertCode(await hub.call('POST', '/demo/sign_in', { body, headers }), 403, 'csrf')
    })
  })

  it('signs nobody in who is not of the demo company, and does not exist without the setting', async () => {
    await withHub([demoHub], async (hub) => {
      await addDemo(hub)
      const real = await hub.addCompany('real')
      const state = await hub.call('GET', '/setup')
      assert.ok(!state.text.includes('real.example'))
      const { publicId } = await import('@portico/protocol')
      const body = { teammate_id: publicId('tea', real.companyId, real.adminId) }
      assertCode(await hub.call('POST', '/demo/sign_in', { body }), 404, 'not_found')
    })
    await withHub([{ demo: false }], async (hub) => {
      await addDemo(hub)
      assert.equal((await hub.call('GET', '/setup')).body.demo, null)
      assertCode(await hub.call('POST', '/demo/sign_in', { body: { teammate_id: 'tea_1' } }), 404, 'not_found')
    })
  })
})
