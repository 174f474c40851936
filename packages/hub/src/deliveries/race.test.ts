import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sealer, startDeliveryWorld, urls, type World } from '../../../../tests/harness/deliveries.ts'
import { type Claimed, claimDeliveries } from './claim.ts'
import { Targets } from './targets.ts'

let world: World
before(async () => {
  world = await startDeliveryWorld()
})
after(() => world.close())

const lanes = 20
const isFull = process.env.PORTICO_FAULTS === 'full'
const messagesEach = isFull ? 1_000 : 40

/**
 * What a hub does when it is told of a channel or finishes on it, without the poll that would cover a lost claim: look at
 * once, send, complete, look again. It ends when there is nothing more to look for.
 */
async function claimer(
  wanted: Set<number>,
  hasEnded: () => boolean,
  seen: Claimed[],
  deps: Parameters<typeof claimDeliveries>[0],
) {
  while (!hasEnded() || wanted.size > 0) {
    const channels = [...wanted]
    wanted.clear()
    const claimed = channels.length > 0 ? await claimDeliveries(deps, world.companyId, channels, 16) : []
    seen.push(...claimed)
    for (const one of claimed) {
      assert.notEqual((await world.complete(one, 'sent'))[0], null, 'a claim that was ours was not')
      wanted.add(one.channelId)
    }
    if (claimed.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

test('six who write and four who claim, on twenty channels and without a poll: each is claimed once, none is left', async () => {
  const channels = await Promise.all(
    Array.from({ length: lanes }, () => world.addChannel({ url: 'http://127.0.0.1:9/' })),
  )
  const places = await Promise.all(
    channels.flatMap((channel) =>
      [0, 1].map(async () => ({ channel, conversation: await world.addConversation(channel) })),
    ),
  )
  const deps = { db: world.db, urls, targets: new Targets(sealer) }
  const seen: Claimed[] = []
  let writing = 6
  const heard = Array.from({ length: 4 }, () => new Set<number>())
  const unhear = world.bus.on('deliveries', (_company, ids) => {
    for (const wanted of heard) for (const id of ids) wanted.add(id)
  })
  const write = async (writer: number) => {
    for (let n = 0; n < messagesEach; n++) {
      const place = places[(n * 7 + writer * 13) % places.length]
      assert(place)
      await world.send(place.conversation, place.channel, `${writer} ${n}`)
    }
    writing--
  }
  await Promise.all([
    ...Array.from({ length: 6 }, (_value, writer) => write(writer)),
    ...heard.map((wanted) => claimer(wanted, () => writing === 0, seen, deps)),
  ])
  unhear()
  const states = Object.values(await world.states())
  const left = states.filter((state) => state !== 'sent').length
  const claimedIds = seen.map(({ messageId }) => messageId)
  assert.deepEqual(
    { sent: states.length - left, left, claimed: claimedIds.length, distinct: new Set(claimedIds).size },
    { sent: 6 * messagesEach, left: 0, claimed: 6 * messagesEach, distinct: 6 * messagesEach },
  )
})
