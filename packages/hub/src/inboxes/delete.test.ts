import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

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

const get = async (path: string, as = acme.apiToken) => (await hub.request('GET', path, { as })).body
const remove = (inbox: string, query = '', as = acme.apiToken) =>
  hub.request('DELETE', `/inboxes/${inbox}${query}`, { as })

async function make(name: string, more = {}, as = acme.apiToken): Promise<string> {
  const made = await hub.request('POST', '/inboxes', { as, body: { name, ...more } })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}

/**
 * Tests the moves of conversations: a teammate without the other inbox gets a removal for each, because its event names the inbox
 * that it left.
 */
async function inboxesLeft({ companyId }: StaffedCompany): Promise<number[]> {
  const moves = await hub.db.query<{ target_id: number }>(
    'test_moves',
    `select target_id from events where company_id = $1 and type = 'move'`,
    [companyId],
  )
  return moves.map(({ target_id }) => target_id)
}

describe('an inbox', () => {
  it('that is empty is deleted at once, for everybody', async () => {
    const inbox = await make('Empty')
    assert.deepEqual(await get(`/inboxes/${inbox}/deletion`), { conversations: 0, channels: 0 })
    assert.equal((await remove(inbox)).status, 204)
    assertCode(await hub.request('GET', `/inboxes/${inbox}`, { as: acme.apiToken }), 404, 'not_found')
    assertCode(await remove(inbox), 404, 'not_found')
  })

  it('with channels and conversations is deleted when their target inbox is given (46)', async () => {
    const support = publicId('inb', acme.companyId, acme.inboxId)
    for (const external_id of ['a', 'b', 'c']) {
      await hub.request('POST', `/channels/${acme.channelPublicId}/inbound_messages`, {
        as: acme.channelToken(),
        body: {
          sender: { handle: external_id },
          body: 'hi',
          metadata: { external_id, external_conversation_id: external_id },
        },
      })
    }
    const [first] = (await get('/conversations'))._results
    const refused = await remove(support)
    assertCode(refused, 409, 'inbox_not_empty')
    assert.match(refused.body._error.message, /Conversations in this inbox: 3; channels: 1/)
    assert.deepEqual(await get(`/inboxes/${support}/deletion`), { conversations: 3, channels: 1 })
    assertCode(await remove(support, `?move_to=${support}`), 400, 'invalid_query')
    assertCode(await remove(support, '?move_to=inb_1'), 404, 'not_found')
    const sales = await make('Sales')
    assert.equal((await remove(support, `?move_to=${sales}`)).status, 204)
    assert.equal((await get(`/channels/${acme.channelPublicId}`)).inbox_id, sales)
    assert.equal((await get(`/inboxes/${sales}/conversations`))._results.length, 3)
    const events = (await get(`/conversations/${first.id}/events`))._results
    assert.equal(events[0].type, 'move')
    assert.deepEqual(await inboxesLeft(acme), Array(3).fill(acme.inboxId))
    const pushed = await hub.request('POST', `/channels/${acme.channelPublicId}/inbound_messages`, {
      as: acme.channelToken(),
      body: { sender: { handle: 'a' }, body: 'again', metadata: { external_id: 'd', external_conversation_id: 'a' } },
    })
    assert.equal(pushed.status, 202, pushed.text)
  })

  it('with only a deleted channel and its conversations can be emptied and deleted', async () => {
    const globex = await hub.addStaffedCompany('globex')
    const as = globex.apiToken
    await hub.request('POST', `/channels/${globex.channelPublicId}/inbound_messages`, {
      as: globex.channelToken(),
      body: { sender: { handle: 'a' }, body: 'hi', metadata: { external_id: 'a', external_conversation_id: 'a' } },
    })
    assert.equal((await hub.request('DELETE', `/channels/${globex.channelPublicId}`, { as })).status, 204)
    const inbox = publicId('inb', globex.companyId, globex.inboxId)
    assert.deepEqual(await get(`/inboxes/${inbox}/deletion`, as), { conversations: 1, channels: 0 })
    const other = await make('Other', {}, as)
    assert.equal((await remove(inbox, `?move_to=${other}`, as)).status, 204)
    assert.equal((await get(`/inboxes/${other}/conversations`, as))._results.length, 1)
    assert.deepEqual(await inboxesLeft(globex), [globex.inboxId])
    assert.equal((await hub.request('GET', `/channels/${globex.channelPublicId}`, { as })).status, 404)
  })

  it('can be emptied only by teammates who have it, so that an admin cannot read a closed one', async () => {
    const umbrella = await hub.addStaffedCompany('umbrella')
    const as = await hub.signIn(umbrella.admin.email)
    const hidden = publicId('inb', umbrella.companyId, umbrella.privateInboxId)
    const support = publicId('inb', umbrella.companyId, umbrella.inboxId)
    assertCode(await remove(hidden, `?move_to=${support}`, as), 403, 'forbidden')
    assertCode(await remove(support, `?move_to=${hidden}`, as), 404, 'not_found')
    const member = await hub.signIn(umbrella.member.email)
    assertCode(await remove(hidden, '', member), 403, 'forbidden')
    assert.equal((await remove(hidden, '', as)).status, 204)
  })
})

describe('a channel that is to be deleted', () => {
  it('shows the number of waiting messages, cancels them with the reason, and keeps its conversations readable (46)', async () => {
    const hooli = await hub.addStaffedCompany('hooli')
    const as = hooli.apiToken
    await hub.db.query('undo', 'update channels set undo_send_time = 60 where company_id = $1', [hooli.companyId])
    await hub.request('POST', `/channels/${hooli.channelPublicId}/inbound_messages`, {
      as: hooli.channelToken(),
      body: { sender: { handle: 'a' }, body: 'hi', metadata: { external_id: 'a', external_conversation_id: 'a' } },
    })
    const [conversation] = (await get('/conversations', as))._results
    const path = `/conversations/${conversation.id}`
    const sent = []
    for (const body of ['one', 'two']) {
      sent.push((await hub.request('POST', `${path}/messages`, { as, body: { body } })).body.message_uid)
    }
    const asked = await get(`/channels/${hooli.channelPublicId}/deletion`, as)
    assert.deepEqual(asked, {
      ...{ waiting_messages: 2, conversations: 1, conversations_elsewhere: 0 },
      tells_server: true,
    })
    assert.equal((await hub.request('DELETE', `/channels/${hooli.channelPublicId}`, { as })).status, 204)
    for (const uid of sent) {
      const message = await get(`/messages/alt:uid:${uid}`, as)
      const { delivery } = await get(`/messages/${message.id}/delivery`, as).then((body) => ({ delivery: body }))
      assert.equal(delivery.state, 'cancelled')
      assert.deepEqual(delivery.error, { code: 'channel_deleted', message: 'The channel was deleted.' })
    }
    assert.equal((await get(`${path}/messages`, as))._results.length, 3)
    const inbox = publicId('inb', hooli.companyId, hooli.inboxId)
    assert.equal((await get(`/inboxes/${inbox}/conversations`, as))._results[0].id, conversation.id)
    assert.equal((await hub.request('PATCH', path, { as, body: { status: 'archived' } })).status, 204)
  })
})
