import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import pg from 'pg'
import { PASSWORD, type StaffedCompany } from '../../../../tests/harness/company.ts'
import { cookieOf, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { createTeammate } from '../teammates/create.ts'

let hub: EmptyHub
let acme: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub?.close())

let count = 0
const person = { first_name: 'Cy', last_name: 'New', password: 'long enough' }

async function call(method: string, path: string, options: Parameters<EmptyHub['request']>[2] = {}) {
  await hub.db.query('forget', 'delete from directory.sign_in_attempts')
  return hub.request(method, path, options)
}

async function invite(email: string, as = acme.apiToken, more = {}) {
  const made = await call('POST', '/invitations', { as, body: { email, ...more } })
  assert.equal(made.status, 201, made.text)
  return { id: made.body.id as string, token: made.body.url.split('/').at(-1) as string }
}

const accept = (token: string) => call('POST', `/invitations/by_token/${token}/accept`, { body: person })
const signIn = (email: string, password: string) => call('POST', '/sign_in', { body: { email, password } })

/** A teammate who holds one secret of every kind. */
async function holder(isAdmin = true) {
  const email = `holder${count++}@acme.example`
  const number = await createTeammate(hub.db, hub.bus, acme.system, {
    email,
    firstName: 'Hol',
    lastName: 'Der',
    isAdmin: true,
    password: PASSWORD,
  })
  const path = `/teammates/${publicId('tea', acme.companyId, number)}`
  const session = await hub.signIn(email)
  const token = async (as: string) => {
    const made = await call('POST', '/api_tokens', { as, body: { name: 'mine' } })
    assert.equal(made.status, 201, made.text)
    return `Bearer ${made.body.token}`
  }
  const apiToken = isAdmin ? await token(session) : acme.apiToken
  const madeByToken = isAdmin ? await token(apiToken) : acme.apiToken
  const joinLink = isAdmin ? await invite(`guest${count++}@acme.example`, session, { is_admin: true }) : null
  const joinLinkByToken = isAdmin ? await invite(`guest${count++}@acme.example`, apiToken) : null
  if (!isAdmin) assert.equal((await call('PATCH', path, { as: acme.apiToken, body: { is_admin: false } })).status, 204)
  const passwordLink = await invite(email)
  return { email, number, path, session, apiToken, madeByToken, joinLink, joinLinkByToken, passwordLink }
}
type Holder = Awaited<ReturnType<typeof holder>>

const answers = async (as: string) => (await call('GET', '/me', { as })).status === 200
const opens = async (link: { token: string } | null) =>
  (await call('GET', `/invitations/by_token/${link?.token}`)).status === 200

/** The secrets that still work. An ended link is tried, too: it must set no password. */
async function living(holder: Holder, password = PASSWORD): Promise<string[]> {
  const found: [string, boolean][] = [
    ['password link', await opens(holder.passwordLink)],
    ['join link', await opens(holder.joinLink)],
    ['join link by token', await opens(holder.joinLinkByToken)],
    ['session', await answers(holder.session)],
    ['API token', await answers(holder.apiToken)],
    ['token by token', await answers(holder.madeByToken)],
    ['password', (await signIn(holder.email, password)).status === 204],
  ]
  for (const [name, link] of Object.entries({ ...holder, apiToken: null, madeByToken: null })) {
    if (!/link/i.test(name) || link === null || (await opens(link as { token: string }))) continue
    const { status } = await accept((link as { token: string }).token)
    assert.ok(status === 410 || status === 404, `${name}: ${status}`)
  }
  return found.filter(([, works]) => works).map(([name]) => name)
}

const everything = [
  'password link',
  'join link',
  'join link by token',
  'session',
  'API token',
  'token by token',
  'password',
]
const patch = (holder: Holder, body: object) => call('PATCH', holder.path, { as: acme.apiToken, body })

interface Way {
  name: string
  end(one: Holder): Promise<unknown>
  /** The secrets that work afterwards. */
  stays: string[]
}

