import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { PASSWORD, type StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { createTeammate } from './create.ts'

let hub: EmptyHub
let acme: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
})
after(() => hub?.close())

function assertCode(answer: Answer, status: number, code: string) {
  assert.deepEqual([answer.status, answer.body?._error?.code], [status, code], answer.text)
}

let count = 0

async function newTeammate() {
  const email = `mia${count++}@acme.example`
  const names = { firstName: 'Mia', lastName: 'Lind' }
  const number = await createTeammate(hub.db, hub.bus, acme.system, { email, ...names, password: PASSWORD })
  const id = publicId('tea', acme.companyId, number)
  return { email, number, id, path: `/teammates/${id}` }
}

async function conversation(assignee: string | null, status?: string): Promise<string> {
  const external_id = `m-${count++}`
  const pushed = await hub.request('POST', `/channels/${acme.channelPublicId}/inbound_messages`, {
    as: acme.channelToken(),
    body: {
      sender: { handle: external_id },
      body: 'hi',
      metadata: { external_id, external_conversation_id: external_id },
    },
  })
  const message = await hub.request('GET', `/messages/alt:uid:${pushed.body.message_uid}`, { as: acme.apiToken })
  const { pathname } = new URL(message.body._links.related.conversation)
  for (const body of [{ assignee_id: assignee }, ...(status ? [{ status }] : [])]) {
    assert.equal((await hub.request('PATCH', pathname, { as: acme.apiToken, body })).status, 204)
  }
  return pathname
}

const assigneeOf = async (path: string) =>
  (await hub.request('GET', path, { as: acme.apiToken })).body.assignee?.id as string | undefined
const remove = (path: string, query = '', as = acme.apiToken) => hub.request('DELETE', path + query, { as })

