import { useSyncExternalStore } from 'react'
import { ApiError, HubNotReached } from '../api/errors.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../ui/toasts/toasts.ts'
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

/** Why an item waits: no answer came, the hub could not take it now, nobody is signed in, or this page could not handle it. */
export type BlockReason = 'not_reached' | 'not_taken' | 'signed_out' | 'not_handled'

type Answered = { answer: unknown } | { error: ApiError }
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

/** Puts an item at the end of its conversation's queue. Unless it is stored, it is lost with this tab. */
export function post<One extends Item>(given: NewItem<One>) {
  const { item, isStored } = items.add<One>(given)
  const outcome = new Promise<Outcome>((resolve) => waiting.set(item.key, resolve))
  void drain(item.conversationId)
  return { item, isStored, outcome }
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
  items.onOtherTabs(once(hearOfOtherTabs, 0))
  items.onOtherTabs(once(drainAll, backupAfterMs))
  items.read()
  drainAll()
}

let changesOfOtherTabs = 0

function hearOfOtherTabs(): void {
  changesOfOtherTabs++
  items.read()
  wakeOutbox()
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
    await takeUpUnhandled(conversationId)
    for (let pauses = 0; head(conversationId); ) {
      const heard = changesOfOtherTabs
      const end = await oneTabAtATime(`portico-outbox-${conversationId}`, () => sendAll(conversationId))
      pauses = end === 'empty' || (end === 'of_other_tab' && heard !== changesOfOtherTabs) ? 0 : pauses + 1
      if (end === 'of_other_tab') await delay(storageDelayMs)
      if (pauses > 0) await pause(Math.min(500 * 2 ** pauses, end === 'of_other_tab' ? backupAfterMs : 15_000))
    }
  } finally {
    draining.delete(conversationId)
  }
}

/** The next that can be sent: what a page could not handle stays stored, and the others go on. */
function head(conversationId: string): Item | undefined {
  return items.ofQueue(conversationId).find(({ unhandledIn }) => unhandledIn === undefined)
}

/** A page that was loaded since may be able to. */
async function takeUpUnhandled(conversationId: string): Promise<void> {
  for (const item of items.ofQueue(conversationId))
    if (item.unhandledIn !== undefined && item.unhandledIn !== ownTab && !(await isAlive(item.unhandledIn)))
      items.alter(item, { unhandledIn: undefined })
}

/** In this time what one tab wrote is seen by the others: a lock may be theirs before. */
const storageDelayMs = 100

/**
 * Ends when nothing is left to send, when the head got no answer and stays, or when the head is a living tab's own to send: of
 * what another tab does, one hears late, and might send it again.
 */
async function sendAll(conversationId: string): Promise<'empty' | 'unanswered' | 'of_other_tab'> {
  for (let item = head(conversationId); item; item = head(conversationId)) {
    if (item.tab !== ownTab) {
      await delay(storageDelayMs)
      if (head(conversationId)?.key !== item.key) continue
      if (await isAlive(item.tab)) return 'of_other_tab'
    }
    try {
      if (await isUnanswered(item)) return 'unanswered'
    } catch (error) {
      reportError(error)
      setUnhandled(item)
      if (head(conversationId)?.key === item.key) return 'unanswered'
    }
  }
  return 'empty'
}

/** Sends one, and tells its handler of the answer. Throws where this page cannot: its kind is unknown, or its handler failed. */
async function isUnanswered(item: Item): Promise<boolean> {
  const handler = outboxHandlers.get(item.kind)
  if (!handler) throw new Error(`There is no handler for ${item.kind}.`)
  // without a network nothing leaves
  if (!item.isTried && navigator.onLine) items.alter(item, { isTried: true })
  const outcome = await answerTo(handler, item)
  const why = typeof outcome === 'string' ? outcome : null
  setBlocked(item.conversationId, why)
  if (typeof outcome === 'string') return true
  if ('error' in outcome) handler.refused(item, outcome.error)
  finish(item, outcome)
  if ('answer' in outcome) tellDone(handler, item, outcome.answer)
  return false
}

/** The hub has it: what the page then fails to show is no reason to send it again. */
function tellDone(handler: OutboxHandler<Item>, item: Item, answer: unknown): void {
  try {
    handler.done?.(item, answer)
  } catch (error) {
    toast(s.outbox.notShown, { tone: 'danger' })
    reportError(error)
  }
}

function setUnhandled(item: Item): void {
  items.alter(item, { unhandledIn: ownTab })
  toast(outboxHandlers.has(item.kind) ? s.outbox.notHandled : s.outbox.unknownKind, { tone: 'danger' })
}

/** Sends one again that a page could not handle. */
export function resend(item: Item): void {
  items.alter(item, { unhandledIn: undefined })
  void drain(item.conversationId)
}

/** A connection that died without a word would hold the queue up for minutes. */
const timeoutMs = 30_000

/**
 * The hub's answer, or why there is none yet. What is not the hub's, such as the page of a portal or a proxy, is none. Throws
 * what is a fault of this page: then nobody can say whether it left.
 */
async function answerTo(handler: OutboxHandler<Item>, item: Item): Promise<Answered | BlockReason> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return { answer: await handler.send(item, signal) }
  } catch (error) {
    if (error instanceof HubNotReached || signal.aborted) return 'not_reached'
    if (!(error instanceof ApiError)) throw error
    if (error.isTemporary) return 'not_taken'
    return error.status === 401 ? 'signed_out' : { error }
  }
}

type Refusal = ConstructorParameters<typeof ApiError>[0]
type BroadcastOutcome = { key: string; answer: unknown } | { key: string; refusal: Refusal }
type Broadcast = BroadcastOutcome | { blocked: string; why: BlockReason | null }

function finish(item: Item, outcome: Answered): void {
  items.remove(item)
  settle(item.key, outcome)
  const { key } = item
  tabs?.postMessage('error' in outcome ? { key, refusal: refusalOf(outcome.error) } : { key, answer: outcome.answer })
}

const refusalOf = ({ status, code, message, details }: ApiError): Refusal => ({ status, code, message, details })

function outcomeOf(broadcast: BroadcastOutcome): Outcome {
  return 'refusal' in broadcast ? { error: new ApiError(broadcast.refusal) } : { answer: broadcast.answer }
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

/** Ends all pauses: the hub can be reached again, or another tab changed what waits. */
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

/** A pause that nothing ends early. */
function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
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

/** Why an item still waits: what held its conversation's queue up last time, or that no page could handle it. */
export function useBlockReason({ conversationId, unhandledIn }: Item): BlockReason | undefined {
  const reason = useSyncExternalStore(subscribeBlocked, () => blocked.get(conversationId))
  return unhandledIn === undefined ? reason : 'not_handled'
}

export function useOutbox(): Item[] {
  return useSyncExternalStore(items.subscribe, items.all)
}
