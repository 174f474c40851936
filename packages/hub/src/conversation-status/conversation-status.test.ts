import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer, succeed } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let count = 0
before(async () => {
  hub = await startTestHub()
})
after(() => hub?.close())

async function channelFor(t: TestContext, capabilities = ['conversation_status']): Promise<TestChannel> {
  const channel = await addTestChannel(hub, { type: { name: `Test ${++count}`, capabilities } })
  t.after(() => channel.server.stop())
  return channel
}

/** The path of a conversation that the channel began. */
async function begin(channel: TestChannel, conversation = `thread-${channel.id}`): Promise<string> {
  const { body } = await channel.push({ body: 'Hello', externalId: `m-${++count}`, conversation })
  const { _links } = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  return new URL(_links.related.conversation).pathname
}

const statuses = ({ server }: TestChannel): any[] =>
  server.received.map(({ body }) => body).filter(({ type }) => type === 'conversation_status')
const patch = (path: string, body: object) => hub.call('PATCH', path, body)
const ada = () => publicId('tea', hub.companyId, hub.adminId)

/** Waits until the channel was last told this. */
const untilTold = (channel: TestChannel, status: string, assignee: string | null) =>
  channel.server.until(() => {
    const { payload } = statuses(channel).at(-1) ?? {}
    return payload?.status === status && (payload.assignee?.first_name ?? null) === assignee
  })

describe('the status of a conversation', () => {
  it('is told to its channel when it is assigned, archived, reopened, trashed and restored', async (t) => {
    const channel = await channelFor(t)
    const path = await begin(channel)
    assert.deepEqual(statuses(channel), [])
    await patch(path, { assignee_id: ada() })
    await untilTold(channel, 'open', 'Ada')
    await patch(path, { status: 'archived' })
    await untilTold(channel, 'archived', 'Ada')
    await patch(path, { status: 'open', assignee_id: null })
    await untilTold(channel, 'open', null)
    await patch(path, { status: 'deleted' })
    await untilTold(channel, 'deleted', null)
    await patch(path, { status: 'open' })
    await untilTold(channel, 'open', null)
    await patch(path, { status: 'spam' })
    await untilTold(channel, 'deleted', null)
    const { payload, metadata } = statuses(channel).at(-1)
    assert.equal(payload.id, path.split('/').at(-1))
    assert.ok(Math.abs(Date.now() / 1_000 - payload.changed_at) < 60)
    const thread = `thread-${channel.id}`
    assert.deepEqual(metadata, {
      external_conversation_id: thread,
      external_conversation_ids: [thread],
      version: metadata.version,
    })
    const versions = statuses(channel).map(({ metadata }) => metadata.version)
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
    )
  })

  it('is what holds now: a channel that was away hears of the last one', async (t) => {
    const channel = await channelFor(t)
    const path = await begin(channel)
    let release = () => {}
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    channel.server.behave = async (received, response) => {
      await isReleased
      succeed(received, response)
    }
    await patch(path, { assignee_id: ada() })
    await channel.server.until(() => statuses(channel).length === 1)
    for (let n = 0; n < 10; n++) {
      await patch(path, { status: 'archived' })
      await patch(path, { status: 'open', assignee_id: n % 2 ? ada() : null })
    }
    release()
    await untilTold(channel, 'open', 'Ada')
    assert.ok(statuses(channel).length <= 4, `${statuses(channel).length} requests`)
  })

  it('is told to no channel that did not ask, and of no conversation that a channel does not know', async (t) => {
    const deaf = await channelFor(t, ['reactions'])
    const heard = await channelFor(t)
    const path = await begin(deaf)
    await patch(path, { status: 'archived' })
    const other = await begin(heard)
    await patch(other, { status: 'archived' })
    await untilTold(heard, 'archived', null)
    assert.deepEqual([statuses(deaf), statuses(heard).length], [[], 1])
  })

  it('is told to each channel of a conversation, whatever becomes of another', async (t) => {
    const [first, second] = [await channelFor(t), await channelFor(t)]
    const path = await begin(first)
    const conversationId = (await hub.call('GET', path)).body.id
    await begin(second)
    // as after a merge: the second channel's conversation is this one
    await hub.db.query(
      't_merge',
      `update conversation_external_ids e set conversation_id = (
         select f.conversation_id from conversation_external_ids f where f.company_id = $1 and f.external_id = $2)
       where e.company_id = $1 and e.external_id = $3`,
      [hub.companyId, `thread-${first.id}`, `thread-${second.id}`],
    )
    first.server.behave = (_, response) => answer(response, 503, {})
    await patch(path, { status: 'archived' })
    await patch(path, { status: 'open' })
    await patch(path, { status: 'archived' })
    await Promise.all([untilTold(first, 'archived', null), untilTold(second, 'archived', null)])
    assert.equal(statuses(second)[0].payload.id, conversationId)
  })

  it('that a channel refuses is nobody’s error in the inbox', async (t) => {
    const channel = await channelFor(t)
    const path = await begin(channel)
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'No.' })
    const before = (await hub.call('GET', path)).body
    await patch(path, { status: 'archived' })
    await untilTold(channel, 'archived', null)
    const { status, last_message, undelivered } = (await hub.call('GET', path)).body
    assert.deepEqual([status, last_message, undelivered], ['archived', before.last_message, before.undelivered])
  })

  it('is forgotten with a conversation that is deleted for ever', async (t) => {
    const channel = await channelFor(t)
    const path = await begin(channel)
    channel.server.behave = (_, response) => answer(response, 503, {})
    await patch(path, { status: 'deleted' })
    await channel.server.until(() => statuses(channel).length === 1)
    assert.equal((await hub.call('DELETE', path)).status, 204)
    const [row] = await hub.db.query<{ count: number }>(
      't_count',
      `select count(*)::int as count from message_changes c join channels h on h.company_id = c.company_id and h.id = c.channel_id
       where c.company_id = $1 and c.part = h.id::text and c.conversation_id is not null and not exists (
         select from conversations v where v.company_id = c.company_id and v.id = c.conversation_id)`,
      [hub.companyId],
    )
    assert.equal(row?.count, 0)
  })
})
