import { after, before, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { type OwnCluster, startCluster } from '../harness/cluster.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { size } from './counting.ts'
import { startLoad } from './load.ts'

let cluster: OwnCluster
let hub: SpawnedHub
let fixture: Fixture
let channel: TestChannel
before(async () => {
  cluster = await startCluster()
  const db = await createDatabase(cluster)
  hub = await SpawnedHub.start(db)
  fixture = await makeFixture(db, hub.url)
  channel = await addTestChannel(fixture, { type: { idempotent: false, max_in_flight: 4 } })
})
after(async () => {
  await hub.kill()
  await fixture.db.close()
  await channel.server.stop()
  await cluster.stop()
})

/** Sends SIGKILL to the hub, the postmaster and all its children at once; then starts both again. */
async function cutPower(): Promise<void> {
  for (const pid of cluster.processes()) process.kill(pid, 'SIGKILL')
  await hub.kill()
  await cluster.crash()
  await hub.start()
}

it('a hub and a database that are killed together lose nothing acknowledged, duplicate nothing and keep the order', {
  timeout: 240_000,
}, async () => {
  const cuts = size(2, 8)
  const load = await startLoad(channel, fixture, { clients: 4, pushes: 0 }, AbortSignal.timeout(200_000))
  for (let n = 0; n < cuts; n++) {
    await wait(size(500, 10_000))
    await cutPower()
  }
  await wait(300)
  await load.stop()
  await load.assertOutcome(cuts * 4)
})
