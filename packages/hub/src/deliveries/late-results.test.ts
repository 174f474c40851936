import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import { startDatabaseProxy } from '../../../../tests/harness/database-proxy.ts'
import {
  type DeliveryFixture,
  fakeServer,
  sealer,
  startDeliveryFixture,
  urls,
} from '../../../../tests/harness/deliveries.ts'
import { type Database, openDatabase } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { Bus } from '../events/bus.ts'
import { notSent } from './attempt.ts'
import { changeDelivery } from './change.ts'
import { claimDeliveries } from './claim.ts'
import { completeDeliveries } from './complete.ts'
import { Targets } from './targets.ts'

const quiet = () => new Bus({ notify() {} })

describe('the result of an attempt', { timeout: 60_000 }, () => {
  let world: DeliveryFixture
  before(async () => {
    world = await startDeliveryFixture()
  })
  after(() => world.close())

  /** A server that responds on command, and so many messages to it, each in its own conversation. */
  async function patientChannel(t: TestContext, count: number) {
    const server = await fakeServer(t)
    const mayAnswer = Promise.withResolvers<void>()
    server.behave = async (received, response) => {
      await mayAnswer.promise
      succeed(received, response)
    }
    const channel = await world.addChannel(server, { maxInFlight: count })
    const ids: number[] = []
    for (let n = 0; n < count; n++) ids.push(await world.send(await world.addConversation(channel), channel, `${n}`))
    const underWay = server.until(() => server.messages().length === count)
    return { server, channel, ids, underWay, answer: mayAnswer.resolve }
  }

  async function reportedStates(ids: number[]): Promise<string[]> {
    const rows = await world.db.query<{ state: string }>(
      't_reported',
      `select distinct data->>'state' as state from events
       where company_id = $1 and message_id = any($2::bigint[]) and type in ('delivery', 'sending_error')`,
      [world.companyId, ids],
    )
    return rows.map(({ state }) => state).sort()
  }

  it('is reported when the database is reachable again, also after another hub ended the lease', async (t) => {
    const { host, port, user, database } = world.db.pool.options as {
      host: string
      port: number
      user: string
      database: string
    }
    const network = await startDatabaseProxy({ host, port })
    const behind = openDatabase({ connection: { host: '127.0.0.1', port: network.port, user, database } })
    const loop = world.startLoop({ db: behind })
    t.after(async () => {
      await loop.stop()
      await behind.close()
      await network.stop()
    })
    const { server, ids, underWay, answer } = await patientChannel(t, 30)
    await underWay
    network.silence()
    answer()
    await world.endLeases()
    const other = world.startLoop()
    await world.until((states) => ids.every((id) => states[id] === 'not_confirmed'))
    network.resume()
    await world.until((states) => ids.every((id) => states[id] === 'sent'))
    await other.stop()
    assert.equal(server.messages().length, ids.length)
    const row = await world.row(ids[0] as number)
    assert.deepEqual([row.error_code, row.error_type, row.attempts], [null, null, 1])
  })

  it('is not given up by the hub whose own request is still open, though its lease is over', async (t) => {
    const { ids, underWay, answer } = await patientChannel(t, 3)
    const loop = world.startLoop()
    await underWay
    const elsewhere = await claimedElsewhere(t)
    await world.endLeases()
    await world.until((states) => states[elsewhere.messageId] === 'not_confirmed')
    answer()
    await world.until((states) => ids.every((id) => states[id] === 'sent'))
    assert.deepEqual(await reportedStates(ids), ['sent'])
    await loop.stop()
  })

  async function claimedElsewhere(t: TestContext) {
    const server = await fakeServer(t)
    const channel = await world.addChannel(server)
    const conversation = await world.addConversation(channel)
    const { createOutboundMessage } = await import('../messages/create.ts')
    const draft = { companyId: world.companyId, conversationId: conversation, channelId: channel, archive: false }
    await createOutboundMessage(world.db, quiet(), { ...draft, origin: 'api', actorId: 1, body: 'elsewhere' })
    const deps = { db: world.db, urls, targets: new Targets(sealer) }
    const [claimed] = await claimDeliveries(deps, world.companyId, [channel], 1)
    assert(claimed)
    return claimed
  }

  it('counts after the lease has ended, until a teammate has decided', async (t) => {
    const verbs = [null, 'send_again', 'mark_as_sent'] as const
    for (const verb of verbs) {
      const claimed = await claimedElsewhere(t)
      const { messageId, channelId } = claimed
      await world.endLeases()
      await world.complete(claimed, 'not_confirmed', true)
      const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
      if (verb) await changeDelivery(world.db, quiet(), actor, { messageId, channelId }, verb)
      const [late] = await world.complete(claimed, 'failed')
      assert.equal(late !== null, verb === null, `${verb}`)
      const state = { null: 'failed', send_again: 'queued', mark_as_sent: 'sent' }[`${verb}`]
      assert.equal((await world.row(messageId)).state, state)
    }
  })

  it('is “delayed” when the hub cannot tell whether its claim was committed, and the message is sent once later', async (t) => {
    const server = await fakeServer(t)
    const channel = await world.addChannel(server)
    let lost = 0
    const deaf: Database = {
      ...world.db,
      async query(name, text, values) {
        const rows = await world.db.query<never>(name, text, values)
        if (name === 'claim_deliveries' && lost++ === 0) throw new StorageUnavailable('its answer was lost')
        return rows
      },
    }
    const conversation = await world.addConversation(channel)
    const id = await world.send(conversation, channel, 'in doubt')
    const loop = world.startLoop({ db: deaf })
    await world.until((states) => states[id] === 'delayed')
    assert.equal((await world.row(id)).error_code, 'paused')
    const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
    await changeDelivery(world.db, world.bus, actor, { messageId: id, channelId: channel }, 'try_now')
    await world.until((states) => states[id] === 'sent')
    assert.equal(server.messages().length, 1)
    assert.ok(!(await reportedStates([id])).includes('not_confirmed'))
    await loop.stop()
  })

  it('is “failed” for a claim that was never sent, when later messages were sent', async (t) => {
    const server = await fakeServer(t)
    const channel = await world.addChannel(server)
    const conversation = await world.addConversation(channel)
    const first = await world.send(conversation, channel, 'never left')
    const deps = { db: world.db, urls, targets: new Targets(sealer) }
    const [unheard] = await claimDeliveries(deps, world.companyId, [channel], 1)
    assert(unheard)
    const second = await world.send(conversation, channel, 'sent meanwhile')
    await world.endLeases()
    const loop = world.startLoop()
    await world.until((states) => states[first] === 'not_confirmed' && states[second] === 'sent')
    await completeDeliveries(world.db, [notSent(unheard)])
    const { state, error_code, error_message } = await world.row(first)
    assert.deepEqual(
      [state, error_code, error_message],
      [
        'failed',
        'paused',
        'Portico was cut off from its database before it could send. Later messages have been sent since.',
      ],
    )
    const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
    await changeDelivery(world.db, world.bus, actor, { messageId: first, channelId: channel }, 'retry')
    await world.until((states) => states[first] === 'sent')
    assert.deepEqual(
      server.messages().map(({ body }) => body.payload.text),
      ['sent meanwhile', 'never left'],
    )
    await loop.stop()
  })

  it('is kept while storing it fails unexpectedly, and delays no other', async (t) => {
    const { ids, underWay, answer } = await patientChannel(t, 6)
    const loop = world.startLoop()
    await underWay
    const [failingId] = ids as [number]
    await world.db.pool.query(`
      create function t_fail() returns trigger language plpgsql as $$
      begin raise exception 'the unforeseen' using errcode = 'XX000'; end $$;
      create trigger t_fail before insert on deliveries for each row
        when (new.message_id = ${failingId} and new.state = 'sent') execute function t_fail()`)
    answer()
    await world.until((states) => ids.every((id) => id === failingId || states[id] === 'sent'))
    await world.db.pool.query('drop trigger t_fail on deliveries')
    await world.until((states) => states[failingId] === 'sent')
    assert.deepEqual(await reportedStates([failingId]), ['sent'])
    await loop.stop()
  })

  it('waits for a locked row of its own company only', async (t) => {
    const loop = world.startLoop()
    const held = await patientChannel(t, 3)
    await held.underWay
    const free = await startDeliveryFixture(world)
    const server = await fakeServer(t)
    const channel = await free.addChannel(server)
    await world.db.transaction(async (tx) => {
      await tx.query('t_hold', 'select 1 from counters where company_id = $1 for update', [world.companyId])
      held.answer()
      const ids: number[] = []
      for (let n = 0; n < 3; n++) ids.push(await free.send(await free.addConversation(channel), channel, `${n}`))
      await free.until((states) => ids.every((id) => states[id] === 'sent'))
    })
    await world.until((states) => held.ids.every((id) => states[id] === 'sent'))
    assert.deepEqual(await reportedStates(held.ids), ['sent'])
    await loop.stop()
  })

  it('is “not confirmed” for expired leases, also when another company, whose rows are locked, has 260 of them', async (t) => {
    const server = await fakeServer(t)
    const interrupted = async (company: DeliveryFixture, count: number) => {
      const channel = await company.addChannel(server)
      const ids: number[] = []
      for (let n = 0; n < count; n++) ids.push(await company.send(await company.addConversation(channel), channel, ''))
      await company.interrupt(ids, -1)
      return ids
    }
    const held = await interrupted(world, 260)
    const free = await startDeliveryFixture(world)
    const [id] = (await interrupted(free, 1)) as [number]
    let loop: ReturnType<DeliveryFixture['startLoop']> | undefined
    await world.db.transaction(async (tx) => {
      await tx.query('t_hold', 'select 1 from counters where company_id = $1 for update', [world.companyId])
      loop = world.startLoop()
      await free.until((states) => states[id] === 'not_confirmed')
    })
    await world.until((states) => held.every((id) => states[id] === 'not_confirmed'))
    await loop?.stop()
  })
})
