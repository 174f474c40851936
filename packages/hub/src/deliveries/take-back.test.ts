import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startWorld, type TestHub, type World } from '../http/test-world.ts'

let hub: TestHub
let mine: World
let author: string
let colleague: string
let conversationId: string

before(async () => {
  hub = await startWorld()
  mine = await hub.addCompany('mine')
  author = await hub.signIn(mine.adminEmail)
  colleague = await hub.signIn(mine.memberEmail)
  await hub.db.query('t_undo', 'update channels set undo_send_time = 60, webhook_url = $1', ['http://127.0.0.1:9/'])
  const path = `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}/messages`
  const { body } = await hub.call('POST', path, {
    as: mine.apiToken,
    headers: { prefer: 'return=representation' },
    body: { to: ['ivo'], body: 'Hello', options: { archive: false } },
  })
  conversationId = body._links.related.conversation.split('/').at(-1)
})
after(() => hub.close())

const conversation = async () => (await hub.call('GET', `/conversations/${conversationId}`, { as: author })).body
const put = (status: string, as = author) =>
  hub.call('PATCH', `/conversations/${conversationId}`, { as, body: { status } })

async function send(archive: boolean): Promise<string> {
  const { status, body } = await hub.call('POST', `/conversations/${conversationId}/messages`, {
    as: author,
    headers: { prefer: 'return=representation' },
    body: { body: 'On my way', options: { archive } },
  })
  assert.equal(status, 202)
  return body.id
}

const cancel = (id: string, as: string) => hub.call('POST', `/messages/${id}/delivery/cancel`, { as })

describe('taking a message back', () => {
  it('takes back all that sending it did: it had archived the conversation', async () => {
    const id = await send(true)
    assert.equal((await conversation()).status, 'archived')
    assert.equal((await cancel(id, author)).status, 200)
    assert.equal((await conversation()).status, 'unassigned')
    const { body } = await hub.call('GET', `/conversations/${conversationId}/events`, { as: author })
    assert.equal(body._results[0].type, 'reopen')
    assert.equal(body._results[0].source.data.email, mine.adminEmail)
  })

  it('takes back that it had reopened the conversation', async () => {
    await put('archived')
    const id = await send(false)
    assert.equal((await conversation()).status, 'unassigned')
    await cancel(id, author)
    assert.equal((await conversation()).status, 'archived')
    await put('open')
  })

  it('leaves the conversation alone where sending changed nothing', async () => {
    await cancel(await send(false), author)
    assert.equal((await conversation()).status, 'unassigned')
  })

  it('leaves alone what somebody decided since', async () => {
    const id = await send(true)
    await put('open', colleague)
    await put('archived', colleague)
    await cancel(id, author)
    assert.equal((await conversation()).status, 'archived')
    await put('open')
  })

  it("is its author's alone while its undo time runs", async () => {
    const id = await send(true)
    const refused = await cancel(id, colleague)
    assert.deepEqual([refused.status, refused.body._error.code], [403, 'not_the_author'])
    assert.equal((await conversation()).status, 'archived')
    assert.equal((await hub.call('GET', `/messages/${id}/delivery`, { as: author })).body.state, 'waiting')
    assert.equal((await cancel(id, author)).status, 200)
  })

  it('is anybody’s who may see it once it only waits for the channel, and says whose decision it was', async () => {
    const id = await send(false)
    await hub.db.query('t_due', "update deliveries set state = 'delayed' where company_id = $1 and state = 'queued'", [
      mine.companyId,
    ])
    assert.equal((await cancel(id, colleague)).status, 200)
    const { body } = await hub.call('GET', `/messages/${id}/delivery`, { as: author })
    const { body: me } = await hub.call('GET', '/me/teammate', { as: colleague })
    assert.deepEqual([body.state, body.decided_by], ['cancelled', me.id])
  })
})
