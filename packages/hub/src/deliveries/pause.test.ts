import assert from 'node:assert/strict'
import { createSecretKey, randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it, type TestContext } from 'node:test'
import { succeed } from '../../../../tests/harness/channel-server.ts'
import { fakeServer } from '../../../../tests/harness/deliveries.ts'
import { addressRules } from '../outbound-http/addresses.ts'
import { readSettings } from '../settings/settings.ts'
import { attempt } from './attempt.ts'
import type { Claimed } from './claim.ts'
import { Stopwatch } from './stopwatch.ts'

const PAUSE_MS = 20_000
const allow = addressRules(readSettings({ PORTICO_DEMO: '0' }))

/** The clocks of a suspended process, and those of a machine that slept. */
const clocks: Record<string, (t: TestContext) => void> = {
  'both clocks went on': (t) => {
    shift(t, performance, PAUSE_MS)
    shift(t, Date, PAUSE_MS)
  },
  'the monotonic clock stood still': (t) => shift(t, Date, PAUSE_MS),
  'the wall clock was set back meanwhile': (t) => {
    shift(t, performance, PAUSE_MS)
    shift(t, Date, -3_600_000)
  },
}

function shift(t: TestContext, clock: { now(): number }, ms: number): void {
  const real = clock.now.bind(clock)
  t.mock.method(clock, 'now', () => real() + ms)
}

interface Scene {
  server: Awaited<ReturnType<typeof fakeServer>>
  claimed: Claimed
  pause: () => void
  send: () => ReturnType<typeof attempt>
}

function during(channel: string, pause: () => void): () => void {
  const once = () => {
    unsubscribe(channel, once)
    pause()
  }
  subscribe(channel, once)
  return () => void unsubscribe(channel, once)
}

const steps: Record<string, (scene: Scene) => ReturnType<typeof attempt>> = {
  'before it is begun': ({ pause, send }) => {
    pause()
    return send()
  },
  'before it connects': ({ pause, send }) => {
    during('undici:client:beforeConnect', pause)
    return send()
  },
  'when it has connected': ({ pause, send }) => {
    during('undici:client:connected', pause)
    return send()
  },
  'while it waits for a connection': async ({ server, pause, send }) => {
    const held = Promise.withResolvers<void>()
    server.behave = async (received, response) => {
      await held.promise
      succeed(received, response)
    }
    const first = send()
    await server.until(() => server.messages().length === 1)
    const second = send()
    pause()
    held.resolve()
    await first
    server.received.length = 0
    return second
  },
}

describe('a hub', () => {
  for (const [step, run] of Object.entries(steps)) {
    for (const [clock, pause] of Object.entries(clocks)) {
      it(`${step}, and ${clock}`, async (t) => {
        const server = await fakeServer(t)
        const claimed = claimFor(server.url)
        const sinceClaim = new Stopwatch()
        const send = () => attempt(claimed, allow, sinceClaim, { report: assert.ifError })
        const { outcome } = await run({ server, claimed, pause: () => pause(t), send })
        assert.deepEqual([outcome.state, outcome.errorCode, outcome.isHealthy], ['delayed', 'paused', null])
        assert.deepEqual(server.messages(), [])
      })
    }
  }

  it('sends the messages of a claim whose lease is valid', async (t) => {
    const server = await fakeServer(t)
    const { outcome } = await attempt(claimFor(server.url), allow, new Stopwatch(), { report: assert.ifError })
    assert.equal(outcome.state, 'sent')
  })
})

function claimFor(url: string): Claimed {
  const secret = createSecretKey(Buffer.alloc(32, 's'))
  const channelId = Math.floor(Math.random() * 1e9)
  return {
    companyId: 1,
    messageId: 1,
    channelId,
    claimId: randomUUID(),
    attempt: 1,
    retries: 0,
    body: Buffer.from(JSON.stringify({ type: 'message', payload: { id: 'msg_1' } })),
    target: {
      ...{ url, server: url, connections: 1, idempotent: false },
      ...{ secret, secretId: 1, credential: null, authType: 'none' as const, token: null },
    },
  }
}
