import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
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

async function invite(email: string, more = {}) {
  const answer = await hub.request('POST', '/invitations', { as: acme.apiToken, body: { email, ...more } })
  assert.equal(answer.status, 201, answer.text)
  return {
    id: answer.body.id as string,
    token: String(answer.body.url).split('/').at(-1) ?? '',
    url: answer.body.url as string,
  }
}

const person = { first_name: 'Cy', last_name: 'New', password: 'long enough' }
const accept = (token: string, body = person) => hub.request('POST', `/invitations/by_token/${token}/accept`, { body })

describe('an invitation', () => {
  it('makes its holder a teammate with the inboxes it names, and signs them in', async () => {
    const inbox = publicId('inb', acme.companyId, acme.privateInboxId)
    const { token, url } = await invite('Cy@acme.example', { inbox_ids: [inbox] })
    assert.ok(url.startsWith(hub.settings.publicUrl))
    const shown = await hub.request('GET', `/invitations/by_token/${token}`)
    assert.deepEqual(
      [shown.body.company_name, shown.body.email, shown.body.is_admin],
      ['acme', 'cy@acme.example', false],
    )
    const answer = await accept(token)
    assert.equal(answer.status, 204, answer.text)
    const inboxes = await hub.request('GET', '/inboxes', { as: cookieOf(answer) })
    assert.ok(inboxes.text.includes(inbox))
    assert.equal((await hub.request('GET', '/me/teammate', { as: cookieOf(answer) })).body.is_admin, false)
  })

  it('gives the inboxes it names and no other, and is listed with them', async () => {
    const make = async (name: string) =>
      (await hub.request('POST', '/inboxes', { as: acme.apiToken, body: { name, is_public: false } })).body.id as string
    const [given, other] = [await make('Given'), await make('Other')]
    const { id, token } = await invite('one-inbox@acme.example', { inbox_ids: [given] })
    const listed = await hub.request('GET', '/invitations', { as: acme.apiToken })
    assert.deepEqual(listed.body._results.find((result: { id: string }) => result.id === id).inbox_ids, [given])
    const inboxes = await hub.request('GET', '/inboxes', { as: cookieOf(await accept(token)) })
    assert.ok(inboxes.text.includes(given))
    assert.ok(!inboxes.text.includes(other))
    await hub.db.query('forget', 'delete from directory.sign_in_attempts')
  })

  it('works once, also when it is used twice at the same time', async () => {
    const { token } = await invite('twice@acme.example')
    const statuses = (await Promise.all([accept(token), accept(token), accept(token)])).map((answer) => answer.status)
    assert.deepEqual(statuses.toSorted(), [204, 410, 410])
    assertCode(await accept(token), 410, 'invitation_expired')
    assertCode(await hub.request('GET', `/invitations/by_token/${token}`), 410, 'invitation_expired')
  })

  it('that has expired or was revoked is refused', async () => {
    const old = await invite('old@acme.example')
    await hub.db.query(
      'age',
      `update invitations set expires_at = now() - interval '1 second' where email = 'old@acme.example'`,
    )
    await hub.db.query('forget', 'delete from directory.sign_in_attempts')
    assertCode(await accept(old.token), 410, 'invitation_expired')
    const back = await invite('back@acme.example')
    assert.equal((await hub.request('DELETE', `/invitations/${back.id}`, { as: acme.apiToken })).status, 204)
    assertCode(await accept(back.token), 404, 'not_found')
    assertCode(await hub.request('DELETE', `/invitations/${back.id}`, { as: acme.apiToken }), 404, 'not_found')
  })

  it('cannot be guessed, read from the database, or used in another company', async () => {
    const { token } = await invite('sealed@acme.example')
    const rows = await hub.db.query(
      'dump',
      'select i::text from invitations i union all select d::text from directory.invitations d',
    )
    assert.ok(!JSON.stringify(rows).includes(token))
    assertCode(await hub.request('GET', `/invitations/by_token/${'A'.repeat(32)}`), 404, 'not_found')
    const globex = await hub.addStaffedCompany('initech')
    const taken = await hub.request('POST', '/invitations', { as: acme.apiToken, body: { email: globex.member.email } })
    assertCode(taken, 409, 'email_taken')
  })

  it('is refused for a blocked teammate with that reason, and each has its purpose', async () => {
    const { token } = await invite('kim@acme.example')
    await hub.db.query('forget', 'delete from directory.sign_in_attempts')
    assert.equal((await accept(token)).status, 204)
    const path = '/teammates/alt:email:kim%40acme.example'
    await invite('kim@acme.example')
    await invite('lee@acme.example')
    const { _results } = (await hub.request('GET', '/invitations', { as: acme.apiToken })).body
    const purposeOf = (email: string) => _results.find((result: { email: string }) => result.email === email).purpose
    assert.deepEqual([purposeOf('kim@acme.example'), purposeOf('lee@acme.example')], ['new_password', 'join'])
    await hub.request('PATCH', path, { as: acme.apiToken, body: { is_blocked: true } })
    const body = { email: 'kim@acme.example' }
    const refused = await hub.request('POST', '/invitations', { as: acme.apiToken, body })
    assertCode(refused, 409, 'email_taken')
    assert.match(refused.body._error.message, /^This address belongs to a teammate who is blocked\./)
  })

  it('lets a teammate who forgot the password choose a new one, within 15 minutes, and ends the old sessions', async () => {
    const old = await hub.signIn(acme.member.email)
    const { token } = await invite(acme.member.email, { is_admin: true })
    const shown = await hub.request('GET', `/invitations/by_token/${token}`)
    assert.ok(shown.body.expires_at * 1000 - Date.now() <= 15 * 60 * 1000)
    await hub.db.query('forget', 'delete from directory.sign_in_attempts')
    const answer = await accept(token, { ...person, password: 'a new password' })
    assert.equal(answer.status, 204, answer.text)
    const me = await hub.request('GET', '/me/teammate', { as: cookieOf(answer) })
    assert.deepEqual([me.body.email, me.body.is_admin], [acme.member.email, false])
    assertCode(await hub.request('GET', '/me', { as: old }), 401, 'sign_in_required')
    const wrong = { email: acme.member.email, password: 'correct horse battery' }
    assertCode(await hub.request('POST', '/sign_in', { body: wrong }), 401, 'sign_in_failed')
    await hub.signIn(acme.member.email, 'a new password')
    assertCode(await accept(token), 410, 'invitation_expired')
  })

  it('gives no inbox of another company', async () => {
    const globex = await hub.addStaffedCompany('globex')
    const inbox_ids = [publicId('inb', globex.companyId, globex.inboxId)]
    const body = { email: 'spy@acme.example', inbox_ids }
    assertCode(await hub.request('POST', '/invitations', { as: acme.apiToken, body }), 404, 'not_found')
  })
})

