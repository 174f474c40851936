import { useSyncExternalStore } from 'react'
import { ApiError } from '../api/errors.ts'
import { type Item, items, type NewItem } from './items.ts'
import { oneTabAtATime } from './one-tab.ts'
import { isAlive, ownTab, showThatThisTabLives } from './tabs.ts'

/** How a kind of item reaches the hub. Any tab may be the one that sends it, and may have to send it again. */
export interface OutboxHandler<One extends Item> {
  send(item: One, signal: AbortSignal): Promise<unknown>
  /** In the tab that sent it. */
  done?(item: One, answer: unknown): void
  /** The hub's no, before the item leaves the outbox: what was typed must be elsewhere by then. */
  refused(item: One, error: Error): void
}

/** Why an item waits: no answer came, the hub could not take it now, or nobody is signed in. */
export type BlockReason = 'not_reached' | 'not_taken' | 'signed_out'

type Answered = { answer: unknown } | { error: Error }
export type Outcome = Answered | { isAbandoned: true }

const outboxHandlers = new Map<string, OutboxHandler<Item>>()
/** Who waits in this tab for what became of an item. */
const waiting = new Map<string, (outcome: Outcome) => void>()
const draining = new Set<string>()
let blocked: ReadonlyMap<string, BlockReason> = new Map()
let tabs: BroadcastChannel | undefined

/** By the kinds of items that they deliver. */
export function registerOutboxHandlers(given: Record<string, OutboxHandler<Item>>): void {
  for (const [kind, handler] of Object.entries(given)) outboxHandlers.set(kind, handler)
}

/** Puts an item at the end of its conversation's queue. Unless it is kept, it is lost with this tab. */
export function post<One extends Item>(given: NewItem<One>) {
  const { item, isKept } = items.add<One>(given)
  const outcome = new Promise<Outcome>((resolve) => waiting.set(item.key, resolve))
  void drain(item.conversationId)
  return { item, isKept, outcome }
}

const backupAfterMs = 5_000

/** Takes up what earlier visits left, and what other tabs leave when they close. */
export function startOutbox(): void {
  if (tabs) return
  showThatThisTabLives()
  tabs = new BroadcastChannel('portico-outbox')
  tabs.onmessage = ({ data }: MessageEvent<Broadcast>) => {
    if ('blocked' in data) showBlockReason(data.blocked, data.why)
    else settle(data.key, outcomeOf(data))
  }
  items.onOtherTabs(once(items.read, 0))
  items.onOtherTabs(once(drainAll, backupAfterMs))
  items.read()
  drainAll()
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

function drainAll(): void {
  for (const conversationId of new Set(items.all().map((item) => item.conversationId))) void drain(conversationId)
}

/** Empties a conversation's queue in order: the next leaves after the answer to the one before. */
async function drain(conversationId: string): Promise<void> {
  if (draining.has(conversationId)) return
  draining.add(conversationId)
  try {
    for (let failures = 0; items.first(conversationId); ) {
      const end = await oneTabAtATime(`portico-outbox-${conversationId}`, () => sendAll(conversationId))
      failures = end === 'unanswered' ? failures + 1 : 0
      if (end === 'unanswered') await pause(Math.min(500 * 2 ** failures, 15_000))
      if (end === 'of_other_tab') await pause(storageDelayMs)
    }
  } finally {
    draining.delete(conversationId)
  }
}

/** In this time what one tab wrote is seen by the others: a lock may be theirs before. */
const storageDelayMs = 100

/**
 * Ends when the queue is empty, when its head got no answer and stays, or when the head is a living tab's own to send: of
 * what another tab does, one hears late, and might send it again.
 */
async function sendAll(conversationId: string): Promise<'empty' | 'unanswered' | 'of_other_tab'> {
  for (let item = items.first(conversationId); item; item = items.first(conversationId)) {
    const handler = outboxHandlers.get(item.kind)
    if (!handler) throw new Error(`nobody delivers ${item.kind}`)
    if (item.tab !== ownTab) {
      await pause(storageDelayMs)
      if (items.first(conversationId)?.key !== item.key) continue
      if (await isAlive(item.tab)) return 'of_other_tab'
    }
    // without a network nothing leaves
    if (!item.isTried && navigator.onLine) items.alter(item, { isTried: true })
    const outcome = await answerTo(handler, item)
    setBlocked(conversationId, typeof outcome === 'string' ? outcome : null)
    if (typeof outcome === 'string') return 'unanswered'
    if ('error' in outcome) handler.refused(item, outcome.error)
    finish(item, outcome)
    if ('answer' in outcome) handler.done?.(item, outcome.answer)
  }
  return 'empty'
}

/** A connection that died without a word would hold the queue up for minutes. */
const timeoutMs = 30_000

/** The hub's answer, or why there is none yet. What is not the hub's, such as the page of a portal or a proxy, is none. */
async function answerTo(handler: OutboxHandler<Item>, item: Item): Promise<Answered | BlockReason> {
  try {
    return { answer: await handler.send(item, AbortSignal.timeout(timeoutMs)) }
  } catch (error) {
    if (!(error instanceof ApiError)) return 'not_reached'
    if (error.isTemporary) return 'not_taken'
    return error.status === 401 ? 'signed_out' : { error }
  }
}

type BroadcastOutcome = { key: string; answer: unknown } | { key: string; refusal: string }
type Broadcast = BroadcastOutcome | { blocked: string; why: BlockReason | null }

function finish(item: Item, outcome: Answered): void {
  items.remove(item)
  settle(item.key, outcome)
  const { key } = item
  tabs?.postMessage('error' in outcome ? { key, refusal: outcome.error.message } : { key, answer: outcome.answer })
}

function outcomeOf(broadcast: BroadcastOutcome): Outcome {
  return 'refusal' in broadcast ? { error: new Error(broadcast.refusal) } : { answer: broadcast.answer }
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

const blockedListeners = new Set<() => void>()

function setBlocked(conversationId: string, why: BlockReason | null): void {
  if ((blocked.get(conversationId) ?? null) === why) return
  showBlockReason(conversationId, why)
  tabs?.postMessage({ blocked: conversationId, why } satisfies Broadcast)
}

function showBlockReason(conversationId: string, why: BlockReason | null): void {
  const next = new Map(blocked)
  if (why) next.set(conversationId, why)
  else next.delete(conversationId)
  blocked = next
  for (const listener of blockedListeners) listener()
}

function subscribeBlocked(listener: () => void): () => void {
  blockedListeners.add(listener)
  return () => blockedListeners.delete(listener)
}

/** What held the conversation's queue up last time. */
export function useBlockReason(conversationId: string): BlockReason | undefined {
  return useSyncExternalStore(subscribeBlocked, () => blocked.get(conversationId))
}

export function useOutbox(): Item[] {
  return useSyncExternalStore(items.subscribe, items.all)
}
