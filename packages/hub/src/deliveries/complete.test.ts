import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type DeliveryFixture, sealer, startDeliveryFixture, urls } from '../../../../tests/harness/deliveries.ts'
import { claimDeliveries } from './claim.ts'
import { type Completion, completeDeliveries, type Finished } from './complete.ts'
import { Targets } from './targets.ts'

const outcome = {
  ...{ state: 'sent' as const, errorCode: null, message: null, externalId: null, externalConversationId: null },
  ...{ retryAfterMs: null, pauseMs: null, warning: null, isHealthy: true, delayMs: null },
}
const call = { isExpired: false, startedAt: 1, durationMs: 1, statusCode: 200, excerpt: null }

describe('a batch of results', () => {
  let world: DeliveryFixture
  before(async () => {
    world = await startDeliveryFixture()
  })
  after(() => world.close())

  /** Claims so many messages on a new channel, each in a new conversation. */
  async function claimed({ db, companyId, ...of }: DeliveryFixture, count: number, more = 0) {
    const channel = await of.addChannel({ url: 'http://127.0.0.1:9/' }, { maxInFlight: 16 })
    for (let n = 0; n < count; n++) {
      const conversation = await of.addConversation(channel)
      for (let m = 0; m <= more; m++) await of.send(conversation, channel, `${n}.${m}`)
    }
    return claimDeliveries({ db, urls, targets: new Targets(sealer) }, companyId, [channel], count)
  }

  const finished = (
    of: Awaited<ReturnType<typeof claimed>>[number],
    report: Partial<Finished['outcome']>,
  ): Finished => {
    const { companyId, messageId, channelId, claimId } = of
    return { companyId, messageId, channelId, claimId, ...call, outcome: { ...outcome, ...report } }
  }

  const rows = (sql: string, ...values: unknown[]) =>
    world.db.pool.query(sql, [world.companyId, ...values]).then((result) => result.rows)

  for (const batches of ['one', 'two']) {
    it(`stores the same external conversation id for two new conversations with both messages (${batches})`, async () => {
      const [first, second] = await claimed(world, 2)
      assert(first && second)
      const thread = `thread of ${batches}`
      const results = [first, second].map((of, n) =>
        finished(of, { externalId: `${thread} ${n}`, externalConversationId: thread }),
      )
      const completions: (Completion | null)[] = []
      for (const batch of batches === 'one' ? [results] : results.map((result) => [result]))
        completions.push(...(await completeDeliveries(world.db, batch)))
      assert.deepEqual(
        completions.map((completion) => completion?.isConversationIdTaken),
        [false, true],
      )
      const owners = await rows(
        `select e.conversation_id = m.conversation_id as is_first from conversation_external_ids e
         join messages m on m.company_id = e.company_id and m.id = $3
         where e.company_id = $1 and e.channel_id = $2 and e.external_id = $4`,
        first.channelId,
        first.messageId,
        thread,
      )
      assert.deepEqual(owners, [{ is_first: true }])
      const fail = 'select receive_failure($1, $2, $3, $4, $5) as outcome'
      for (const n of [0, 1]) {
        const [report] = await rows(fail, first.channelId, thread, `${thread} ${n}`, 'It bounced')
        assert.equal(report.outcome, 'failed', `message ${n}`)
      }
    })
  }

  it('returns that a conversation has a next message, per company', async () => {
    const other = await startDeliveryFixture(world)
    const fresh = await startDeliveryFixture(world)
    const [goesOn] = await claimed(fresh, 1, 1)
    const [ends] = await claimed(other, 1)
    assert(goesOn && ends)
    const conversationOf = async ({ companyId, messageId }: typeof ends) =>
      (
        await world.db.pool.query('select conversation_id from messages where company_id = $1 and id = $2', [
          companyId,
          messageId,
        ])
      ).rows[0].conversation_id
    assert.equal(await conversationOf(goesOn), await conversationOf(ends))
    const completions = await completeDeliveries(world.db, [finished(goesOn, {}), finished(ends, {})])
    assert.deepEqual(
      completions.map((completion) => completion?.hasNext),
      [true, false],
    )
  })

  it('records the error of the attempt on the channel, not the final state of the message', async () => {
    const [unheard] = await claimed(world, 1)
    assert(unheard)
    const { conversation_id: conversation } = (
      await rows('select conversation_id from messages where company_id = $1 and id = $2', unheard.messageId)
    )[0]
    await world.endLeases()
    await world.complete(unheard, 'not_confirmed', true)
    // a later message goes
    await world.send(conversation, unheard.channelId, 'later')
    const [later] = await claimDeliveries(
      { db: world.db, urls, targets: new Targets(sealer) },
      world.companyId,
      [unheard.channelId],
      1,
    )
    assert(later)
    await world.complete(later, 'sent')
    await completeDeliveries(world.db, [
      finished(unheard, {
        ...{ state: 'delayed', errorCode: 'connection_refused', message: 'The server is down.' },
        ...{ isHealthy: false, delayMs: 5_000 },
      }),
    ])
    assert.equal(
      (await world.row(unheard.messageId)).error_message,
      'The server is down. Later messages have been sent since.',
    )
    const [health] = await rows(
      'select last_error from channel_delivery_states where company_id = $1 and channel_id = $2',
      unheard.channelId,
    )
    assert.equal(health.last_error, 'The server is down.')
  })
})
