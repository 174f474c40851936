import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

describe('conversations', () => {
  let hub: TestHub
  let channel: TestChannel
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub)
  })
  after(async () => {
    await channel.server.stop()
    await hub.close()
  })

  const push = (externalId: string, conversation: string) =>
    channel.push({ body: `about ${conversation}`, externalId, conversation })
  const conversationOf = async (messageUid: string) => {
    const message = (await hub.call('GET', `/messages/alt:uid:${messageUid}`)).body
    return (await hub.call('GET', new URL(message._links.related.conversation).pathname)).body
  }
  const idsOf = async (query: string) =>
    (await hub.call('GET', `/conversations?${query}`)).body._results.map((c: { id: string }) => c.id)

  it('are listed newest first, page by page, without a gap or a repeat while new ones arrive', async () => {
    for (const n of [1, 2, 3, 4, 5]) await push(`page-${n}`, `page-${n}`)
    const all = await idsOf('limit=100')
    const seen: string[] = []
    let next: string | null = '/conversations?limit=2'
    while (next) {
      const page: { _results: { id: string }[]; _pagination: { next: string | null } } = (await hub.call('GET', next))
        .body
      seen.push(...page._results.map((c: { id: string }) => c.id))
      if (seen.length === 2) await push('page-late', 'page-late')
      next = page._pagination.next?.slice(hub.url.length) ?? null
    }
    assert.deepEqual(seen, all)
  })

  it('are archived, reopened and assigned once for repeated requests, each with one event', async () => {
    const { body } = await push('life-1', 'life')
    const { id } = await conversationOf(body.message_uid)
    for (const change of [{ status: 'archived' }, { status: 'archived' }, { status: 'open' }, { status: 'open' }]) {
      assert.equal((await hub.call('PATCH', `/conversations/${id}`, change)).status, 204)
    }
    const teammate = (await hub.call('GET', '/teammates')).body._results[0]
    await hub.call('PUT', `/conversations/${id}/assignee`, { assignee_id: teammate.id })
    await hub.call('PUT', `/conversations/${id}/assignee`, { assignee_id: `alt:email:${teammate.email}` })
    const events = (await hub.call('GET', `/conversations/${id}/events`)).body._results
    assert.deepEqual(
      events.map((event: { type: string }) => event.type),
      ['assign', 'reopen', 'archive', 'inbound'],
    )
    assert.equal((await hub.call('GET', `/conversations/${id}`)).body.status, 'assigned')
    assert.ok((await idsOf('status=assigned')).includes(id))
    assert.ok(!(await idsOf('status=unassigned')).includes(id))
    assert.ok((await idsOf(`assignee_id=${teammate.id}`)).includes(id))
  })

  it('come back with the customer', async () => {
    const { body } = await push('back-1', 'back')
    const { id } = await conversationOf(body.message_uid)
    await hub.call('PATCH', `/conversations/${id}`, { status: 'archived' })
    assert.ok(!(await idsOf('status=open')).includes(id))
    await push('back-2', 'back')
    assert.ok((await idsOf('status=open')).includes(id))
  })

  it('do not exist for another company, whatever is tried', async () => {
    const { body } = await push('wall-1', 'wall')
    const { id } = await conversationOf(body.message_uid)
    const { token } = await hub.addCompany('Other')
    for (const [method, path, sent] of [
      ['GET', `/conversations/${id}`],
      ['PATCH', `/conversations/${id}`, { status: 'archived' }],
      ['GET', `/conversations/${id}/messages`],
      ['POST', `/conversations/${id}/messages`, { body: 'hello' }],
      ['GET', `/conversations/${id}/events`],
      ['GET', `/messages/alt:uid:${body.message_uid}`],
    ] as const) {
      assert.equal((await hub.call(method, path, sent, { token })).status, 404, `${method} ${path}`)
    }
  })

  it('show their external ids to their channel only', async () => {
    const { body } = await push('ids-1', 'ids')
    const { id, metadata } = await conversationOf(body.message_uid)
    assert.deepEqual(metadata, {})
    const own = await hub.call('GET', `/conversations/${id}`, undefined, { token: channel.token() })
    assert.deepEqual(own.body.metadata, { external_conversation_ids: ['ids'] })
    const stranger = await addTestChannel(hub, { server: channel.server })
    assert.equal((await hub.call('GET', `/conversations/${id}`, undefined, { token: stranger.token() })).status, 404)
  })

  it('refuse invalid changes with a clear message', async () => {
    const bad = await hub.call('GET', '/conversations?q[statuses][]=lost')
    assert.equal(bad.status, 400)
    assert.equal(bad.body._error.code, 'invalid_query')
    assert.match(bad.body._error.details[0], /"lost"/)
    for (const query of ['page_token=nonsense', 'limit=0', 'limit=x', 'q={"statuses":1}']) {
      assert.equal((await hub.call('GET', `/conversations?${query}`)).status, 400, query)
    }
  })
})
