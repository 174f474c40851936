import { ownStorage } from '../session/own-storage.ts'
import type { ConversationChange } from './change.ts'
import { randomKey } from './random-key.ts'
import { ownTab } from './tabs.ts'

/** One thing that a teammate did and that the hub has not answered yet. */
export interface Item {
  kind: string
  /** The tab in which it was done. */
  tab: string
  /** Also its Idempotency-Key. */
  key: string
  /** Its place in the queue of its conversation, counted over all tabs. */
  order: number
  conversationId: string
  /** What it does to the conversation. */
  change?: ConversationChange | undefined
  /** A request for it has left: the hub may have it. */
  isTried?: boolean
  /** The tab that could not handle it: its kind is unknown there, or its handler failed. */
  unhandledIn?: string | undefined
}

/** What is said of one when it is taken in. */
export type NewItem<One extends Item> = Omit<One, 'key' | 'order' | 'tab'>

/** A record each, so that tabs that write at once do not overwrite each other's; its name says its place. */
const beginning = 'outbox.'
const queueOf = (conversationId: string) => `${beginning}${conversationId}.`
const nameOf = ({ conversationId, order, key }: Item) => `${queueOf(conversationId)}${order}.${key}`
const orderIn = (name: string) => Number(name.split('.').at(-2))

let stored: Item[] = []
/** What this browser would not store; it goes with the tab. */
let unstored: Item[] = []
let all: Item[] = []
const listeners = new Set<() => void>()

function show(): void {
  all = [...stored, ...unstored].sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1))
  for (const listener of listeners) listener()
}

const readFrom = (start: string) => ownStorage.keysFrom(start).flatMap((name) => ownStorage.read<Item>(name) ?? [])

export const items = {
  all: (): Item[] => all,

  /** Reads again what all tabs have left here. */
  read(): void {
    stored = readFrom(beginning)
    show()
  },

  /** Takes one in, at the end, and tells whether it outlives this tab. */
  add<One extends Item>(given: NewItem<One>): { item: One; isStored: boolean } {
    const before = ownStorage.keysFrom(queueOf(given.conversationId)).map(orderIn)
    const order = Math.max(Date.now(), ...before.map((one) => one + 1), ...unstored.map((one) => one.order + 1))
    const item = { ...given, key: randomKey(), tab: ownTab, order } as unknown as One
    const isStored = ownStorage.write(nameOf(item), item)
    if (isStored) stored = [...stored, item]
    else unstored = [...unstored, item]
    show()
    return { item, isStored }
  },

  remove(item: Item): void {
    ownStorage.remove(nameOf(item))
    stored = stored.filter(({ key }) => key !== item.key)
    unstored = unstored.filter(({ key }) => key !== item.key)
    show()
  },

  /** Changes one that is still here, as all tabs have left it by now. */
  alter<One extends Item>({ conversationId, key }: One, alteration: Partial<One>): void {
    items.readQueue(conversationId)
    const now = all.find((item) => item.key === key)
    if (!now) return
    const next = { ...now, ...alteration }
    ownStorage.write(nameOf(next), next)
    const altered = (one: Item) => (one.key === key ? next : one)
    stored = stored.map(altered)
    unstored = unstored.map(altered)
    show()
  },

  /** A conversation's queue, as all tabs have left it by now. */
  ofQueue(conversationId: string): Item[] {
    items.readQueue(conversationId)
    return all.filter((item) => item.conversationId === conversationId)
  },

  find: <One extends Item>({ conversationId, key }: One): One | undefined => {
    items.readQueue(conversationId)
    return all.find((item) => item.key === key) as One | undefined
  },

  readQueue(conversationId: string): void {
    const others = stored.filter((item) => item.conversationId !== conversationId)
    stored = [...others, ...readFrom(queueOf(conversationId))]
    show()
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },

  onOtherTabs: (hear: () => void): void => ownStorage.onChange(beginning, hear),
}
