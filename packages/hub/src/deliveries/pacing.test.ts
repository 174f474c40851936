import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { answer, type Received, succeed } from '../../../../tests/harness/channel-server.ts'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'

const inFlight = 4

/** A server that takes so many requests a second, as a counter of the running second or as a bucket that refills. */
class Limiter {
  readonly refusedAt: number[] = []
  readonly taken: { text: string; at: number }[] = []
  readonly #mayPass: (now: number) => boolean
  readonly #refuse: (response: ServerResponse) => void

  constructor(mayPass: (now: number) => boolean, refuse: (response: ServerResponse) => void) {
    this.#mayPass = mayPass
    this.#refuse = refuse
  }

  behave = (received: Received, response: ServerResponse) => {
    const now = performance.now()
    if (this.#mayPass(now)) {
      this.taken.push({ text: String(received.body.payload.text), at: now })
      void succeed(received, response)
      return
    }
    this.refusedAt.push(now)
    this.#refuse(response)
  }
}

function secondCounter(perSecond: number) {
  let [second, count] = [-1, 0]
  return (now: number) => {
    if (Math.floor(now / 1_000) !== second) [second, count] = [Math.floor(now / 1_000), 0]
    return ++count <= perSecond
  }
}

function bucket(perSecond: number, capacity: number) {
  let [tokens, filledAt] = [capacity, performance.now()]
  return (now: number) => {
    tokens = Math.min(capacity, tokens + ((now - filledAt) * perSecond) / 1_000)
    filledAt = now
    if (tokens < 1) return false
    tokens--
    return true
  }
}

const saying = (status: number, header?: () => string) => (response: ServerResponse) => {
  if (header) response.setHeader('retry-after', header())
  answer(response, status, {})
}

const inASecond = () => new Date(Date.now() + 1_000).toUTCString()

const limits = {
  'a counter of the second, 429 and Retry-After: 1': () =>
    new Limiter(
      secondCounter(20),
      saying(429, () => '1'),
    ),
  'a bucket of five': () =>
    new Limiter(
      bucket(20, 5),
      saying(429, () => '1'),
    ),
  'a bucket of one': () =>
    new Limiter(
      bucket(20, 1),
      saying(429, () => '1'),
    ),
  'Retry-After as a date': () => new Limiter(bucket(20, 5), saying(429, inASecond)),
  'Retry-After: 0': () =>
    new Limiter(
      bucket(20, 5),
      saying(429, () => '0'),
    ),
  'no Retry-After': () => new Limiter(bucket(20, 5), saying(429)),
  '503 and Retry-After: 1': () =>
    new Limiter(
      bucket(20, 5),
      saying(503, () => '1'),
    ),
}

describe('a channel with a rate limit', { timeout: 60_000 }, () => {
  let world: DeliveryFixture
  before(async () => {
    world = await startDeliveryFixture()
  })
  after(() => world.close())

  const stateOfChannel = async (channel: number) => {
    const [row] = await world.db.query<{ failures: number; opened: boolean; pause_ms: number | null }>(
      't_lane_pacing',
      `select failures, open_until is not null as opened, (extract(epoch from paused_until - now()) * 1000)::bigint as pause_ms
       from channel_delivery_states where company_id = $1 and channel_id = $2`,
      [world.companyId, channel],
    )
    return row
  }

  it('gets its backlog in order with any way of counting, and its circuit breaker stays closed', async (t) => {
    const cases = await Promise.all(
      Object.entries(limits).map(async ([name, make]) => {
        const server = await fakeServer(t)
        const channel = await world.addChannel(server, { maxInFlight: inFlight })
        const limiter = make()
        server.behave = limiter.behave
        return { name, channel, limiter, conversations: [] as number[] }
      }),
    )
    for (const request of cases) {
      for (let n = 0; n < 12; n++) request.conversations.push(await world.addConversation(request.channel))
      for (let n = 0; n < 72; n++) {
        await world.send(request.conversations[n % 12] as number, request.channel, `${n}`)
      }
    }
    const loop = world.startLoop()
    await world.until()
    await loop.stop()
    assert.deepEqual(new Set(Object.values(await world.states())), new Set(['sent']))
    for (const { name, channel, limiter } of cases) {
      const { failures, opened } = (await stateOfChannel(channel)) ?? {}
      assert.deepEqual({ name, failures, opened }, { name, failures: 0, opened: false })
      const taken = limiter.taken.map(({ text }) => Number(text))
      assert.deepEqual([taken.length, new Set(taken).size], [72, 72], name)
      for (let c = 0; c < 12; c++) {
        const own = taken.filter((n) => n % 12 === c)
        assert.deepEqual(
          own,
          own.toSorted((a, b) => a - b),
          `${name}: the order of a conversation`,
        )
      }
      assert.ok(limiter.refusedAt.length > 0, `${name}: it was reached`)
      const news = limiter.refusedAt.filter((at, i) => i === 0 || at - (limiter.refusedAt[i - 1] ?? 0) > 500)
      for (const at of news) {
        const meanwhile = [...limiter.taken.map((request) => request.at), ...limiter.refusedAt]
        // requests in flight at the 429
        const early = meanwhile.filter((other) => other > at && other < at + 900).length
        assert.ok(early < inFlight, `${name}: ${early} requests in a pause`)
      }
    }
  })

  it('is paused for an hour when it asks for a year, and “Try now” ends the pause at once', async (t) => {
    const { changeDelivery } = await import('./change.ts')
    const server = await fakeServer(t)
    const channel = await world.addChannel(server)
    server.behave = (_received, response) => saying(429, () => '31536000')(response)
    const id = await world.send(await world.addConversation(channel), channel, 'patience')
    const loop = world.startLoop()
    await world.until((states) => states[id] === 'delayed')
    const { pause_ms } = (await stateOfChannel(channel)) ?? {}
    assert.ok(pause_ms && pause_ms > 3_500_000 && pause_ms <= 3_600_000, `${pause_ms}`)
    const other = await world.send(await world.addConversation(channel), channel, 'the next')
    assert.deepEqual((await world.choose()).includes(channel), false)
    server.behave = succeed
    const actor = { companyId: world.companyId, kind: 'system' as const, id: null }
    await changeDelivery(world.db, world.bus, actor, { messageId: id, channelId: channel }, 'try_now')
    await world.until((states) => states[id] === 'sent' && states[other] === 'sent')
    await loop.stop()
  })
})
