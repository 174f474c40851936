import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ApiError, HubNotReached } from '../api/errors.ts'
import { queryClient } from '../api/query-client.ts'
import type { Me } from '../api/types.ts'
import { meQuery } from '../session/session.ts'
import { type Item, items } from './items.ts'
import { abandon, enqueue, registerOutboxHandlers, release, resend, startOutbox, wakeOutbox } from './outbox.ts'

interface Reply extends Item {
  kind: 'reply'
  text: string
}

const conversationId = 'cnv_1'
const stored = new Map<string, string>()
const sentTexts: string[] = []
/** The fault that the handler simulates for a text. */
let faults: Record<string, 'send' | 'refused' | 'done' | 'no'> = {}
/** The behaviour of the handler's preparation, by text. */
let preparations: Record<string, () => Promise<'ready' | 'held'>> = {}
const answered = (text: string) => enqueue<Reply>({ kind: 'reply', conversationId, text })
const waiting = () => items.all().map((item) => (item as Reply).text ?? item.kind)
const storedItem = (item: Item) =>
  stored.set(`portico.tea_1.outbox.${conversationId}.${item.order}.${item.key}`, JSON.stringify(item))

function breakIf(text: string, where: string): void {
  if (faults[text] === where) throw new TypeError(`broken in ${where}`)
}

before(() => {
  const page = new EventTarget()
  const listen = page.addEventListener.bind(page)
  const localStorage = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  }
  const listed = new Proxy(localStorage, {
    ownKeys: () => [...stored.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  })
  Object.assign(globalThis, { window: { addEventListener: listen }, reportError: () => {} })
  Object.defineProperty(globalThis, 'localStorage', { value: listed, configurable: true })
  Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })
  queryClient.setQueryData(meQuery.queryKey, { id: 'tea_1' } as Me)
  registerOutboxHandlers({
    reply: {
      prepare: async (item) => preparations[(item as Reply).text]?.() ?? 'ready',
      async send(item) {
        const { text } = item as Reply
        sentTexts.push(text)
        breakIf(text, 'send')
        if (faults[text] === 'refused' || faults[text] === 'no')
          throw new ApiError({ status: 409, code: 'too_late', message: 'Too late.', details: ['why'] })
        return text
      },
      refused: (item) => breakIf((item as Reply).text, 'refused'),
      done: (item) => breakIf((item as Reply).text, 'done'),
    },
  })
  startOutbox()
})
beforeEach(() => {
  faults = {}
  preparations = {}
  stored.clear()
  sentTexts.length = 0
  items.read()
})
// the broadcast channel and the lock would keep the process alive
after(() => void setTimeout(() => process.exit(), 100))

describe('an item that is prepared before its request', () => {
  it('holds those after it while it is held, and goes on when it is released', async () => {
    preparations = { first: async () => 'held' }
    const first = answered('first')
    const second = answered('second')
    await setImmediate()
    assert.deepEqual([waiting(), sentTexts], [['first', 'second'], []])
    preparations = {}
    release(first.item, { text: 'first, changed' })
    await second.outcome
    assert.deepEqual([waiting(), sentTexts], [[], ['first, changed', 'second']])
  })

  it('is prepared again when the hub was not reached', async () => {
    let tries = 0
    preparations = {
      first: async () => {
        if (++tries === 1) throw new HubNotReached('away')
        return 'ready'
      },
    }
    const first = answered('first')
    while (tries === 0) await setImmediate()
    await setImmediate()
    assert.deepEqual([waiting(), sentTexts], [['first'], []])
    wakeOutbox()
    assert.deepEqual(await first.outcome, { answer: 'first' })
  })

  it('is not sent when it is abandoned meanwhile', async () => {
    let end = (_: 'ready') => {}
    preparations = { first: () => new Promise((resolve) => (end = resolve)) }
    const first = answered('first')
    await setImmediate()
    abandon(first.item)
    end('ready')
    assert.deepEqual(await answered('second').outcome, { answer: 'second' })
    assert.deepEqual(sentTexts, ['second'])
  })
})

