import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, inbound, type TestChannel } from '../harness/channel.ts'
import { type OwnCluster, startCluster } from '../harness/cluster.ts'
import { createDatabase } from '../harness/database.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { requireStoredOnce } from './load.ts'

const disk = mkdtempSync(join(tmpdir(), 'portico-disk-'))
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk])
const skip = mount.status !== 0 && 'a small disk cannot be mounted here (that needs root)'
process.on('exit', () => {
  if (!skip) spawnSync('umount', ['-l', disk])
  rmdirSync(disk)
})

describe('a full disk of the database and of its write-ahead log', { skip }, () => {
  let cluster: OwnCluster
  let hub: SpawnedHub
  let fixture: Fixture
  let channel: TestChannel
  before(async () => {
    chmodSync(disk, 0o755)
    cluster = await startCluster({ min_wal_size: '32MB', max_wal_size: '32MB' }, disk)
    const db = await createDatabase(cluster)
    hub = await SpawnedHub.start(db)
    fixture = await makeFixture(db, hub.url)
    channel = await addTestChannel(fixture)
  })
  after(async () => {
    await hub.kill()
    await fixture.db.close()
    await channel.server.stop()
    await cluster.stop()
  })

  const push = (externalId: string, body: string) =>
    fixture.call('POST', `/channels/${channel.id}/inbound_messages`, inbound({ body, externalId }), {
      token: channel.token(),
    })

  it('is a 503 with Retry-After; every acknowledged message is there once there is room again', {
    timeout: 120_000,
  }, async () => {
    const acknowledged = new Map<string, string>()
    const body = 'x'.repeat(200_000)
    const ballast = join(disk, 'ballast')
    fill(ballast)
    let refusals = 0
    for (let n = 0; refusals < 5; n++) {
      const answer = await push(`m-${n}`, body + n)
      if (answer.status === 202) acknowledged.set(`m-${n}`, answer.body.message_uid)
      else {
        assert.equal(answer.status, 503, JSON.stringify(answer.body))
        assert.ok(Number(answer.headers.get('retry-after')) >= 1)
        refusals++
      }
      assert.ok(n < 2_000, 'the disk never got full')
    }
    assert.equal((await fixture.call('GET', '/healthz')).status, 200)
    rmSync(ballast)
    // PostgreSQL stops itself without room for its log; a supervisor restarts it
    if (!existsSync(`${cluster.host}/data/postmaster.pid`)) await cluster.crash()
    while ((await fixture.call('GET', '/readyz')).status !== 200);
    const { status, body: stored } = await push('afterwards', 'There is room again')
    assert.equal(status, 202)
    acknowledged.set('afterwards', stored.message_uid)
    await requireStoredOnce(fixture, acknowledged)
  })
})

/** Writes until the disk is full. */
function fill(file: string): void {
  const piece = Buffer.alloc(1_048_576)
  try {
    for (;;) appendFileSync(file, piece)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}
