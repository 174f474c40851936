import { useSyncExternalStore } from 'react'
import { ApiError, HubNotReached } from '../api/errors.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { type Item, items, type NewItem } from './items.ts'
import { withTabLock } from './tab-lock.ts'
import { announceTab, isAlive, ownTab, untilClosed } from './tabs.ts'

/** Sends one kind of item to the hub, in any tab, perhaps more than once. */
export interface OutboxHandler<Kind extends Item> {
  /** Runs before the request and may take long. It throws as a request does; `held`: the item waits for its teammate. */
  prepare?(item: Kind): Promise<'ready' | 'held'>
  send(item: Kind, signal: AbortSignal): Promise<unknown>
  /** Called in the tab that sent the item. */
  done?(item: Kind, response: unknown): void
  /** Called when the hub refused the item, before it leaves the outbox: its text must be stored elsewhere by then. */
  refused(item: Kind, error: Error): void
}

/** The reason why an item waits: the hub was not reached or is unavailable, nobody is signed in, its teammate has to decide, or this page failed to handle it. */
export type BlockReason = 'not_reached' | 'unavailable' | 'signed_out' | 'held' | 'failed_in_page'

type Answered = { answer: unknown } | { error: ApiError }
export type Outcome = Answered | { isAbandoned: true }

const outboxHandlers = new Map<string, OutboxHandler<Item>>()
/** The callers in this tab that await the outcome of an item, by its key. */
const outcomeResolvers = new Map<string, (outcome: Outcome) => void>()
const draining = new Set<string>()
let blocked: ReadonlyMap<string, BlockReason> = new Map()
let broadcast: BroadcastChannel | undefined

/** Registers handlers by the kind of item that they send. */
export function registerOutboxHandlers(handlers: Record<string, OutboxHandler<Item>>): void {
  for (const [kind, handler] of Object.entries(handlers)) outboxHandlers.set(kind, handler)
}

/** Appends an item to its conversation's queue. Unless it is stored, it is lost with this tab. */
export function enqueue<Kind extends Item>(newItem: NewItem<Kind>) {
  const { item, isStored } = items.add<Kind>(newItem)
  const outcome = new Promise<Outcome>((resolve) => outcomeResolvers.set(item.key, resolve))
  void drain(item.conversationId)
  return { item, isStored, outcome }
}

const fallbackDrainMs = 5_000

/** Sends the items of earlier visits, and those of other tabs once they are closed. */
export function startOutbox(): void {
  if (broadcast) return
  announceTab()
  broadcast = new BroadcastChannel('portico-outbox')
  broadcast.onmessage = ({ data }: MessageEvent<Broadcast>) => {
    if ('blocked' in data) showBlockReason(data.blocked, data.why)
    else settle(data.key, outcomeOf(data))
  }
  items.onOtherTabs(coalesce(onOtherTabChange, 0))
  items.onOtherTabs(coalesce(drainAll, fallbackDrainMs))
  items.read()
  drainAll()
}

let otherTabChanges = 0

function onOtherTabChange(): void {
  otherTabChanges++
  items.read()
  wakeOutbox()
}