describe('an item that fails in a page', () => {
  it('stays stored when its kind is unknown, and the next one is sent', async () => {
    storedItem({ kind: 'of_tomorrow', tab: 'closed', key: 'k', order: 1, conversationId })
    assert.deepEqual(await answered('next').outcome, { answer: 'next' })
    assert.deepEqual(waiting(), ['of_tomorrow'])
  })

  for (const where of ['send', 'refused'] as const)
    it(`stays when its handler throws at “${where}”, and is sent by a retry`, async () => {
      faults = { first: where }
      const first = answered('first')
      assert.deepEqual(await answered('second').outcome, { answer: 'second' })
      assert.deepEqual(waiting(), ['first'])
      faults = {}
      resend(first.item)
      assert.deepEqual(await first.outcome, { answer: 'first' })
      assert.deepEqual([waiting(), sentTexts], [[], ['first', 'second', 'first']])
    })

  it('is not sent again when the hub has accepted it', async () => {
    faults = { first: 'done' }
    const first = answered('first')
    assert.deepEqual(await answered('second').outcome, { answer: 'second' })
    assert.deepEqual(await first.outcome, { answer: 'first' })
    assert.deepEqual(sentTexts, ['first', 'second'])
  })
})

describe('other tabs', () => {
  it('receive an error with its code', async () => {
    const otherTab = new BroadcastChannel('portico-outbox')
    const received = once(otherTab, 'message')
    faults = { first: 'no' }
    const { item, outcome } = answered('first')
    await outcome
    const [{ data }] = (await received) as [MessageEvent]
    const refusal = { status: 409, code: 'too_late', message: 'Too late.', details: ['why'] }
    assert.deepEqual(data, { key: item.key, refusal })
    otherTab.close()
  })

  it('check less and less often while the first item belongs to an open tab', async (t) => {
    const { locks } = navigator
    let end = () => {}
    await new Promise<void>((isHeld) => {
      void locks.request('portico-tab-other', () => {
        isHeld()
        return new Promise<void>((resolve) => {
          end = resolve
        })
      })
    })
    const query = t.mock.method(locks, 'query')
    t.mock.timers.enable({ apis: ['setTimeout'] })
    storedItem({ kind: 'reply', tab: 'other', key: 'k', order: 1, conversationId, text: 'theirs' } as Reply)
    const mine = answered('mine')
    for (let passed = 0; passed < 20_000; passed += 100) {
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      t.mock.timers.tick(100)
    }
    const looks = query.mock.callCount()
    assert.ok(looks > 1 && looks < 12, `looked ${looks} times in 20 s`)
    assert.deepEqual(sentTexts, [])
    end()
    for (let passed = 0; passed < 10_000; passed += 100) {
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      t.mock.timers.tick(100)
    }
    assert.deepEqual(await mine.outcome, { answer: 'mine' })
    assert.deepEqual(sentTexts, ['theirs', 'mine'])
  })

  it('retry what failed in one of them, once that is closed', async () => {
    let close = () => {}
    await new Promise<void>((isHeld) => {
      void navigator.locks.request('portico-tab-left', () => {
        isHeld()
        return new Promise<void>((resolve) => {
          close = resolve
        })
      })
    })
    const failed = { kind: 'reply', tab: 'left', key: 'f', order: 1, conversationId, text: 'failed there' }
    storedItem({ ...failed, unhandledIn: 'left' } as unknown as Item)
    items.read()
    assert.deepEqual(await answered('mine').outcome, { answer: 'mine' })
    assert.deepEqual([sentTexts, waiting()], [['mine'], ['failed there']])
    close()
    await new Promise<void>((resolve) => {
      const stop = items.subscribe(() => {
        if (waiting().length > 0) return
        stop()
        resolve()
      })
    })
    assert.deepEqual(sentTexts, ['mine', 'failed there'])
  })

  it('get the time that storage needs, also when the hub becomes reachable', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    storedItem({ kind: 'reply', tab: 'closed', key: 'k', order: 1, conversationId, text: 'theirs' } as Reply)
    const mine = answered('mine')
    for (let turn = 0; turn < 20; turn++) {
      await setImmediate()
      wakeOutbox()
    }
    assert.deepEqual(sentTexts, [])
    t.mock.timers.tick(200)
    assert.deepEqual(await mine.outcome, { answer: 'mine' })
    assert.deepEqual(sentTexts, ['theirs', 'mine'])
  })
})
