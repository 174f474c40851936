import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let mine: StaffedCompany
let author: string
let colleague: string
let conversationId: string

before(async () => {
  hub = await startEmptyHub()
  mine = await hub.addStaffedCompany('mine')
  author = await hub.signIn(mine.admin.email)
  colleague = await hub.signIn(mine.member.email)
  await hub.db.query('t_undo', 'update channels set undo_send_time = 60, webhook_url = $1', ['http://127.0.0.1:9/'])
  const path = `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}/messages`
  const { body } = await hub.request('POST', path, {
    as: mine.apiToken,
    headers: { prefer: 'return=representation' },
    body: { to: ['ivo'], body: 'Hello', options: { archive: false } },
  })
  conversationId = body._links.related.conversation.split('/').at(-1)
  await hub.db.query(
    't_thread',
    `insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
     select company_id, channel_id, 'taken-back', id, 0 from conversations where company_id = $1`,
    [mine.companyId],
  )
})
after(() => hub.close())

const conversation = async () => (await hub.request('GET', `/conversations/${conversationId}`, { as: author })).body
const setStatus = (status: string, as = author) =>
  hub.request('PATCH', `/conversations/${conversationId}`, { as, body: { status } })

async function send(archive: boolean): Promise<string> {
  const { status, body } = await hub.request('POST', `/conversations/${conversationId}/messages`, {
    as: author,
    headers: { prefer: 'return=representation' },
    body: { body: 'On my way', options: { archive } },
  })
  assert.equal(status, 202)
  return body.id
}

/** The customer writes into the conversation. */
async function receive(body: string): Promise<void> {
  const { status } = await hub.request('POST', `/channels/${mine.channelPublicId}/inbound_messages`, {
    as: mine.channelToken(),
    body: { sender: { handle: 'ivo' }, body, metadata: { external_id: body, external_conversation_id: 'taken-back' } },
  })
  assert.equal(status, 202)
}

const cancel = (id: string, as: string) => hub.request('POST', `/messages/${id}/delivery/cancel`, { as })

describe('withdrawing a reply without a response', () => {
  const path = () => `/conversations/${conversationId}/messages`
  const reply = (key: string, as = author) =>
    hub.request('POST', path(), {
      as,
      headers: { 'idempotency-key': key, prefer: 'return=representation' },
      body: { body: 'Perhaps', options: { archive: false } },
    })
  const withdraw = (idempotency_key: string, as = author) =>
    hub.request('POST', `${path()}/withdraw`, { as, body: { idempotency_key } })
  const count = async () => (await hub.request('GET', path(), { as: author })).body._results.length

  it('prevents the message, however late its request arrives', async () => {
    const before = await count()
    for (let again = 0; again < 2; again++) assert.equal((await withdraw('never-came')).body.message_id, null)
    const late = await reply('never-came')
    assert.deepEqual([late.status, late.body._error.code], [422, 'idempotency_key_reused'])
    assert.equal(await count(), before)
  })

  it('returns the message that was made, also for concurrent requests', async () => {
    const { body } = await reply('came')
    assert.equal((await withdraw('came')).body.message_id, body.id)
    for (let turn = 0; turn < 10; turn++) {
      const [made, withdrawn] = await Promise.all([reply(`race-${turn}`), withdraw(`race-${turn}`)])
      assert.equal(withdrawn.body.message_id, made.status === 202 ? made.body.id : null)
    }
  })

  it('returns to its author that it was made when the conversation has left their inboxes', async () => {
    const { body } = await reply('moved-away', colleague)
    const of = (inboxId: number) => ({ inbox_id: publicId('inb', mine.companyId, inboxId) })
    const move = (inboxId: number) =>
      hub.request('PATCH', `/conversations/${conversationId}`, { as: mine.apiToken, body: of(inboxId) })
    assert.equal((await move(mine.privateInboxId)).status, 204)
    assert.equal((await reply('moved-away', colleague)).status, 404)
    assert.equal((await withdraw('moved-away', colleague)).body.message_id, body.id)
    assert.equal((await withdraw('never-made', colleague)).status, 404)
    await move(mine.inboxId)
  })

  it("does not touch a colleague's", async () => {
    await withdraw('same-key')
    assert.equal((await reply('same-key', colleague)).status, 202)
  })
})