/** Runs `work` once for a burst of calls. */
function coalesce(work: () => void, afterMs: number): () => void {
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

/** Sends a conversation's queue in order, each item after the response to the previous one. */
async function drain(conversationId: string): Promise<void> {
  if (draining.has(conversationId)) return
  draining.add(conversationId)
  try {
    await retryFailedOfClosedTabs(conversationId)
    for (let failedRounds = 0; head(conversationId); ) {
      const changesBefore = otherTabChanges
      const end = await withTabLock(`portico-outbox-${conversationId}`, () => sendAll(conversationId))
      failedRounds =
        end === 'empty' || (end === 'owned_by_other_tab' && changesBefore !== otherTabChanges) ? 0 : failedRounds + 1
      if (end === 'owned_by_other_tab') await sleep(storageSyncMs)
      if (failedRounds > 0)
        await wakeableSleep(Math.min(500 * 2 ** failedRounds, end === 'owned_by_other_tab' ? fallbackDrainMs : 15_000))
    }
  } finally {
    draining.delete(conversationId)
  }
}

/** The next item to send. Items that failed in a page stay stored, and the others go on. */
function head(conversationId: string): Item | undefined {
  return items.ofQueue(conversationId).find(({ failedInTab }) => failedInTab === undefined)
}

/** Retries the items that failed in other tabs once those are closed: this page may be newer. */
async function retryFailedOfClosedTabs(conversationId: string): Promise<void> {
  for (const item of items.ofQueue(conversationId)) {
    const { failedInTab } = item
    if (failedInTab === undefined || failedInTab === ownTab) continue
    if (await isAlive(failedInTab)) drainWhenClosed(failedInTab, conversationId)
    else items.alter(item, { failedInTab: undefined })
  }
}

const awaitedTabs = new Set<string>()

/** Of a page that is left, its tab counts as open for a moment. */
function drainWhenClosed(tab: string, conversationId: string): void {
  const awaited = `${tab} ${conversationId}`
  if (awaitedTabs.has(awaited)) return
  awaitedTabs.add(awaited)
  void untilClosed(tab).then(() => {
    awaitedTabs.delete(awaited)
    items.read()
    return drain(conversationId)
  })
}

/** The time until a write to localStorage is visible in other tabs; they may get a lock before that. */
const storageSyncMs = 100

/**
 * Sends until the queue is empty, an item gets no response, or the head belongs to another open tab: that tab may have sent it
 * already, which this one would notice too late.
 */
async function sendAll(conversationId: string): Promise<'empty' | 'unanswered' | 'owned_by_other_tab'> {
  for (let item = head(conversationId); item; item = head(conversationId)) {
    if (item.tab !== ownTab) {
      await sleep(storageSyncMs)
      if (head(conversationId)?.key !== item.key) continue
      if (await isAlive(item.tab)) return 'owned_by_other_tab'
    }
    try {
      if ((await sendOne(item)) === 'unanswered') return 'unanswered'
    } catch (error) {
      reportError(error)
      setFailedInTab(item)
      if (head(conversationId)?.key === item.key) return 'unanswered'
    }
  }
  return 'empty'
}

/** Sends one item and passes the response to its handler. Throws when its kind is unknown here, or its handler fails. */
async function sendOne(next: Item): Promise<'answered' | 'unanswered'> {
  const handler = outboxHandlers.get(next.kind)
  if (!handler) throw new Error(`There is no handler for ${next.kind}.`)
  const reason = await prepare(handler, next)
  const item = items.find(next)
  // abandoned meanwhile
  if (!item) return 'answered'
  if (reason) {
    setBlocked(item.conversationId, reason)
    return 'unanswered'
  }
  // offline, no request is sent
  if (!item.isTried && navigator.onLine) items.alter(item, { isTried: true })
  const outcome = await responseTo(handler, item)
  const why = typeof outcome === 'string' ? outcome : null
  setBlocked(item.conversationId, why)
  if (typeof outcome === 'string') return 'unanswered'
  if ('error' in outcome) handler.refused(item, outcome.error)
  finish(item, outcome)
  if ('answer' in outcome) callDone(handler, item, outcome.answer)
  return 'answered'
}

/** Calls `done`. The hub has the item, so a failure here must not send it again. */
function callDone(handler: OutboxHandler<Item>, item: Item, answer: unknown): void {
  try {
    handler.done?.(item, answer)
  } catch (error) {
    toast(s.outbox.notShown, { tone: 'danger' })
    reportError(error)
  }
}

async function prepare(handler: OutboxHandler<Item>, item: Item): Promise<BlockReason | null> {
  try {
    return (await handler.prepare?.(item)) === 'held' ? 'held' : null
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === null) throw error
    return reason
  }
}

/** Why an error leaves the item waiting; null: it does not. */
function reasonOf(error: unknown): BlockReason | null {
  if (error instanceof HubNotReached) return 'not_reached'
  if (!(error instanceof ApiError)) return null
  if (error.isTemporary) return 'unavailable'
  return error.status === 401 ? 'signed_out' : null
}

