import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type DeliveryFixture, sealer, startDeliveryFixture, urls } from '../../../../tests/harness/deliveries.ts'
import { CLAIM_BYTES } from '../db/constants.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { Bus, type CreatedDelivery } from '../events/bus.ts'
import { changeDelivery, type DeliveryVerb } from './change.ts'
import { claimDeliveries } from './claim.ts'
import { completeDeliveries } from './complete.ts'
import { Targets } from './targets.ts'

describe('a claim', () => {
  let world: DeliveryFixture
  before(async () => {
    world = await startDeliveryFixture()
  })
  after(() => world.close())

  const claim = (channels: number[], limit = 128) =>
    claimDeliveries({ db: world.db, urls, targets: new Targets(sealer) }, world.companyId, channels, limit)
  const sendTo = async (channel: number, text: string) =>
    world.send(await world.addConversation(channel), channel, text)
  const change = (messageId: number, channelId: number, verb: DeliveryVerb) => {
    const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
    return changeDelivery(world.db, new Bus({ notify() {} }), actor, { messageId, channelId }, verb)
  }
  const rows = (sql: string, ...values: unknown[]) =>
    world.db.pool.query(sql, [world.companyId, ...values]).then((result) => result.rows)

  it('takes no more than the channel allows, however many look at once', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' }, { maxInFlight: 3 })
    for (let n = 0; n < 12; n++) await sendTo(channel, `${n}`)
    const claimed = (await Promise.all(Array.from({ length: 6 }, () => claim([channel])))).flat()
    assert.equal(claimed.length, 3)
    assert.equal(new Set(claimed.map(({ messageId }) => messageId)).size, 3)
  })

  it('is of what was seen only: one that was tried since is looked at again', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const id = await sendTo(channel, 'tried meanwhile')
    const late: DeliveryFixture['db'] = {
      ...world.db,
      async query(name, text, values) {
        if (name === 'claim_deliveries') {
          const [first] = await claim([channel])
          assert(first)
          await world.complete(first, 'delayed')
          await change(id, channel, 'try_now')
        }
        return world.db.query(name, text, values)
      },
    }
    const deps = { db: late, urls, targets: new Targets(sealer) }
    assert.deepEqual(await claimDeliveries(deps, world.companyId, [channel], 16), [])
    const [again] = await claim([channel])
    assert.equal(again?.attempt, 2)
  })

  it('is of what was handed over only while it may start, and of one that others see at the same time only once', async () => {
    const deps = { db: world.db, urls, targets: new Targets(sealer) }
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const handed: CreatedDelivery[] = []
    const unsubscribe = world.bus.on('deliveries', (_company, _channels, created) => void handed.push(...created))
    const [first, second] = [await sendTo(channel, 'taken back'), await sendTo(channel, 'seen by three')]
    const conversation = await world.addConversation(channel)
    const [third, behind] = [
      await world.send(conversation, channel, 'three'),
      await world.send(conversation, channel, 'four'),
    ]
    unsubscribe()
    assert.deepEqual(
      handed.map(({ messageId }) => messageId),
      [first, second, third],
    )
    await change(first, channel, 'cancel')
    const claims = await Promise.all([
      claimDeliveries(deps, world.companyId, [], 128, { created: handed }),
      claimDeliveries(deps, world.companyId, [], 128, { created: handed }),
      claim([channel]),
    ])
    const ids = claims.flat().map(({ messageId }) => messageId)
    assert.deepEqual(ids.sort(), [second, third])
    assert.equal((await world.states())[behind], 'queued')
    for (const claim of claims.flat())
      assert.equal((await world.row(claim.messageId)).request_body, claim.body.toString())
  })

  it('stores requests of any size, each as it was built', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' }, { maxInFlight: 32 })
    const texts = ['', 'é'.repeat(9_000), 'short', 'x'.repeat(40_000), 'last'].map((text, n) => `${n} ${text}`)
    const ids: number[] = []
    for (const text of texts) ids.push(await sendTo(channel, text))
    const claimed = await claim([channel])
    assert.equal(claimed.length, texts.length)
    for (const delivery of claimed) {
      assert.equal((await world.row(delivery.messageId)).request_body, delivery.body.toString())
      assert.match(delivery.body.toString(), new RegExp(`"${texts[ids.indexOf(delivery.messageId)]?.slice(0, 5)}`))
      await world.complete(delivery, 'delayed')
      await change(delivery.messageId, channel, 'try_now')
    }
    await world.closeBreakers()
    const again = await claim([channel])
    const bytes = (list: typeof claimed) => new Map(list.map(({ messageId, body }) => [messageId, body.toString()]))
    assert.deepEqual(bytes(again), bytes(claimed))
  })

  it('reads a limited number of bytes, and leaves the rest to the next one', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' }, { maxInFlight: 32 })
    const handed: CreatedDelivery[] = []
    const unsubscribe = world.bus.on('deliveries', (_company, _channels, created) => void handed.push(...created))
    const ids: number[] = []
    for (let n = 0; n < 8; n++) ids.push(await sendTo(channel, 'x'.repeat(CLAIM_BYTES / 4)))
    unsubscribe()
    const deps = { db: world.db, urls, targets: new Targets(sealer) }
    const remaining: number[] = []
    const tellRemaining = (channels: Set<number>) => void remaining.push(...channels)
    const claims = [
      await claimDeliveries(deps, world.companyId, [], 128, { created: handed, remaining: tellRemaining }),
      await claimDeliveries(deps, world.companyId, [channel], 128, { remaining: tellRemaining }),
      await claimDeliveries(deps, world.companyId, [channel], 128, { remaining: tellRemaining }),
    ]
    // a request has a body twice, as HTML and as text
    assert.deepEqual(
      claims.map(({ length }) => length),
      [2, 4, 2],
    )
    assert.deepEqual(remaining, [channel, channel])
    assert.deepEqual(
      claims.flat().map(({ messageId }) => messageId),
      ids,
    )
  })

  it('stores no request for a message that cannot be built, and builds it again at the retry', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const [id, other] = [await sendTo(channel, 'unsendable'), await sendTo(channel, 'sendable')]
    await rows(`update messages set recipients = '{}' where company_id = $1 and id = $2`, id)
    const claimed = await claim([channel])
    assert.deepEqual(
      claimed.map(({ messageId, body }) => [messageId, body instanceof Error]),
      [
        [id, true],
        [other, false],
      ],
    )
    for (const delivery of claimed) await world.complete(delivery, 'failed')
    await rows('update messages set recipients = null where company_id = $1 and id = $2', id)
    for (const message of [id, other]) await change(message, channel, 'retry')
    const [first, second] = await claim([channel])
    assert.match(String(first?.body), /"unsendable"/)
    assert.equal(String(second?.body), String(claimed[1]?.body))
    assert.equal((await world.row(id)).request_body, String(first?.body))
  })

  it('does not exist for a cancelled message, nor for one on a deleted channel', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const conversation = await world.addConversation(channel)
    const [first, second] = [
      await world.send(conversation, channel, 'one'),
      await world.send(conversation, channel, 'two'),
    ]
    await change(first, channel, 'cancel')
    const [claimed] = await claim([channel])
    assert.equal(claimed?.messageId, second)
    await assert.rejects(change(second, channel, 'cancel'), { code: 'delivery_not_in_state' })
    const waiting = await sendTo(channel, 'three')
    await rows(`select delete_channel($1, $2, 'cha_x', 'system', null)`, channel)
    const states = await world.states()
    assert.deepEqual([states[first], states[second], states[waiting]], ['cancelled', 'sending', 'cancelled'])
    assert.deepEqual(await claim([channel]), [])
    assert.ok(claimed)
    await world.complete(claimed, 'delayed')
    assert.equal((await world.states())[second], 'failed')
  })

  it('ends without a trace when its conversation is permanently deleted, and its bytes are zeroed', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const conversations = [await world.addConversation(channel), await world.addConversation(channel)]
    for (const [n, conversation] of conversations.entries())
      await world.send(conversation, channel, `canary ${n} ${'x'.repeat(9_000)}`)
    const claimed = await claim([channel])
    const [gone, kept] = claimed
    assert(gone && kept)
    const erase = async (conversation: number | undefined) => {
      await rows(`update conversations set status = 'trashed' where company_id = $1 and id = $2`, conversation)
      const [row] = await rows(`select delete_conversation($1, $2, 'cnv_x', 'system', null) as outcome`, conversation)
      assert.equal(row.outcome, 'deleted')
    }
    const stored = async () => {
      const found = await rows(
        'select bytes from delivery_requests where company_id = $1 and batch_id = $2 order by start',
        gone.claimId,
      )
      return Buffer.concat(found.map(({ bytes }) => bytes)).toString()
    }
    await erase(conversations[0])
    assert.deepEqual(await world.complete(gone, 'sent'), [null])
    assert.ok(!(await stored()).includes('canary 0'))
    assert.equal((await world.row(kept.messageId)).request_body, kept.body.toString())
    await world.complete(kept, 'sent')
    assert.equal((await world.row(kept.messageId)).request_body, kept.body.toString())
    await erase(conversations[1])
    assert.equal(await stored(), '')
  })

  it('is in doubt when its response was lost, and not when the database refused it', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const id = await sendTo(channel, 'refused')
    const inDoubt: number[] = []
    const onInDoubt = (claimed: { messageId: number }[]) =>
      void inDoubt.push(...claimed.map(({ messageId }) => messageId))
    const claimWith = (db: DeliveryFixture['db']) =>
      claimDeliveries({ db, urls, targets: new Targets(sealer) }, world.companyId, [channel], 1, { inDoubt: onInDoubt })
    await world.db.pool.query(`
      create function t_refuse() returns trigger language plpgsql as $$
      begin raise exception 'refused' using errcode = 'XX000'; end $$;
      create trigger t_refuse before insert on delivery_claims for each row execute function t_refuse()`)
    await assert.rejects(claimWith(world.db), { code: 'XX000' })
    await world.db.pool.query('drop trigger t_refuse on delivery_claims')
    assert.deepEqual(inDoubt, [])
    const deaf: DeliveryFixture['db'] = {
      ...world.db,
      async query(name, text, values) {
        const found = await world.db.query<never>(name, text, values)
        if (name === 'claim_deliveries') throw new StorageUnavailable('its answer was lost')
        return found
      },
    }
    await assert.rejects(claimWith(deaf), StorageUnavailable)
    assert.deepEqual(inDoubt, [id])
  })

  it('leaves a message that is sent again what the channel called it before', async () => {
    const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
    const id = await sendTo(channel, 'sent twice')
    const find = async (externalId: string) =>
      (await rows('select find_by_external_id($1, $2, $3) as id', channel, externalId))[0].id
    const sendAs = async (externalId: string) => {
      const [one] = await claim([channel])
      assert(one)
      const { companyId, messageId, channelId, claimId } = one
      const outcome = {
        ...{ state: 'sent' as const, errorCode: null, message: null, externalId, externalConversationId: null },
        ...{ retryAfterMs: null, pauseMs: null, warning: null, isHealthy: true, delayMs: null },
      }
      const call = { isExpired: false, startedAt: 1, durationMs: 1, statusCode: 200, excerpt: null }
      const [completion] = await completeDeliveries(world.db, [
        { companyId, messageId, channelId, claimId, ...call, outcome },
      ])
      assert.deepEqual(completion, { isExternalIdTaken: false, isConversationIdTaken: false, hasNext: false })
    }
    await sendAs('first')
    await rows(`select fail_message($1, $2, $3, 'It bounced')`, channel, id)
    await change(id, channel, 'retry')
    assert.equal(await find('first'), id)
    await sendAs('first')
    assert.equal(await find('first'), id)
    await rows(`select fail_message($1, $2, $3, 'It bounced')`, channel, id)
    await change(id, channel, 'retry')
    await sendAs('second')
    assert.deepEqual([await find('first'), await find('second')], [null, id])
    const attempts = await rows(
      'select number, outcome from delivery_attempts where company_id = $1 and message_id = $2 order by 1',
      id,
    )
    assert.deepEqual(
      attempts,
      [1, 2, 3].map((number) => ({ number, outcome: 'sent' })),
    )
  })
})
