import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type DeliveryFixture, sealer, startDeliveryFixture, urls } from '../../../../tests/harness/deliveries.ts'
import type { ApiError } from '../http/api-error.ts'
import { changeDelivery, type DeliveryVerb, deliveryVerbs } from './change.ts'
import { type Claimed, claimDeliveries } from './claim.ts'
import { Targets } from './targets.ts'

let world: DeliveryFixture
before(async () => {
  world = await startDeliveryFixture()
})
after(() => world.close())

const runs = process.env.PORTICO_FAULTS === 'full' ? 10_000 : 30

type State = 'queued' | 'sending' | 'delayed' | 'sent' | 'failed' | 'not_confirmed' | 'cancelled'
type Ending = 'sent' | 'failed' | 'delayed' | 'not_confirmed'

type Step =
  | { do: 'send' }
  | { do: 'claim' }
  | { do: 'finish'; ending: Ending }
  | { do: 'expire' }
  /** Reports a late result, after its lease had ended or it was reported already. */
  | { do: 'late'; ending: Ending }
  /** Mostly a verb that its message's state allows. */
  | { do: 'change'; verb: number; which: number; isSensible: boolean }

/** The state machine of docs/protocol.md, for one conversation and without SQL. */
class Model {
  readonly messages: { id: number; state: State; isDue: boolean; attempts: number; isInterrupted: boolean }[] = []
  next: number | undefined

  unsettled = () => this.messages.filter(({ state }) => ['queued', 'sending', 'delayed'].includes(state))
  get = (id: number | undefined) => this.messages.find((message) => message.id === id)

  /** Order: what is oldest goes next, but never past what has begun. */
  promote(): void {
    const now = this.get(this.next)
    if (now && this.unsettled().includes(now)) return
    this.next = this.unsettled().reduce<number | undefined>((oldest, { id }) => Math.min(oldest ?? id, id), undefined)
  }

  /** Applies a late result while nobody has decided. A delayed one is retried only before later messages were sent. */
  correct(id: number, ending: Ending): void {
    const message = this.get(id)
    assert(message)
    const isOvertaken = this.messages.some((other) => other.id > id && other.attempts > 0)
    const state = ending === 'delayed' && isOvertaken ? 'failed' : ending
    Object.assign(message, { state, isDue: false, isInterrupted: false })
    if (state === 'delayed' && this.get(this.next)?.state !== 'sending') this.next = undefined
    this.promote()
  }

  allows(verb: DeliveryVerb, state: State): boolean {
    if (verb === 'retry' || verb === 'dismiss') return state === 'failed'
    if (verb === 'send_again' || verb === 'mark_as_sent') return state === 'not_confirmed'
    return state === 'queued' || state === 'delayed'
  }

  change(verb: DeliveryVerb, id: number): void {
    const message = this.get(id)
    assert(message)
    message.isInterrupted = false
    if (verb === 'retry' || verb === 'send_again') Object.assign(message, { state: 'queued', isDue: true })
    if (verb === 'mark_as_sent') message.state = 'sent'
    if (verb === 'cancel') message.state = 'cancelled'
    if (verb === 'try_now') {
      message.isDue = true
      const next = this.get(this.next)
      if (next?.state === 'delayed') next.isDue = true
    }
    this.promote()
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'send' }) },
  { weight: 5, arbitrary: fc.constant<Step>({ do: 'claim' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      ending: fc.constantFrom<Ending[]>('sent', 'failed', 'delayed', 'not_confirmed'),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'expire' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('late' as const),
      ending: fc.constantFrom<Ending[]>('sent', 'failed', 'delayed', 'not_confirmed'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      verb: fc.nat(),
      which: fc.nat(),
      isSensible: fc.boolean(),
    }),
  },
)

test(`deliveries follow the state machine in any order of events (${runs} histories)`, async () => {
  const deps = { db: world.db, urls, targets: new Targets(sealer) }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 45 }), async (steps) => {
      const channel = await world.addChannel({ url: 'http://127.0.0.1:9/' })
      const conversation = await world.addConversation(channel)
      // a conversation that a customer began stays when all replies are cancelled
      await world.db.query(
        't_inbound',
        `insert into messages (company_id, id, conversation_id, channel_id, is_inbound, origin, handle, body, body_format, blurb)
         values ($1, $2, $2, $3, true, 'channel', 'ivo', 'Hello', 'text', 'Hello')`,
        [world.companyId, conversation, channel],
      )
      const model = new Model()
      let current: Claimed | undefined
      let earlier: Claimed | undefined

      const end = async (ending: Ending, isExpired = false) => {
        if (!current) return
        const [completion] = await world.complete(current, ending, isExpired)
        assert.notEqual(completion, null)
        const message = model.get(current.messageId)
        assert(message)
        Object.assign(message, { state: ending, isDue: false, isInterrupted: isExpired })
        earlier = current
        current = undefined
        model.promote()
      }

      for (const step of steps) {
        if (step.do === 'send') {
          model.messages.push({
            id: await world.send(conversation, channel, 'text'),
            state: 'queued',
            isDue: true,
            attempts: 0,
            isInterrupted: false,
          })
          model.promote()
        } else if (step.do === 'claim') {
          const next = model.get(model.next)
          const mayStart = next !== undefined && next.state !== 'sending' && next.isDue
          const claimed = await claimDeliveries(deps, world.companyId, [channel], 16)
          assert.deepEqual(
            claimed.map(({ messageId }) => messageId),
            mayStart ? [next.id] : [],
          )
          if (mayStart) {
            next.state = 'sending'
            next.attempts++
            current = claimed[0]
          }
        } else if (step.do === 'finish') await end(step.ending)
        else if (step.do === 'expire' && current) {
          assert.deepEqual(
            await world.complete(current, 'not_confirmed', true),
            [null],
            'a lease that runs has not ended',
          )
          await world.endLeases()
          await end('not_confirmed', true)
        } else if (step.do === 'late' && earlier) {
          const counts = model.get(earlier.messageId)?.isInterrupted === true
          const [completion] = await world.complete(earlier, step.ending)
          assert.equal(completion !== null, counts)
          if (counts) model.correct(earlier.messageId, step.ending)
        } else if (step.do === 'change') {
          const message = model.messages[step.which % model.messages.length]
          if (!message) continue
          const sensible = deliveryVerbs.filter((verb) => model.allows(verb, message.state))
          const verbs = step.isSensible && sensible.length > 0 ? sensible : deliveryVerbs
          const verb = verbs[step.verb % verbs.length] ?? 'retry'
          const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
          const key = { messageId: message.id, channelId: channel }
          const code = await changeDelivery(world.db, world.bus, actor, key, verb).then(
            () => null,
            (error: ApiError) => error.code,
          )
          assert.equal(code, model.allows(verb, message.state) ? null : 'delivery_not_in_state')
          if (code === null) model.change(verb, message.id)
        }
        await world.closeBreakers()
        assert.deepEqual(
          await world.stored(conversation),
          model.messages.map((m) => ({
            id: m.id,
            state: m.state,
            attempts: m.attempts,
            is_next: m.id === model.next,
          })),
        )
      }
    }),
    { numRuns: runs, endOnFailure: true },
  )
})