function setFailedInTab(item: Item): void {
  items.alter(item, { failedInTab: ownTab })
  toast(outboxHandlers.has(item.kind) ? s.outbox.failedInPage : s.outbox.unknownKind, { tone: 'danger' })
}

/** Sends an item again that failed in a page. */
export function resend(item: Item): void {
  items.alter(item, { failedInTab: undefined })
  void drain(item.conversationId)
}

/** Goes on with an item that was held, in this tab, with what its teammate changed. */
export function release<Kind extends Item>(item: Kind, alteration: Partial<Kind>): void {
  items.alter(item, { ...alteration, tab: ownTab })
  setBlocked(item.conversationId, null)
  void drain(item.conversationId)
  wakeOutbox()
}

/** The limit of one request: a dead connection would block the queue for minutes. */
const timeoutMs = 30_000

/**
 * The hub's response, or the reason why there is none yet. The HTML page of a captive portal or a proxy does not count as a response. Throws when this page failed:
 * then nobody knows whether the request was sent.
 */
async function responseTo(handler: OutboxHandler<Item>, item: Item): Promise<Answered | BlockReason> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return { answer: await handler.send(item, signal) }
  } catch (error) {
    if (signal.aborted) return 'not_reached'
    const reason = reasonOf(error)
    if (reason !== null) return reason
    if (!(error instanceof ApiError)) throw error
    return { error }
  }
}

type ApiErrorFields = ConstructorParameters<typeof ApiError>[0]
type BroadcastOutcome = { key: string; answer: unknown } | { key: string; refusal: ApiErrorFields }
type Broadcast = BroadcastOutcome | { blocked: string; why: BlockReason | null }

function finish(item: Item, outcome: Answered): void {
  items.remove(item)
  settle(item.key, outcome)
  const { key } = item
  broadcast?.postMessage(
    'error' in outcome ? { key, refusal: serializeError(outcome.error) } : { key, answer: outcome.answer },
  )
}

const serializeError = ({ status, code, message, details }: ApiError): ApiErrorFields => ({
  status,
  code,
  message,
  details,
})

function outcomeOf(message: BroadcastOutcome): Outcome {
  return 'refusal' in message ? { error: new ApiError(message.refusal) } : { answer: message.answer }
}

function settle(key: string, outcome: Outcome): void {
  outcomeResolvers.get(key)?.(outcome)
  outcomeResolvers.delete(key)
}

/** Removes an item that was never sent. */
export function abandon(item: Item): void {
  items.remove(item)
  settle(item.key, { isAbandoned: true })
}

/** Whether a caller in this tab awaits the outcome. */
export function isAwaitedInThisTab({ key }: Item): boolean {
  return outcomeResolvers.has(key)
}

const wakeCallbacks = new Set<() => void>()

/** Ends all waits: the hub can be reached again, or another tab changed the queue. */
export function wakeOutbox(): void {
  for (const wake of wakeCallbacks) wake()
}

function wakeableSleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      wakeCallbacks.delete(wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    wakeCallbacks.add(wake)
  })
}

/** A wakeableSleep that nothing ends early. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const blockedListeners = new Set<() => void>()

function setBlocked(conversationId: string, why: BlockReason | null): void {
  if ((blocked.get(conversationId) ?? null) === why) return
  showBlockReason(conversationId, why)
  broadcast?.postMessage({ blocked: conversationId, why } satisfies Broadcast)
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

/** The reason why an item still waits: its conversation's queue is blocked, or the item failed in a page. */
export function useBlockReason({ conversationId, failedInTab }: Item): BlockReason | undefined {
  const reason = useSyncExternalStore(subscribeBlocked, () => blocked.get(conversationId))
  return failedInTab === undefined ? reason : 'failed_in_page'
}

export function useOutbox(): Item[] {
  return useSyncExternalStore(items.subscribe, items.all)
}
