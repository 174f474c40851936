import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { succeed } from '../harness/channel-server.ts'
import { type OwnCluster, startCluster } from '../harness/cluster.ts'
import { createDatabase } from '../harness/database.ts'
import { type DatabaseProxy, startDatabaseProxy } from '../harness/database-proxy.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { countDoubled, countInversions, size } from './ledger.ts'
import { openConversations, replyUntilAccepted, sum, untilSettled } from './load.ts'

const inFlight = 4
const conversationCount = 12
/** A hub has more open already. */
const fewFiles = 20

/** Hubs on one database, a channel whose server takes a moment and a new connection for each message. */
interface Scene {
  hubs: SpawnedHub[]
  cluster: OwnCluster
  network: DatabaseProxy
  fixture: Fixture
  channel: TestChannel
  conversations: string[]
  /** Replies through all hubs while `hurt` runs, and resolves with the outcome when all are settled and `isOver`. */
  deliver(
    total: number,
    hurt: (alive: AbortSignal) => Promise<void>,
    isOver?: (states: Ledger['states']) => boolean,
  ): Promise<Ledger>
  close(): Promise<void>
}

interface Ledger {
  states: Record<string, number>
  lost: number
  doubled: number
  misordered: number
}

/** @param behind the first hub reaches the database over a network that can fall silent */
async function startScene(hubCount: number, { behind = false } = {}): Promise<Scene> {
  const cluster = await startCluster()
  const db = await createDatabase(cluster)
  const network = await startDatabaseProxy({ host: cluster.host, port: cluster.port })
  const far = { url: `postgres://${cluster.user}@127.0.0.1:${network.port}${new URL(db.url).pathname}` }
  const hubs: SpawnedHub[] = []
  for (let n = 0; n < hubCount; n++) hubs.push(await SpawnedHub.start(behind && n === 0 ? far : db))
  const fixture = await makeFixture(db, hubs[0]?.url ?? '')
  const channel = await addTestChannel(fixture, { type: { idempotent: false, max_in_flight: inFlight } })
  channel.server.behave = async (received, response) => {
    await wait(10)
    response.setHeader('connection', 'close')
    return succeed(received, response)
  }
  const conversations = await openConversations(channel, fixture, conversationCount)
  const clients = hubs.map(({ url }) => fixture.through(url))
  return {
    hubs,
    cluster,
    network,
    fixture,
    channel,
    conversations,
    async deliver(total, hurt, isOver = () => true) {
      const alive = AbortSignal.timeout(200_000)
      const writing = conversations.map(async (conversation, index) => {
        for (let n = index; n < total; n += conversationCount) {
          await replyUntilAccepted(clients[n % clients.length] ?? fixture, conversation, n, alive)
        }
      })
      await Promise.all([...writing, hurt(alive)])
      let states = await untilSettled(fixture, alive)
      while (!isOver(states)) {
        await wait(100, undefined, { signal: alive })
        states = await untilSettled(fixture, alive)
      }
      assert.equal(sum(states), total, 'every reply that was acknowledged has a delivery')
      return { states, ...judge(channel, total, states) }
    },
    async close() {
      await Promise.all(hubs.map((hub) => hub.terminate()))
      await channel.server.stop()
      await network.stop()
      await db.close()
      await cluster.stop()
    },
  }
}

function judge(channel: TestChannel, total: number, states: Record<string, number>) {
  const received = channel.server.messages().map(({ body }) => String(body.payload.text))
  const distinct = new Set(received)
  const misordered = Array.from({ length: conversationCount }, (_, index) =>
    countInversions(received.map(Number).filter((n) => n % conversationCount === index)),
  ).reduce((all, one) => all + one, 0)
  // of one that is not confirmed nobody claims that it arrived
  const lost = Math.max(0, total - distinct.size - (states.not_confirmed ?? 0))
  return { lost, doubled: countDoubled(received), misordered }
}

const clean = { lost: 0, doubled: 0, misordered: 0 }

describe('three hubs', { timeout: 280_000 }, () => {
  let scene: Scene
  before(async () => {
    scene = await startScene(3)
  })
  after(() => scene.close())

  it('that are killed at random lose, double and misorder nothing; what was under way is not confirmed', async () => {
    const kills = size(5, 60)
    const { states, ...ledger } = await scene.deliver(size(240, 4_000), async () => {
      for (let n = 0; n < kills; n++) {
        await wait(100 + Math.random() * size(400, 2_000))
        const hub = scene.hubs[Math.floor(Math.random() * 3)]
        await hub?.kill()
        await hub?.start()
      }
    })
    assert.deepEqual(ledger, clean)
    assert.deepEqual(
      Object.keys(states).filter((state) => !['sent', 'not_confirmed'].includes(state)),
      [],
    )
    assert.ok((states.not_confirmed ?? 0) <= kills * inFlight, JSON.stringify(states))
  })
})

