import type { ConversationChange } from '../conversations/change.ts'
import { ownStorage } from '../session/own-storage.ts'
import { randomKey } from './random-key.ts'

/** One thing that a teammate did and that the hub has not answered yet. */
export interface Item {
  kind: string
  /** Also its Idempotency-Key. */
  key: string
  /** Its place in the queue of its conversation, counted over all tabs. */
  order: number
  conversationId: string
  /** What it does to the conversation. */
  change?: ConversationChange | undefined
}

const beginning = 'outbox.'
const nameOf = ({ order, key }: Item) => `${beginning}${order}.${key}`

/** One record each, so that tabs that write at once do not overwrite each other's. */
let kept: Item[] = []
/** What this browser would not keep; it goes with the tab. */
let unkept: Item[] = []
let all: Item[] = []
const listeners = new Set<() => void>()

function show(): void {
  all = [...kept, ...unkept].sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1))
  for (const listener of listeners) listener()
}

export const items = {
  all: (): Item[] => all,

  /** Reads again what all tabs have left here. */
  read(): void {
    kept = ownStorage.names(beginning).flatMap((name) => ownStorage.read<Item>(name) ?? [])
    show()
  },

  /** Takes one in, at the end, and tells whether it outlives this tab. */
  add<One extends Item>(given: Omit<One, 'key' | 'order'>): { item: One; isKept: boolean } {
    items.read()
    const order = Math.max(Date.now(), ...all.map((one) => one.order + 1))
    const item = { ...given, key: randomKey(), order } as One
    const isKept = ownStorage.write(nameOf(item), item)
    if (isKept) kept = [...kept, item]
    else unkept = [...unkept, item]
    show()
    return { item, isKept }
  },

  remove(item: Item): void {
    ownStorage.remove(nameOf(item))
    kept = kept.filter(({ key }) => key !== item.key)
    unkept = unkept.filter(({ key }) => key !== item.key)
    show()
  },

  first(conversationId: string): Item | undefined {
    items.read()
    return all.find((item) => item.conversationId === conversationId)
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },

  onOtherTabs: (hear: () => void): void => ownStorage.onChange(beginning, hear),
}