const ways: Way[] = [
  { name: 'nothing', end: async () => {}, stays: everything },
  { name: 'blocking', end: (holder) => patch(holder, { is_blocked: true }), stays: [] },
  {
    name: 'blocking, also after unblocking,',
    end: async (holder) => [await patch(holder, { is_blocked: true }), await patch(holder, { is_blocked: false })],
    stays: ['password'],
  },
  {
    name: 'taking the admin’s rights',
    end: (holder) => patch(holder, { is_admin: false }),
    stays: ['session', 'password'],
  },
  {
    name: 'taking and giving back the admin’s rights',
    end: async (holder) => [await patch(holder, { is_admin: false }), await patch(holder, { is_admin: true })],
    stays: ['session', 'password'],
  },
  {
    name: 'another e-mail address',
    end: (holder) =>
      hub.db.query('move', 'update teammates set email = $3 where company_id = $1 and id = $2', [
        acme.companyId,
        holder.number,
        `moved-${holder.email}`,
      ]),
    stays: everything.filter((kind) => kind !== 'password link'),
  },
  {
    name: 'another link for the same address',
    end: (holder) => invite(holder.email),
    stays: everything.filter((kind) => kind !== 'password link'),
  },
  {
    name: 'taking the link back',
    end: (holder) => call('DELETE', `/invitations/${holder.passwordLink.id}`, { as: acme.apiToken }),
    stays: everything.filter((kind) => kind !== 'password link'),
  },
  {
    name: 'a new password by the link',
    end: async (holder) => assert.equal((await accept(holder.passwordLink.token)).status, 204),
    stays: ['join link', 'join link by token', 'API token', 'token by token'],
  },
  {
    name: 'signing out',
    end: (holder) => call('POST', '/sign_out', { as: holder.session }),
    stays: everything.filter((kind) => kind !== 'session'),
  },
]

describe('an action that ends a right', () => {
  for (const { name, end, stays } of ways) {
    it(`ends the secrets of the right: ${name} leaves ${stays.length === 0 ? 'nothing' : stays.join(', ')}`, async () => {
      const one = await holder()
      await end(one)
      assert.deepEqual(await living(one), stays)
    })
  }

  it('ends the invitation of a member when they become an admin', async () => {
    const one = await holder(false)
    assert.ok(await opens(one.passwordLink))
    await patch(one, { is_admin: true })
    assert.ok(!(await opens(one.passwordLink)))
    assert.equal((await accept(one.passwordLink.token)).status, 410)
    assert.equal((await signIn(one.email, PASSWORD)).status, 204)
  })
})

describe('a link to join', () => {
  it('ends when another one for the address is made, and when that is used', async () => {
    const email = 'twice-invited@acme.example'
    const first = await invite(email, acme.apiToken, { is_admin: true })
    const second = await invite(email)
    assert.ok(!(await opens(first)))
    assert.equal((await accept(first.token)).status, 410)
    const joined = await accept(second.token)
    assert.equal((await hub.request('GET', '/me/teammate', { as: cookieOf(joined) })).body.is_admin, false)
    for (const link of [first, second]) assert.equal((await accept(link.token)).status, 410)
  })

  it('cannot change the password of a teammate who has joined since', async () => {
    const email = 'reopened@acme.example'
    const first = await invite(email)
    const second = await invite(email)
    await hub.db.query('reopen', 'update invitations set ended_at = null')
    assert.equal((await accept(second.token)).status, 204)
    await hub.db.query('reopen', 'update invitations set ended_at = null')
    assert.ok(!(await opens(first)))
    assert.equal((await accept(first.token)).status, 410)
  })

  it('made many times at once leaves one that works', async () => {
    const email = 'many@acme.example'
    const links = await Promise.all(Array.from({ length: 6 }, () => invite(email)))
    const open = await Promise.all(links.map(opens))
    assert.equal(open.filter(Boolean).length, 1)
    const listed = await hub.request('GET', '/invitations', { as: acme.apiToken })
    assert.equal(listed.body._results.filter((result: { email: string }) => result.email === email).length, 1)
  })

  it('accepted at once with its successor makes one teammate with one password', async () => {
    const email = 'race@acme.example'
    const links = [await invite(email), await invite(email)]
    const statuses = await Promise.all(links.map(async ({ token }) => (await accept(token)).status))
    assert.deepEqual(statuses.toSorted(), [204, 410])
  })

  it('has its purpose', async () => {
    const join = await invite('purpose@acme.example', acme.apiToken, { is_admin: true })
    const back = await invite(acme.member.email, acme.apiToken, { is_admin: true })
    const shown = await Promise.all([join, back].map(({ token }) => call('GET', `/invitations/by_token/${token}`)))
    assert.deepEqual(
      shown.map(({ body }) => [body.purpose, body.is_admin]),
      [
        ['join', true],
        ['new_password', false],
      ],
    )
  })

  it('needs a name, where one for a new password does not', async () => {
    const join = await invite('nameless@acme.example')
    const back = await invite(acme.member.email)
    const body = { password: 'long enough' }
    const refused = await call('POST', `/invitations/by_token/${join.token}/accept`, { body })
    assert.deepEqual([refused.status, refused.body._error.code], [400, 'invalid_body'])
    assert.equal((await call('POST', `/invitations/by_token/${back.token}/accept`, { body })).status, 204)
  })
})

describe('a password that is changed while somebody signs in with the old one', () => {
  it('leaves no session that the old one opened', async () => {
    for (let round = 0; round < 5; round++) {
      const one = await holder()
      const [signedIn] = await Promise.all([signIn(one.email, PASSWORD), accept(one.passwordLink.token)])
      if (signedIn.status === 204) assert.ok(!(await answers(cookieOf(signedIn))), `round ${round}`)
    }
  })
})