describe('Undo send', () => {
  it('reverts that sending archived the conversation', async () => {
    const id = await send(true)
    assert.equal((await conversation()).status, 'archived')
    assert.equal((await cancel(id, author)).status, 200)
    assert.equal((await conversation()).status, 'unassigned')
    const { body } = await hub.request('GET', `/conversations/${conversationId}/events`, { as: author })
    assert.equal(body._results[0].type, 'reopen')
    assert.equal(body._results[0].source.data.email, mine.admin.email)
  })

  it('reverts that sending reopened the conversation', async () => {
    await setStatus('archived')
    const id = await send(false)
    assert.equal((await conversation()).status, 'unassigned')
    await cancel(id, author)
    assert.equal((await conversation()).status, 'archived')
    await setStatus('open')
  })

  it('keeps a reopened conversation open when the customer wrote meanwhile, or another reply is queued', async () => {
    await setStatus('archived')
    const first = await send(false)
    await receive('URGENT')
    await cancel(first, author)
    const { status, last_message: last } = await conversation()
    assert.deepEqual([status, last.blurb], ['unassigned', 'URGENT'])

    await setStatus('archived')
    const [one, two] = [await send(false), await send(false)]
    await cancel(one, author)
    assert.equal((await conversation()).status, 'unassigned')
    await cancel(two, author)
    assert.equal((await conversation()).status, 'archived')
    await setStatus('open')
  })

  it('leaves archived what another reply archives too', async () => {
    const [first, second] = [await send(true), await send(true)]
    await cancel(first, author)
    assert.equal((await conversation()).status, 'archived')
    await cancel(second, author)
    assert.equal((await conversation()).status, 'unassigned')
  })

  it('restores the status from before all undone messages, in any order', async () => {
    for (const [before, archives] of [
      ['open', [true, false]],
      ['archived', [false, true]],
    ] as const) {
      for (const order of [
        [0, 1],
        [1, 0],
      ] as const) {
        await setStatus(before)
        const ids = [await send(archives[0]), await send(archives[1])]
        for (const n of order) await cancel(ids[n]!, author)
        assert.equal((await conversation()).status, before === 'open' ? 'unassigned' : 'archived', `${before} ${order}`)
      }
    }
    await setStatus('open')
  })

  it('keeps a status that a teammate set right afterwards, also when messages of other conversations are undone', async () => {
    const id = await send(false)
    await setStatus('archived')
    await cancel(id, author)
    assert.equal((await conversation()).status, 'archived')
    await setStatus('open')

    const here = await send(false)
    const elsewhere = await hub.request(
      'POST',
      `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}/messages`,
      {
        as: author,
        headers: { prefer: 'return=representation' },
        body: { to: ['eva'], body: 'Hello', options: { archive: false } },
      },
    )
    await setStatus('archived')
    await cancel(elsewhere.body.id, author)
    await cancel(here, author)
    assert.equal((await conversation()).status, 'archived')
    await setStatus('open')
  })

  it('keeps a conversation open in which the customer wrote between two undone replies', async () => {
    await setStatus('archived')
    const one = await send(false)
    await receive('STILL URGENT')
    const two = await send(true)
    await cancel(two, author)
    await cancel(one, author)
    assert.equal((await conversation()).status, 'unassigned')
  })

  it('leaves the conversation unchanged when sending had not changed it', async () => {
    await cancel(await send(false), author)
    assert.equal((await conversation()).status, 'unassigned')
  })

  it('keeps a later status of a teammate', async () => {
    const id = await send(true)
    await setStatus('open', colleague)
    await setStatus('archived', colleague)
    await cancel(id, author)
    assert.equal((await conversation()).status, 'archived')
    await setStatus('open')
  })

  it("is its author's alone while its undo time runs", async () => {
    const id = await send(true)
    const refused = await cancel(id, colleague)
    assert.deepEqual([refused.status, refused.body._error.code], [403, 'not_the_author'])
    assert.equal((await conversation()).status, 'archived')
    assert.equal((await hub.request('GET', `/messages/${id}/delivery`, { as: author })).body.state, 'waiting')
    assert.equal((await cancel(id, author)).status, 200)
  })

  it('is open to everybody who sees the message once it waits for the channel, and names who decided', async () => {
    const id = await send(false)
    await hub.db.query('t_due', "update outbox set state = 'delayed' where company_id = $1", [mine.companyId])
    assert.equal((await cancel(id, colleague)).status, 200)
    const { body } = await hub.request('GET', `/messages/${id}/delivery`, { as: author })
    const { body: me } = await hub.request('GET', '/me/teammate', { as: colleague })
    assert.deepEqual([body.state, body.decided_by], ['cancelled', me.id])
  })
})
