import { useSyncExternalStore } from 'react'
import { ApiError } from '../api/errors.ts'
import { type Given, type Item, items } from './items.ts'
import { oneTabAtATime } from './one-tab.ts'
import { isAlive, ownTab, showThatThisTabLives } from './tabs.ts'

/** How a kind of item reaches the hub. Any tab may be the one that sends it, and may have to send it again. */
export interface Courier<One extends Item> {
  send(item: One, signal: AbortSignal): Promise<unknown>
  /** In the tab that sent it. */
  done?(item: One, answer: unknown): void
  /** The hub's no, before the item leaves the outbox: what was typed must be elsewhere by then. */
  refused(item: One, error: Error): void
}

/** Why an item waits: no answer came, the hub could not take it now, or nobody is signed in. */
export type Hindrance = 'not_reached' | 'not_taken' | 'signed_out'

type Answered = { answer: unknown } | { error: Error }
export type Outcome = Answered | { isAbandoned: true }

const couriers = new Map<string, Courier<Item>>()
/** Who waits in this tab for what became of an item. */
const waiting = new Map<string, (outcome: Outcome) => void>()
const moving = new Set<string>()
let stuck: ReadonlyMap<string, Hindrance> = new Map()
let tabs: BroadcastChannel | undefined

/** By the kinds of items that they deliver. */
export function registerCouriers(given: Record<string, Courier<Item>>): void {
  for (const [kind, courier] of Object.entries(given)) couriers.set(kind, courier)
}

/** Puts an item at the end of its conversation's queue. Unless it is kept, it is lost with this tab. */
export function post<One extends Item>(given: Given<One>) {
  const { item, isKept } = items.add<One>(given)
  const outcome = new Promise<Outcome>((resolve) => waiting.set(item.key, resolve))
  void move(item.conversationId)
  return { item, isKept, outcome }
}

const backupAfterMs = 5_000

/** Takes up what earlier visits left, and what other tabs leave when they close. */
export function startOutbox(): void {
  if (tabs) return
  showThatThisTabLives()
  tabs = new BroadcastChannel('portico-outbox')
  tabs.onmessage = ({ data }: MessageEvent<Told>) => {
    if ('hindered' in data) showHindrance(data.hindered, data.why)
    else settle(data.key, revive(data))
  }
  items.onOtherTabs(once(items.read, 0))
  items.onOtherTabs(once(moveAll, backupAfterMs))
  items.read()
  moveAll()
}

/** A burst of changes asks for it once. */
function once(work: () => void, afterMs: number): () => void {
  let isPlanned = false
  return () => {
    if (isPlanned) return
    isPlanned = true
    setTimeout(() => {
      isPlanned = false
      work()
    }, afterMs)
  }
}

function moveAll(): void {
  for (const conversationId of new Set(items.all().map((item) => item.conversationId))) void move(conversationId)
}

/** Empties a conversation's queue in order: the next leaves after the answer to the one before. */
async function move(conversationId: string): Promise<void> {
  if (moving.has(conversationId)) return
  moving.add(conversationId)
  try {
    for (let failures = 0; items.first(conversationId); ) {
      const end = await oneTabAtATime(`portico-outbox-${conversationId}`, () => sendAll(conversationId))
      failures = end === 'unanswered' ? failures + 1 : 0
      if (end === 'unanswered') await pause(Math.min(500 * 2 ** failures, 15_000))
      if (end === 'not_ours') await pause(seenMs)
    }
  } finally {
    moving.delete(conversationId)
  }
}

/** In this time what one tab wrote is seen by the others: a lock may be theirs before. */
const seenMs = 100

/**
 * Ends when the queue is empty, when its head got no answer and stays, or when the head is a living tab's own to send: of
 * what another tab does, one hears late, and might send it again.
 */
async function sendAll(conversationId: string): Promise<'empty' | 'unanswered' | 'not_ours'> {
  for (let item = items.first(conversationId); item; item = items.first(conversationId)) {
    const courier = couriers.get(item.kind)
    if (!courier) throw new Error(`nobody delivers ${item.kind}`)
    if (item.tab !== ownTab) {
      await pause(seenMs)
      if (items.first(conversationId)?.key !== item.key) continue
      if (await isAlive(item.tab)) return 'not_ours'
    }
    // without a network nothing leaves
    if (!item.isTried && navigator.onLine) items.alter(item, { isTried: true })
    const outcome = await answerTo(courier, item)
    setStuck(conversationId, typeof outcome === 'string' ? outcome : null)
    if (typeof outcome === 'string') return 'unanswered'
    if ('error' in outcome) courier.refused(item, outcome.error)
    finish(item, outcome)
    if ('answer' in outcome) courier.done?.(item, outcome.answer)
  }
  return 'empty'
}

/** A connection that died without a word would hold the queue up for minutes. */
const patienceMs = 30_000

/** The hub's answer, or why there is none yet. What is not the hub's, such as the page of a portal or a proxy, is none. */
async function answerTo(courier: Courier<Item>, item: Item): Promise<Answered | Hindrance> {
  try {
    return { answer: await courier.send(item, AbortSignal.timeout(patienceMs)) }
  } catch (error) {
    if (!(error instanceof ApiError)) return 'not_reached'
    if (error.isTemporary) return 'not_taken'
    return error.status === 401 ? 'signed_out' : { error }
  }
}

type Settled = { key: string; answer: unknown } | { key: string; refusal: string }
type Told = Settled | { hindered: string; why: Hindrance | null }

function finish(item: Item, outcome: Answered): void {
  items.remove(item)
  settle(item.key, outcome)
  const { key } = item
  tabs?.postMessage('error' in outcome ? { key, refusal: outcome.error.message } : { key, answer: outcome.answer })
}

function revive(told: Settled): Outcome {
  return 'refusal' in told ? { error: new Error(told.refusal) } : { answer: told.answer }
}

function settle(key: string, outcome: Outcome): void {
  waiting.get(key)?.(outcome)
  waiting.delete(key)
}

/** Takes out what never left. */
export function abandon(item: Item): void {
  items.remove(item)
  settle(item.key, { isAbandoned: true })
}

/** Whether this tab waits for what becomes of it. */
export function isAskedHere({ key }: Item): boolean {
  return waiting.has(key)
}

const sleepers = new Set<() => void>()

/** Ends all pauses: the hub can be reached again. */
export function wakeOutbox(): void {
  for (const wake of sleepers) wake()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      sleepers.delete(wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    sleepers.add(wake)
  })
}

const stuckListeners = new Set<() => void>()

function setStuck(conversationId: string, why: Hindrance | null): void {
  if ((stuck.get(conversationId) ?? null) === why) return
  showHindrance(conversationId, why)
  tabs?.postMessage({ hindered: conversationId, why } satisfies Told)
}

function showHindrance(conversationId: string, why: Hindrance | null): void {
  const next = new Map(stuck)
  if (why) next.set(conversationId, why)
  else next.delete(conversationId)
  stuck = next
  for (const listener of stuckListeners) listener()
}

function subscribeStuck(listener: () => void): () => void {
  stuckListeners.add(listener)
  return () => stuckListeners.delete(listener)
}

/** What held the conversation's queue up last time. */
export function useHindrance(conversationId: string): Hindrance | undefined {
  return useSyncExternalStore(subscribeStuck, () => stuck.get(conversationId))
}

export function useOutbox(): Item[] {
  return useSyncExternalStore(items.subscribe, items.all)
}