describe('a request of an admin whose right ends meanwhile', () => {
  const makings = (as: string): Promise<{ status: number }>[] => [
    call('POST', '/api_tokens', { as, body: { name: 'late' } }),
    call('POST', '/invitations', { as, body: { email: `late${count++}@acme.example`, is_admin: true } }),
    call('PATCH', `/teammates/${publicId('tea', acme.companyId, acme.memberId)}`, { as, body: { is_admin: true } }),
    call('POST', `/inboxes/${publicId('inb', acme.companyId, acme.privateInboxId)}/teammates`, {
      as,
      body: { teammate_ids: [publicId('tea', acme.companyId, acme.memberId)] },
    }),
  ]
  const change = (holder: Holder, fields: object) => ({
    text: 'select update_teammate($1)',
    values: [{ company: acme.companyId, teammate: holder.number, actor: 'system', ...fields }],
  })
  const endings: { name: string; as: 'session' | 'apiToken'; end(one: Holder): pg.QueryConfig }[] = [
    { name: 'blocked', as: 'session', end: (holder) => change(holder, { is_blocked: true }) },
    { name: 'made a member', as: 'session', end: (holder) => change(holder, { is_admin: false }) },
    { name: 'blocked, by their API token', as: 'apiToken', end: (holder) => change(holder, { is_blocked: true }) },
    {
      name: 'whose API token is deleted',
      as: 'apiToken',
      end: () => ({
        text: 'select delete_api_token($1, max(id)) from api_tokens where company_id = $1 and name = $2',
        values: [acme.companyId, 'ending'],
      }),
    },
  ]
  for (const { name, as, end } of endings) {
    it(`creates nothing: ${name}`, async () => {
      const one = await holder()
      const ending = await call('POST', '/api_tokens', { as: one.session, body: { name: 'ending' } })
      const asked = { session: one.session, apiToken: `Bearer ${ending.body.token}` }[as]
      const before = await hub.db.query('t_made', 'select from api_tokens where company_id = $1', [acme.companyId])
      const locker = await begin()
      await locker.query('select from counters where company_id = $1 for update', [acme.companyId])
      const answers = Promise.all(makings(asked))
      await untilWaiting(4)
      await locker.query(end(one))
      await locker.query('commit')
      await locker.end()
      assert.deepEqual(
        (await answers).map(({ status }) => status),
        [403, 403, 403, 403],
      )
      const after = await hub.db.query('t_made', 'select from api_tokens where company_id = $1', [acme.companyId])
      assert.ok(after.length <= before.length)
    })
  }
})

describe('a sign-in whose right ends meanwhile', () => {
  const ends: Record<string, (one: Holder) => pg.QueryConfig> = {
    'the password is changed': (holder) => ({
      text: `select put_sign_in($1, $2, $3, 'Hol', '{"password_hash": "another"}')`,
      values: [acme.companyId, holder.number, holder.email],
    }),
    'the teammate is blocked': (holder) => ({
      text: 'select update_teammate($1)',
      values: [{ company: acme.companyId, actor: 'system', teammate: holder.number, is_blocked: true }],
    }),
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`leaves no session: ${name}`, async () => {
      const one = await holder()
      const locker = await begin()
      await locker.query(end(one))
      const signingIn = signIn(one.email, PASSWORD)
      await Promise.race([untilWaiting(1), signingIn])
      await locker.query('commit')
      await locker.end()
      assert.equal((await signingIn).status, 401)
      const sessions = await hub.db.query(
        't_sessions',
        `select from directory.sessions s join directory.sign_ins l on l.user_id = s.user_id
         where l.company_id = $1 and l.teammate_id = $2`,
        [acme.companyId, one.number],
      )
      assert.equal(sessions.length, 0)
    })
  }
})

it('signing out is not reported as done when the session could not be ended', async () => {
  const one = await holder()
  const locker = await begin()
  await locker.query('select from directory.sessions for update')
  assert.equal((await call('POST', '/sign_out', { as: one.session })).status, 503)
  await locker.query('rollback')
  await locker.end()
  assert.ok(await answers(one.session))
  assert.equal((await call('POST', '/sign_out', { as: one.session })).status, 204)
  assert.ok(!(await answers(one.session)))
})

/** A transaction of somebody else. */
async function begin(): Promise<pg.Client> {
  const { host, port, user, database } = hub.db.pool.options as pg.ClientConfig
  const client = new pg.Client({ host, port, user, database } as pg.ClientConfig)
  await client.connect()
  await client.query('begin')
  return client
}

/** Waits until so many statements wait for a lock. */
async function untilWaiting(statements: number): Promise<void> {
  for (let waiting = 0; waiting < statements; ) {
    const rows = await hub.db.query(
      't_waiting',
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    waiting = rows.length
  }
}