describe('the last admin', () => {
  it('stays one, and stays able to sign in', async () => {
    const path = `/teammates/${publicId('tea', acme.companyId, acme.adminId)}`
    for (const body of [{ is_admin: false }, { is_blocked: true }]) {
      assertCode(await hub.request('PATCH', path, { as: acme.apiToken, body }), 409, 'last_admin')
    }
    const second = `/teammates/${publicId('tea', acme.companyId, acme.memberId)}`
    assert.equal((await hub.request('PATCH', second, { as: acme.apiToken, body: { is_admin: true } })).status, 204)
    assert.equal((await hub.request('PATCH', path, { as: acme.apiToken, body: { is_admin: false } })).status, 204)
    assertCode(await hub.request('PATCH', second, { as: acme.apiToken, body: { is_blocked: true } }), 409, 'last_admin')
  })
})

describe('an e-mail address', () => {
  it('that two companies invite concurrently can sign in to only one of them', async () => {
    const others = await Promise.all(['umbrella', 'hooli', 'stark'].map((name) => hub.addStaffedCompany(name)))
    await hub.db.query('forget', 'delete from directory.sign_in_attempts')
    const answers = await Promise.all(
      others.map(async ({ apiToken }) => {
        const made = await hub.request('POST', '/invitations', {
          as: apiToken,
          body: { email: 'star@everywhere.example' },
        })
        return accept(made.body.url.split('/').at(-1))
      }),
    )
    const statuses = answers.map((answer) => answer.status)
    assert.deepEqual(statuses.toSorted(), [204, 409, 409])
  })
})
