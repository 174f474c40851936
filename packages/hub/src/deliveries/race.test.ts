import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type DeliveryFixture, sealer, startDeliveryFixture, urls } from '../../../../tests/harness/deliveries.ts'
import { type Claimed, claimDeliveries } from './claim.ts'
import { Targets } from './targets.ts'

let world: DeliveryFixture
before(async () => {
  world = await startDeliveryFixture()
})
after(() => world.close())

const channelCount = 20
const isFull = process.env.PORTICO_FAULTS === 'full'
const messagesEach = isFull ? 1_000 : 40

/**
 * Works like a hub after a wake-up or a completion, without the poll that would cover a lost claim: peek, send, complete, peek
 * again. Ends when a peek finds nothing.
 */
async function claimer(
  pending: Set<number>,
  hasEnded: () => boolean,
  seen: Claimed[],
  deps: Parameters<typeof claimDeliveries>[0],
) {
  while (!hasEnded() || pending.size > 0) {
    const channels = [...pending]
    pending.clear()
    let isMoreLeft = false
    const remaining = (channelIds: Set<number>) => {
      isMoreLeft = channelIds.size > 0
    }
    const claimed = channels.length > 0 ? await claimDeliveries(deps, world.companyId, channels, 16, { remaining }) : []
    seen.push(...claimed)
    // twenty channels have more than the sixteen of one peek, and another worker may have claimed those
    if (claimed.length > 0 || isMoreLeft) for (const channelId of channels) pending.add(channelId)
    for (const delivery of claimed) {
      assert.notEqual((await world.complete(delivery, 'sent'))[0], null, 'a claim that was ours was not')
      pending.add(delivery.channelId)
    }
    if (claimed.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

test('six writers and four claimers on twenty channels claim each message once, without a poll', async () => {
  const channels = await Promise.all(
    Array.from({ length: channelCount }, () => world.addChannel({ url: 'http://127.0.0.1:9/' })),
  )
  const conversations = await Promise.all(
    channels.flatMap((channel) =>
      [0, 1].map(async () => ({ channel, conversation: await world.addConversation(channel) })),
    ),
  )
  const deps = { db: world.db, urls, targets: new Targets(sealer) }
  const seen: Claimed[] = []
  let writing = 6
  const pendingOfEach = Array.from({ length: 4 }, () => new Set<number>())
  const unsubscribe = world.bus.on('deliveries', (_company, ids) => {
    for (const pending of pendingOfEach) for (const id of ids) pending.add(id)
  })
  const write = async (writer: number) => {
    for (let n = 0; n < messagesEach; n++) {
      const one = conversations[(n * 7 + writer * 13) % conversations.length]
      assert(one)
      await world.send(one.conversation, one.channel, `${writer} ${n}`)
    }
    writing--
  }
  await Promise.all([
    ...Array.from({ length: 6 }, (_value, writer) => write(writer)),
    ...pendingOfEach.map((pending) => claimer(pending, () => writing === 0, seen, deps)),
  ])
  unsubscribe()
  const states = Object.values(await world.states())
  const left = states.filter((state) => state !== 'sent').length
  const claimedIds = seen.map(({ messageId }) => messageId)
  assert.deepEqual(
    { sent: states.length - left, left, claimed: claimedIds.length, distinct: new Set(claimedIds).size },
    { sent: 6 * messagesEach, left: 0, claimed: 6 * messagesEach, distinct: 6 * messagesEach },
  )
})
