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
import { countDuplicates, countInversions, size } from './counting.ts'
import { openConversations, replyUntilAccepted, sum, untilSettled } from './load.ts'

const inFlight = 4
const conversationCount = 12
/** A file limit below the number of files that a hub has open. */
const fewFiles = 20

/** Hubs on one database, and a channel whose slow server closes the connection after each message. */
interface Setup {
  hubs: SpawnedHub[]
  cluster: OwnCluster
  network: DatabaseProxy
  fixture: Fixture
  channel: TestChannel
  conversations: string[]
  /** Sends replies through all hubs while `fault` runs, and resolves with the outcome when all are settled and `isDone`. */
  deliver(
    total: number,
    fault: (deadline: AbortSignal) => Promise<void>,
    isDone?: (states: Tally['states']) => boolean,
  ): Promise<Tally>
  close(): Promise<void>
}

interface Tally {
  states: Record<string, number>
  lost: number
  duplicates: number
  outOfOrder: number
}

/** @param throughProxy connects the first hub to the database through a proxy that can be paused */
async function startSetup(hubCount: number, { throughProxy = false } = {}): Promise<Setup> {
  const cluster = await startCluster()
  const db = await createDatabase(cluster)
  const network = await startDatabaseProxy({ host: cluster.host, port: cluster.port })
  const proxied = { url: `postgres://${cluster.user}@127.0.0.1:${network.port}${new URL(db.url).pathname}` }
  const hubs: SpawnedHub[] = []
  for (let n = 0; n < hubCount; n++) hubs.push(await SpawnedHub.start(throughProxy && n === 0 ? proxied : db))
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
    async deliver(total, fault, isDone = () => true) {
      const deadline = AbortSignal.timeout(200_000)
      const writing = conversations.map(async (conversation, index) => {
        for (let n = index; n < total; n += conversationCount) {
          await replyUntilAccepted(clients[n % clients.length] ?? fixture, conversation, n, deadline)
        }
      })
      await Promise.all([...writing, fault(deadline)])
      let states = await untilSettled(fixture, deadline)
      while (!isDone(states)) {
        await wait(100, undefined, { signal: deadline })
        states = await untilSettled(fixture, deadline)
      }
      assert.equal(sum(states), total, 'every reply that was acknowledged has a delivery')
      return { states, ...tallyOf(channel, total, states) }
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

function tallyOf(channel: TestChannel, total: number, states: Record<string, number>) {
  const received = channel.server.messages().map(({ body }) => String(body.payload.text))
  const distinct = new Set(received)
  const outOfOrder = Array.from({ length: conversationCount }, (_, index) =>
    countInversions(received.map(Number).filter((n) => n % conversationCount === index)),
  ).reduce((total, count) => total + count, 0)
  // an unconfirmed message may be lost
  const lost = Math.max(0, total - distinct.size - (states.not_confirmed ?? 0))
  return { lost, duplicates: countDuplicates(received), outOfOrder }
}

const noFaults = { lost: 0, duplicates: 0, outOfOrder: 0 }

describe('three hubs', { timeout: 280_000 }, () => {
  let setup: Setup
  before(async () => {
    setup = await startSetup(3)
  })
  after(() => setup.close())

  it('lose, duplicate and reorder nothing when they are killed at random; messages in flight are not confirmed', async () => {
    const kills = size(5, 60)
    const { states, ...tally } = await setup.deliver(size(240, 4_000), async () => {
      for (let n = 0; n < kills; n++) {
        await wait(100 + Math.random() * size(400, 2_000))
        const hub = setup.hubs[Math.floor(Math.random() * 3)]
        await hub?.kill()
        await hub?.start()
      }
    })
    assert.deepEqual(tally, noFaults)
    assert.deepEqual(
      Object.keys(states).filter((state) => !['sent', 'not_confirmed'].includes(state)),
      [],
    )
    assert.ok((states.not_confirmed ?? 0) <= kills * inFlight, JSON.stringify(states))
  })
})

describe('two hubs', { timeout: 280_000 }, () => {
  let setup: Setup
  before(async () => {
    setup = await startSetup(2)
  })
  after(() => setup.close())
  const everySent = (total: number) => ({ states: { sent: total }, ...noFaults })

  it('send everything once and in order while they are restarted one after the other', async () => {
    const total = size(180, 3_000)
    const result = await setup.deliver(total, async () => {
      for (const hub of [...setup.hubs, ...setup.hubs]) {
        await wait(200)
        await hub.terminate()
        await hub.start()
      }
    })
    assert.deepEqual(result, everySent(total))
  })

  for (const seconds of size(1, 2) === 1 ? [3, 10] : [3, 10, 40]) {
    it(`report the true states after the database was frozen for ${seconds} s`, async () => {
      setup.channel.server.received.length = 0
      await setup.fixture.db.query('forget', 'delete from deliveries')
      await setup.fixture.db.query('forget_keys', 'delete from idempotency_keys')
      const total = 96
      const result = await setup.deliver(total, async () => {
        const frozen = setup.cluster.processes()
        for (const pid of frozen) process.kill(pid, 'SIGSTOP')
        await wait(seconds * 1_000)
        for (const pid of frozen) process.kill(pid, 'SIGCONT')
      })
      assert.deepEqual(result, everySent(total))
    })
  }

  it('work unchanged while their wall clocks jump an hour forward and back', async () => {
    setup.channel.server.received.length = 0
    await setup.fixture.db.query('forget', 'delete from deliveries')
    await setup.fixture.db.query('forget_keys', 'delete from idempotency_keys')
    const total = size(120, 1_000)
    const result = await setup.deliver(total, async () => {
      for (const ms of [3_600_000, -3_600_000, -3_600_000, 3_600_000]) {
        for (const hub of setup.hubs) {
          await wait(150)
          await hub.shiftClock(ms)
        }
      }
    })
    assert.deepEqual(result, everySent(total))
  })
})

describe('a hub without its database or without sockets', { timeout: 280_000 }, () => {
  let setup: Setup
  before(async () => {
    setup = await startSetup(2, { throughProxy: true })
  })
  after(() => setup.close())

  it('reports its results once the database is back, after its leases expired', async () => {
    const total = 96
    const silence = async () => {
      await wait(300)
      setup.network.silence()
      await wait(18_000)
      setup.network.resume()
    }
    // the other hub may already have reported "not confirmed" when the one with the result returns
    const { states, ...tally } = await setup.deliver(total, silence, ({ not_confirmed = 0 }) => not_confirmed === 0)
    // a claim whose response was lost was never started: it failed, because later messages were sent since
    const { sent = 0, failed = 0, ...others } = states
    assert.deepEqual({ others, total: sent + failed }, { others: {}, total })
    assert.ok(failed <= inFlight, `${failed} failed`)
    assert.deepEqual(tally, { lost: failed, duplicates: 0, outOfOrder: 0 })
    assert.equal(await failedBecause(setup.fixture, 'paused'), failed)
  })

  it('delays messages for which it has no socket, and reports none as possibly arrived', async (t) => {
    if (spawnSync('prlimit', ['--version']).status !== 0) return t.skip('no prlimit on this machine')
    setup.channel.server.received.length = 0
    await setup.fixture.db.query('forget', 'delete from deliveries')
    await setup.fixture.db.query('forget_keys', 'delete from idempotency_keys')
    const total = 96
    const cutOthers = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    const limit = (pid: number, files: number) => spawnSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`])
    const result = await setup.deliver(total, async () => {
      for (let n = 0; n < 3; n++) {
        for (const { pid } of setup.hubs) limit(pid, fewFiles)
        await wait(100)
        // they cannot open a new connection to their database to report results either
        await setup.fixture.db.query('cut', cutOthers)
        await wait(1_500)
        for (const { pid } of setup.hubs) limit(pid, 1_024)
        await wait(500)
      }
    })
    assert.deepEqual(result, { states: { sent: total }, ...noFaults })
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

describe('a hub that was suspended (SIGSTOP) while it sent', { timeout: 280_000 }, () => {
  let setup: Setup
  before(async () => {
    setup = await startSetup(2)
  })
  after(() => setup.close())

  it('sends nothing under its old claims when it resumes, after a teammate chose Send again', async () => {
    const [suspended, other] = setup.hubs as [SpawnedHub, SpawnedHub]
    const deadline = AbortSignal.timeout(200_000)
    const { fixture, conversations, channel } = setup
    let n = 0
    for (let round = 0; round < size(2, 12); round++) {
      for (const conversation of conversations) await replyUntilAccepted(fixture, conversation, n++, deadline)
      await wait(Math.random() * 10)
      suspended.pause()
      const since = performance.now()
      await fixture.db.query('end_leases', `update delivery_claims set lease_until = now() - interval '1 s'`)
      await untilSettled(fixture, deadline)
      for (const id of await notConfirmed(fixture)) {
        await sendAgain(fixture.through(other.url), id, deadline)
      }
      await untilSettled(fixture, deadline)
      await wait(Math.max(0, 8_000 - (performance.now() - since)))
      const before = channel.server.messages().length
      suspended.resume()
      while (
        (await fetch(`${suspended.url}/readyz`).then(
          (answer) => answer.status,
          () => 0,
        )) !== 200
      )
        await wait(50)
      await wait(500)
      assert.equal(channel.server.messages().length, before, 'sent under a claim that had ended')
    }
  })

  /** Repeats "Send again" while the response is 503: the suspended hub may hold a row until PostgreSQL ends its transaction. */
  async function sendAgain(fixture: Pick<Fixture, 'call'>, id: string, deadline: AbortSignal): Promise<void> {
    for (;;) {
      const answer = await fixture.call('POST', `/messages/${id}/delivery/send_again`)
      if (answer.status < 300) return
      assert.equal(answer.status, 503, JSON.stringify(answer.body))
      await wait(200, undefined, { signal: deadline })
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
