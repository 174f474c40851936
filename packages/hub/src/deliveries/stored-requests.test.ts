import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type DeliveryFixture, sealer, startDeliveryFixture, urls } from '../../../../tests/harness/deliveries.ts'
import { Bus } from '../events/bus.ts'
import { changeDelivery, type DeliveryVerb } from './change.ts'
import { claimDeliveries } from './claim.ts'
import { Targets } from './targets.ts'

describe('a stored request', () => {
  let world: DeliveryFixture
  let channel: number
  before(async () => {
    world = await startDeliveryFixture()
    channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
  })
  after(() => world.close())

  const rows = (sql: string, ...values: unknown[]) =>
    world.db.pool.query(sql, [world.companyId, ...values]).then((result) => result.rows)
  const claim = async () => {
    await world.closeBreakers()
    const deps = { db: world.db, urls, targets: new Targets(sealer) }
    const [one] = await claimDeliveries(deps, world.companyId, [channel], 1)
    assert(one)
    return one
  }
  const change = (messageId: number, verb: DeliveryVerb) =>
    changeDelivery(
      world.db,
      new Bus({ notify() {} }),
      { companyId: world.companyId, kind: 'system', id: null },
      { messageId, channelId: channel },
      verb,
    )

  /** A message that was tried. */
  async function tried(text: string, state: 'failed' | 'delayed' | 'sent') {
    await world.send(await world.addConversation(channel), channel, text)
    const one = await claim()
    await world.complete(one, state)
    return one
  }

  /** Ages the claims of these messages by so many days; `version` of the UUID that names their requests. */
  async function age(claimId: string, days: number, version = 7) {
    const ms = Date.now() - days * 24 * 3_600_000
    const time = version === 7 ? ms.toString(16).padStart(12, '0') : 'f0f0f0f0f0f0'
    const aged = `${time.slice(0, 8)}-${time.slice(8)}-${version}${claimId.slice(15)}`
    for (const table of ['delivery_requests', 'deliveries', 'outbox'])
      await rows(`update ${table} set batch_id = $3 where company_id = $1 and batch_id = $2`, claimId, aged)
    await rows(
      'update deliveries set settled_at = now() - make_interval(days => $3) where company_id = $1 and batch_id = $2',
      aged,
      days,
    )
  }

  const expire = () => rows('select delete_expired_rows($1)')
  const requestOf = async (messageId: number) => (await world.row(messageId)).request_body

  it('is removed 30 days after it was sent, and not while its message may be retried', async () => {
    const old = await tried('old', 'sent')
    const recent = await tried('recent', 'failed')
    const waits = await tried('waits', 'delayed')
    await age(old.claimId, 31)
    await age(recent.claimId, 29)
    await age(waits.claimId, 31)
    await expire()
    assert.equal(await requestOf(old.messageId), null)
    assert.equal(await requestOf(recent.messageId), String(recent.body))
    assert.equal(await requestOf(waits.messageId), String(waits.body))
    await change(waits.messageId, 'cancel')
  })

  it('is removed by the time its messages were settled when 0.2.0 stored it', async () => {
    const old = await tried('old', 'sent')
    const recent = await tried('recent', 'sent')
    await age(old.claimId, 31, 4)
    await age(recent.claimId, 29, 4)
    await expire()
    assert.equal(await requestOf(old.messageId), null)
    assert.equal(await requestOf(recent.messageId), String(recent.body))
  })

  it('is built again once when its message is sent after that, and later attempts have the same bytes', async () => {
    const first = await tried('sent again', 'failed')
    await age(first.claimId, 31)
    await expire()
    await change(first.messageId, 'retry')
    await rows(`update messages set subject = 'changed' where company_id = $1 and id = $2`, first.messageId)
    const second = await claim()
    assert.equal(second.messageId, first.messageId)
    assert.match(String(second.body), /"sent again"/)
    assert.match(String(second.body), /"changed"/)
    const idOf = ({ body }: typeof first) => JSON.parse(String(body)).payload.id
    assert.equal(idOf(second), idOf(first))
    await world.complete(second, 'delayed')
    await rows(`update messages set subject = 'changed again' where company_id = $1 and id = $2`, first.messageId)
    await change(first.messageId, 'try_now')
    const third = await claim()
    assert.equal(String(third.body), String(second.body))
    await world.complete(third, 'failed')
    await change(first.messageId, 'retry')
    assert.equal(String((await claim()).body), String(second.body))
  })

  it('is removed with so many others at once, and the rest soon after', async () => {
    const { db } = world
    const dueAt = async () => {
      const [timer] = await rows(
        `select extract(epoch from due_at - now()) as seconds from timers where company_id = $1 and kind = 'expired-rows'`,
      )
      return Number(timer.seconds)
    }
    await db.pool.query(
      `insert into delivery_requests (company_id, batch_id, start, messages, ends, bytes)
       select $1, ('00000000' || lpad(to_hex(n), 4, '0') || '7000' || repeat('0', 16))::uuid, start, '{0}', '{1}', 'x'
       from generate_series(1, 250) n, unnest(array[0, 1]) start`,
      [world.companyId],
    )
    const count = async () =>
      Number((await rows(`select count(*) from delivery_requests where company_id = $1 and bytes = 'x'`))[0].count)
    await expire()
    assert.equal(await count(), 100)
    assert.ok((await dueAt()) < 60)
    await expire()
    assert.equal(await count(), 0)
    assert.ok((await dueAt()) > 3_600)
  })
})
