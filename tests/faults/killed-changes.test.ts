import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { type Received, succeed } from '../harness/channel-server.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { openConversations } from './load.ts'

describe('two hubs that send changes of messages', { timeout: 120_000 }, () => {
  let hubs: [SpawnedHub, SpawnedHub]
  let fixture: Fixture
  let channel: TestChannel
  let messages: string[]
  before(async () => {
    const db = await createDatabase()
    hubs = [await SpawnedHub.start(db), await SpawnedHub.start(db)]
    fixture = await makeFixture(db, hubs[0].url)
    channel = await addTestChannel(fixture, { type: { capabilities: ['edits'] } })
    const conversations = await openConversations(channel, fixture, 8)
    messages = await Promise.all(conversations.map(sentIn))
  })
  after(async () => {
    await Promise.all(hubs.map((hub) => hub.terminate()))
    await channel.server.stop()
    await fixture.db.drop()
  })

  const message = async (id: string) => (await fixture.call('GET', `/messages/${id}`)).body

  async function sentIn(conversation: string): Promise<string> {
    const { body } = await fixture.call('POST', `${conversation}/messages`, { body: 'Version 0' })
    return (await until(`alt:uid:${body.message_uid}`, ({ delivery }) => delivery.state === 'sent')).id
  }

  async function until(id: string, holds: (message: any) => boolean): Promise<any> {
    for (;;) {
      const now = await message(id)
      if (holds(now)) return now
      await wait(25)
    }
  }

  const editsOf = (id: string): Received[] =>
    channel.server.received.filter(({ body }) => body.type === 'message_edited' && body.payload.id === id)

  /** Each hub of the test has an address of its own. */
  const bytes = ({ raw }: Received) => hubs.reduce((text, { url }) => text.replaceAll(url, 'http://hub'), raw)

  /** What a killed hub had claimed is due now, not a minute later. */
  const endLeases = () =>
    fixture.db.query('t_leases', "update message_changes set next_attempt_at = now() where state = 'pending'")

  it('repeat a change that was answered to a hub that was killed before it could store that', async () => {
    const [id = ''] = messages
    const killed = Promise.withResolvers<void>()
    const accepted = Promise.withResolvers<void>()
    channel.server.behave = async (received, response) => {
      channel.server.behave = succeed
      await accepted.promise
      // whichever of them sent it
      await Promise.all(hubs.map((hub) => hub.kill()))
      succeed(received, response)
      killed.resolve()
    }
    assert.equal((await fixture.call('PATCH', `/messages/${id}`, { body: 'Version 1' })).status, 200)
    accepted.resolve()
    await killed.promise
    await Promise.all(hubs.map((hub) => hub.start()))
    assert.equal((await message(id)).text, 'Version 0')
    await endLeases()
    assert.equal((await until(id, ({ changes }) => changes.length === 0)).text, 'Version 1')
    const [first, again, ...more] = editsOf(id).map(bytes)
    assert.deepEqual([again, more], [first, []])
  })

  it('send the newest version of each message last, once, while one of them is killed', async () => {
    const rounds = 12
    channel.server.behave = async (received, response) => {
      await wait(10)
      return succeed(received, response)
    }
    const other = fixture.through(hubs[0].url).call
    const editing = messages.map(async (id) => {
      for (let n = 2; n <= rounds; n++)
        assert.equal((await other('PATCH', `/messages/${id}`, { body: `Version ${n}` })).status, 200)
    })
    await hubs[1].kill()
    await hubs[1].start()
    await Promise.all(editing)
    await endLeases()
    for (const id of messages) {
      assert.equal((await until(id, ({ changes }) => changes.length === 0)).text, `Version ${rounds}`)
      const versions = editsOf(id).map(({ body }) => Number(body.metadata?.version))
      assert.deepEqual(
        versions,
        versions.toSorted((a, b) => a - b),
        'none goes back',
      )
      assert.equal(editsOf(id).at(-1)?.body.payload.text, `Version ${rounds}`)
    }
  })
})