describe('hubs whose clocks and database misbehave', { timeout: 280_000 }, () => {
  let scene: Scene
  before(async () => {
    scene = await startScene(2)
  })
  after(() => scene.close())
  const everySent = (total: number) => ({ states: { sent: total }, ...clean })

  it('send everything once and in order while they are restarted one after the other', async () => {
    const total = size(180, 3_000)
    const result = await scene.deliver(total, async () => {
      for (const hub of [...scene.hubs, ...scene.hubs]) {
        await wait(200)
        await hub.terminate()
        await hub.start()
      }
    })
    assert.deepEqual(result, everySent(total))
  })

  for (const seconds of size(1, 2) === 1 ? [3, 10] : [3, 10, 40]) {
    it(`tell nothing untrue after the database was frozen for ${seconds} s`, async () => {
      scene.channel.server.received.length = 0
      await scene.fixture.db.query('forget', 'delete from deliveries')
      await scene.fixture.db.query('forget_keys', 'delete from idempotency_keys')
      const total = 96
      const result = await scene.deliver(total, async () => {
        const frozen = scene.cluster.processes()
        for (const pid of frozen) process.kill(pid, 'SIGSTOP')
        await wait(seconds * 1_000)
        for (const pid of frozen) process.kill(pid, 'SIGCONT')
      })
      assert.deepEqual(result, everySent(total))
    })
  }

  it('are not disturbed by wall clocks that jump an hour forth and back', async () => {
    scene.channel.server.received.length = 0
    await scene.fixture.db.query('forget', 'delete from deliveries')
    await scene.fixture.db.query('forget_keys', 'delete from idempotency_keys')
    const total = size(120, 1_000)
    const result = await scene.deliver(total, async () => {
      for (const ms of [3_600_000, -3_600_000, -3_600_000, 3_600_000]) {
        for (const hub of scene.hubs) {
          await wait(150)
          await hub.shiftClock(ms)
        }
      }
    })
    assert.deepEqual(result, everySent(total))
  })
})

describe('a hub that is cut off from its database, or from sockets', { timeout: 280_000 }, () => {
  let scene: Scene
  before(async () => {
    scene = await startScene(2, { behind: true })
  })
  after(() => scene.close())

  it('reports its results when the silence ends, after the lease has expired', async () => {
    const total = 96
    const silence = async () => {
      await wait(300)
      scene.network.silence()
      await wait(18_000)
      scene.network.resume()
    }
    // the other hub may have said already that nobody knows, when the one that knows comes back
    const { states, ...ledger } = await scene.deliver(total, silence, ({ not_confirmed = 0 }) => not_confirmed === 0)
    // a claim whose answer fell into the silence was never begun: others were sent since, and it says that it was not
    const { sent = 0, failed = 0, ...others } = states
    assert.deepEqual({ others, total: sent + failed }, { others: {}, total })
    assert.ok(failed <= inFlight, `${failed} failed`)
    assert.deepEqual(ledger, { lost: failed, doubled: 0, misordered: 0 })
    assert.equal(await failedBecause(scene.fixture, 'paused'), failed)
  })

  it('delays what it has no socket for, and says of nothing that it may have arrived', async (t) => {
    if (spawnSync('prlimit', ['--version']).status !== 0) return t.skip('no prlimit on this machine')
    scene.channel.server.received.length = 0
    await scene.fixture.db.query('forget', 'delete from deliveries')
    await scene.fixture.db.query('forget_keys', 'delete from idempotency_keys')
    const total = 96
    const cutOthers = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    const limit = (pid: number, files: number) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`])
    const result = await scene.deliver(total, async () => {
      for (let n = 0; n < 3; n++) {
        for (const { pid } of scene.hubs) limit(pid, fewFiles)
        await wait(100)
        // nor can they open a new connection to their database, for what they know
        await scene.fixture.db.query('cut', cutOthers)
        await wait(1_500)
        for (const { pid } of scene.hubs) limit(pid, 1_024)
        await wait(500)
      }
    })
    assert.deepEqual(result, { states: { sent: total }, ...clean })
  })
})

async function failedBecause({ db, companyId }: Fixture, code: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'failed_because',
    `select count(*) as n from deliveries where company_id = $1 and state = 'failed' and error_code = $2`,
    [companyId, code],
  )
  return row?.n ?? 0
}

describe('a hub that was stopped while it sent', { timeout: 280_000 }, () => {
  let scene: Scene
  before(async () => {
    scene = await startScene(2)
  })
  after(() => scene.close())

  it('sends nothing under its old claims when it goes on, though somebody said Send again meanwhile', async () => {
    const [stopped, other] = scene.hubs as [SpawnedHub, SpawnedHub]
    const alive = AbortSignal.timeout(200_000)
    const { fixture, conversations, channel } = scene
    let n = 0
    for (let round = 0; round < size(2, 12); round++) {
      for (const conversation of conversations) await replyUntilAccepted(fixture, conversation, n++, alive)
      await wait(Math.random() * 10)
      stopped.pause()
      const since = performance.now()
      await fixture.db.query('end_leases', `update delivery_claims set lease_until = now() - interval '1 s'`)
      await untilSettled(fixture, alive)
      for (const id of await notConfirmed(fixture)) {
        await sendAgain(fixture.through(other.url), id, alive)
      }
      await untilSettled(fixture, alive)
      await wait(Math.max(0, 8_000 - (performance.now() - since)))
      const before = channel.server.messages().length
      stopped.resume()
      while (
        (await fetch(`${stopped.url}/readyz`).then(
          (answer) => answer.status,
          () => 0,
        )) !== 200
      )
        await wait(50)
      await wait(500)
      assert.equal(channel.server.messages().length, before, 'sent under a claim that had ended')
    }
  })

  /** The stopped hub may hold a row in a transaction: PostgreSQL ends that in its time, and until then the answer is 503. */
  async function sendAgain(fixture: Pick<Fixture, 'call'>, id: string, alive: AbortSignal): Promise<void> {
    for (;;) {
      const answer = await fixture.call('POST', `/messages/${id}/delivery/send_again`)
      if (answer.status < 300) return
      assert.equal(answer.status, 503, JSON.stringify(answer.body))
      await wait(200, undefined, { signal: alive })
    }
  }

  async function notConfirmed({ db, companyId }: Fixture): Promise<string[]> {
    const { publicId } = await import('@portico/protocol')
    const rows = await db.query<{ message_id: number }>(
      'not_confirmed',
      `select message_id from deliveries where company_id = $1 and state = 'not_confirmed'`,
      [companyId],
    )
    return rows.map(({ message_id }) => publicId('msg', companyId, message_id))
  }
})