describe('a teammate who is removed', () => {
  it('is asked for: what becomes of the conversations assigned to them (46)', async () => {
    const mia = await newTeammate()
    const [open, archived, trashed] = [
      await conversation(mia.id),
      await conversation(mia.id, 'archived'),
      await conversation(mia.id, 'deleted'),
    ]
    const asked = await hub.request('GET', `${mia.path}/deletion`, { as: acme.apiToken })
    assert.deepEqual(asked.body, { assigned_conversations: 3, assigned_in_trash: 1 })
    const refused = await remove(mia.path)
    assertCode(refused, 409, 'teammate_has_conversations')
    assert.match(refused.body._error.message, /^3 conversations are assigned/)
    assert.equal(typeof (await hub.signIn(mia.email)), 'string')
    for (const wrong of [mia.id, 'x', 'tea_1', publicId('tea', acme.companyId, acme.channelId)]) {
      assertCode(await remove(mia.path, `?assign_to=${wrong}`), 400, 'invalid_query')
    }
    const member = publicId('tea', acme.companyId, acme.memberId)
    assert.equal((await remove(mia.path, `?assign_to=${member}`)).status, 204)
    assert.deepEqual(
      [await assigneeOf(open), await assigneeOf(archived), await assigneeOf(trashed)],
      [member, member, undefined],
    )
    const events = (await hub.request('GET', `${open}/events`, { as: acme.apiToken })).body._results
    assert.equal(events[0].type, 'assign')
  })

  it('leaves conversations unassigned on request, and is removed at once when none is assigned', async () => {
    const [mia, sam] = [await newTeammate(), await newTeammate()]
    const open = await conversation(mia.id)
    assert.equal((await remove(mia.path, '?assign_to=nobody')).status, 204)
    assert.equal(await assigneeOf(open), undefined)
    assert.equal((await remove(sam.path)).status, 204)
  })

  it('cannot sign in, is in no list, cannot come back by a change, and stays the name on what they wrote', async () => {
    const mia = await newTeammate()
    const open = await conversation(null)
    const session = await hub.signIn(mia.email)
    const reply = await hub.request('POST', `${open}/messages`, { as: session, body: { body: 'from Mia' } })
    assert.equal(reply.status, 202, reply.text)
    assert.equal((await remove(mia.path)).status, 204)
    assertCode(await hub.request('GET', '/me/teammate', { as: session }), 401, 'sign_in_required')
    const body = { email: mia.email, password: PASSWORD }
    assertCode(await hub.request('POST', '/sign_in', { body }), 401, 'sign_in_failed')
    const list = await hub.request('GET', '/teammates', { as: acme.apiToken })
    assert.ok(!list.text.includes(mia.id))
    assertCode(await remove(mia.path), 404, 'not_found')
    for (const change of [{ is_blocked: false }, { is_admin: true }]) {
      assertCode(await hub.request('PATCH', mia.path, { as: acme.apiToken, body: change }), 404, 'not_found')
    }
    const assign = await hub.request('PATCH', open, { as: acme.apiToken, body: { assignee_id: mia.id } })
    assert.ok(assign.status >= 400 && assign.status < 500, assign.text)
    const messages = await hub.request('GET', `${open}/messages`, { as: acme.apiToken })
    const written = messages.body._results.find((result: { body: string }) => result.body.includes('from Mia'))
    assert.equal(written.author.first_name, 'Mia')
    const author = await hub.request('GET', new URL(written.author._links.self).pathname, { as: acme.apiToken })
    assert.deepEqual([author.status, author.body.is_blocked], [200, true])
  })

  it('may be invited again with the same address, as a new teammate', async () => {
    const mia = await newTeammate()
    const old = await hub.request('POST', '/invitations', { as: acme.apiToken, body: { email: mia.email } })
    assert.equal((await remove(mia.path)).status, 204)
    const accept = (url: string, password: string) =>
      hub.request('POST', `/invitations/by_token/${url.split('/').at(-1)}/accept`, {
        body: { first_name: 'Mia', last_name: 'Two', password },
      })
    assertCode(await accept(old.body.url, 'long enough'), 410, 'invitation_expired')
    const made = await hub.request('POST', '/invitations', { as: acme.apiToken, body: { email: mia.email } })
    assert.equal(made.status, 201, made.text)
    assert.equal((await accept(made.body.url, 'another one')).status, 204)
    const list = (await hub.request('GET', '/teammates', { as: acme.apiToken })).body._results
    const [again, ...others] = list.filter((teammate: { email: string }) => teammate.email === mia.email)
    assert.deepEqual([others.length, again.last_name], [0, 'Two'])
    assert.notEqual(again.id, mia.id)
  })

  it('cannot be the last admin, and is removed by admins only', async () => {
    const ada = `/teammates/${publicId('tea', acme.companyId, acme.adminId)}`
    assertCode(await remove(ada), 409, 'last_admin')
    const member = await hub.signIn(acme.member.email)
    assertCode(await remove(ada, '', member), 403, 'forbidden')
    assertCode(await hub.request('GET', `${ada}/deletion`, { as: member }), 403, 'forbidden')
  })

  it('takes their links, tokens and inboxes along', async () => {
    const email = 'root@acme.example'
    const names = { firstName: 'Ro', lastName: 'Ot', isAdmin: true }
    const number = await createTeammate(hub.db, hub.bus, acme.system, { email, ...names, password: PASSWORD })
    const session = await hub.signIn(email)
    const token = await hub.request('POST', '/api_tokens', { as: session, body: { name: 'mine' } })
    const link = await hub.request('POST', '/invitations', { as: session, body: { email: 'guest@acme.example' } })
    assert.equal((await remove(`/teammates/${publicId('tea', acme.companyId, number)}`)).status, 204)
    assertCode(await hub.request('GET', '/me', { as: `Bearer ${token.body.token}` }), 401, 'invalid_token')
    const opened = await hub.request('GET', `/invitations/by_token/${link.body.url.split('/').at(-1)}`)
    assertCode(opened, 410, 'invitation_expired')
    const rows = await hub.db.query(
      'left',
      'select 1 from directory.users where email = $1 union all select 1 from inbox_teammates where teammate_id = $2',
      [email, number],
    )
    assert.equal(rows.length, 0)
  })
})
