import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { visibleInboxIds } from './policy.ts'

let hub: EmptyHub
let acme: StaffedCompany
let member: string
let path: string
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  member = await hub.signIn(acme.member.email)
  path = `/inboxes/${publicId('inb', acme.companyId, acme.privateInboxId)}`
})
after(() => hub?.close())

const idsIn = (answer: Answer): string[] => answer.body._results.map((each: { id: string }) => each.id)
const memberId = () => publicId('tea', acme.companyId, acme.memberId)

async function events(): Promise<number> {
  const [row] = await hub.db.query<{ n: number }>('events', 'select count(*)::int as n from events where type = $1', [
    'inbox',
  ])
  return row?.n ?? 0
}

describe('an inbox that is not public', () => {
  it('does not exist for teammates and admins without access, and does for an API token', async () => {
    const admin = await hub.signIn(acme.admin.email)
    for (const as of [member, admin]) {
      assert.equal((await hub.request('GET', path, { as })).status, 404)
      assert.equal((await hub.request('GET', `${path}/teammates`, { as })).status, 404)
      assert.ok(!(await hub.request('GET', '/inboxes', { as })).text.includes('Private'))
    }
    assert.equal((await hub.request('GET', path, { as: acme.apiToken })).status, 200)
  })

  it('is granted and revoked at once, each with an event', async () => {
    const before = await events()
    const body = { teammate_ids: [memberId(), `alt:email:${acme.member.email}`] }
    assert.equal((await hub.request('POST', `${path}/teammates`, { as: acme.apiToken, body })).status, 204)
    assert.equal((await hub.request('GET', path, { as: member })).body.is_public, false)
    assert.deepEqual(idsIn(await hub.request('GET', `${path}/teammates`, { as: member })), [memberId()])
    assert.equal((await hub.request('DELETE', `${path}/teammates`, { as: acme.apiToken, body })).status, 204)
    assert.equal((await hub.request('GET', path, { as: member })).status, 404)
    assert.equal(await events(), before + 2)
  })

  it('is not given to a teammate of another company', async () => {
    const globex = await hub.addStaffedCompany('globex')
    const body = { teammate_ids: [publicId('tea', globex.companyId, globex.memberId)] }
    const answer = await hub.request('POST', `${path}/teammates`, { as: acme.apiToken, body })
    assert.deepEqual([answer.status, answer.body._error.details], [400, ['body.teammate_ids[0]: not a teammate']])
    const email = { teammate_ids: [`alt:email:${globex.member.email}`] }
    assert.equal((await hub.request('POST', `${path}/teammates`, { as: acme.apiToken, body: email })).status, 400)
  })

  it('stays with the admin who makes it so', async () => {
    const as = await hub.signIn(acme.admin.email)
    const made = await hub.request('POST', '/inboxes', { as, body: { name: '  Board  ', is_public: false } })
    assert.deepEqual([made.status, made.body.name, made.body.is_public], [201, 'Board', false])
    assert.equal((await hub.request('GET', `/inboxes/${made.body.id}`, { as })).status, 200)
    const open = await hub.request('POST', '/inboxes', { as, body: { name: 'Open' } })
    assert.equal(
      (await hub.request('PATCH', `/inboxes/${open.body.id}`, { as, body: { is_public: false } })).status,
      204,
    )
    assert.equal((await hub.request('GET', `/inboxes/${open.body.id}`, { as })).status, 200)
    assert.equal((await hub.request('GET', `/inboxes/${open.body.id}`, { as: member })).status, 404)
  })
})

describe('a channel', () => {
  it('has only its own inbox, and no inbox once it is deleted', async () => {
    const { companyId, channelId, inboxId } = acme
    const principal = { kind: 'channel', companyId, channelId } as const
    assert.deepEqual(await visibleInboxIds(hub.db, principal), [inboxId])
    await hub.db.query('delete', 'update channels set deleted_at = now() where company_id = $1 and id = $2', [
      companyId,
      channelId,
    ])
    assert.deepEqual(await visibleInboxIds(hub.db, principal), [])
  })
})

describe('an inbox', () => {
  it('needs a name with something in it', async () => {
    for (const name of ['', '   ', 'x'.repeat(121), 7, null]) {
      assert.equal((await hub.request('POST', '/inboxes', { as: acme.apiToken, body: { name } })).status, 400)
    }
  })
})
