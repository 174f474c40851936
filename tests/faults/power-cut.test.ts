import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { type OwnCluster, startCluster } from '../harness/cluster.ts'
import { createDatabase } from '../harness/database.ts'
import { makeWorld, type TestWorld } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { countDoubled, countInversions, size } from './ledger.ts'
import {
  openConversations,
  pushUntilAccepted,
  replyUntilAccepted,
  requireStoredOnce,
  sum,
  untilSettled,
} from './load.ts'

let cluster: OwnCluster
let hub: SpawnedHub
let world: TestWorld
let channel: TestChannel
before(async () => {
  cluster = await startCluster()
  const db = await createDatabase(cluster)
  hub = await SpawnedHub.start(db)
  world = await makeWorld(db, hub.url)
  channel = await addTestChannel(world, { type: { idempotent: false, max_in_flight: 4 } })
})
after(async () => {
  await hub.kill()
  await world.db.close()
  await channel.server.stop()
  await cluster.stop()
})

/** SIGKILL to the hub, the postmaster and all its children at once; then both come back. */
async function cutPower(): Promise<void> {
  for (const pid of cluster.processes()) process.kill(pid, 'SIGKILL')
  await hub.kill()
  await cluster.crash()
  await hub.start()
}

it('hub and database killed together lose nothing that was acknowledged, double nothing, keep the order', {
  timeout: 240_000,
}, async () => {
  const conversations = await openConversations(channel, world, 8)
  const acknowledged = new Map<string, string>()
  const alive = AbortSignal.timeout(200_000)
  const working = new AbortController()
  const push = Array.from({ length: 4 }, async (_, client) => {
    for (let n = 0; !working.signal.aborted; n++) {
      const externalId = `m-${client}-${n}`
      acknowledged.set(externalId, await pushUntilAccepted(channel, world, externalId, `c-${client}-${n % 10}`, alive))
    }
  })
  let replies = 0
  const answer = conversations.map(async (conversation, index) => {
    for (let n = index; !working.signal.aborted; n += conversations.length) {
      await replyUntilAccepted(world, conversation, n, alive)
      replies++
    }
  })
  const cuts = size(2, 8)
  for (let n = 0; n < cuts; n++) {
    await wait(size(500, 10_000))
    await cutPower()
  }
  await wait(300)
  working.abort()
  await Promise.all([...push, ...answer])
  const states = await untilSettled(world, alive)
  await requireStoredOnce(world, acknowledged)
  const received = channel.server.messages().map(({ body }) => String(body.payload.text))
  assert.equal(sum(states), replies)
  assert.equal(countDoubled(received), 0)
  assert.deepEqual(
    Object.keys(states).filter((state) => !['sent', 'not_confirmed'].includes(state)),
    [],
  )
  assert.ok((states.not_confirmed ?? 0) <= cuts * 4)
  for (const index of conversations.keys()) {
    assert.equal(countInversions(received.map(Number).filter((n) => n % conversations.length === index)), 0)
  }
})
