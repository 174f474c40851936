import { ownStorage } from '../session/own-storage.ts'
import type { ConversationChange } from './change.ts'
import { randomKey } from './random-key.ts'
import { ownTab } from './tabs.ts'

/** A change of a teammate that the hub has not answered yet. */
export interface Item {
  kind: string
  /** The tab in which it was done. */
  tab: string
  /** The key of the item, and its Idempotency-Key. */
  key: string
  /** The position in the queue of its conversation, counted over all tabs. */
  order: number
  conversationId: string
  /** The change of the conversation, shown at once. */
  change?: ConversationChange | undefined
  /** A request was sent: the hub may have the item. */
  isTried?: boolean
  /** The tab in which its handler failed, or its kind is unknown. */
  failedInTab?: string | undefined
}

export type NewItem<Kind extends Item> = Omit<Kind, 'key' | 'order' | 'tab'>

/** Each item is a record of its own, so that tabs do not overwrite each other's; its name has its position. */
const prefix = 'outbox.'
const queueOf = (conversationId: string) => `${prefix}${conversationId}.`
const nameOf = ({ conversationId, order, key }: Item) => `${queueOf(conversationId)}${order}.${key}`
const orderIn = (name: string) => Number(name.split('.').at(-2))

let stored: Item[] = []
/** Items that this browser did not store; they are lost with the tab. */
let unstored: Item[] = []
let all: Item[] = []
const listeners = new Set<() => void>()

function show(): void {
  all = [...stored, ...unstored].sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1))
  for (const listener of listeners) listener()
}

/** The format in localStorage, which earlier versions wrote too. */
type StoredItem = Omit<Item, 'failedInTab'> & { unhandledIn?: string | undefined }

function readItems(start: string): Item[] {
  return ownStorage.keysFrom(start).flatMap((name) => {
    const storedItem = ownStorage.read<StoredItem>(name)
    if (!storedItem) return []
    const { unhandledIn: failedInTab, ...item } = storedItem
    return { ...item, failedInTab }
  })
}

function writeItem(item: Item): boolean {
  const { failedInTab, ...others } = item
  return ownStorage.write(nameOf(item), { ...others, unhandledIn: failedInTab } satisfies StoredItem)
}

export const items = {
  all: (): Item[] => all,

  /** Reads the items of all tabs again. */
  read(): void {
    stored = readItems(prefix)
    show()
  },

  /** Appends an item, and returns whether it outlives this tab. */
  add<Kind extends Item>(newItem: NewItem<Kind>): { item: Kind; isStored: boolean } {
    const orders = ownStorage.keysFrom(queueOf(newItem.conversationId)).map(orderIn)
    const order = Math.max(Date.now(), ...[...orders, ...unstored.map((item) => item.order)].map((used) => used + 1))
    const item = { ...newItem, key: randomKey(), tab: ownTab, order } as unknown as Kind
    const isStored = writeItem(item)
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

  /** Changes the stored state of an item, unless another tab has removed it. */
  alter<Kind extends Item>({ conversationId, key }: Kind, alteration: Partial<Kind>): void {
    items.readQueue(conversationId)
    const current = all.find((item) => item.key === key)
    if (!current) return
    const next = { ...current, ...alteration }
    writeItem(next)
    const altered = (item: Item) => (item.key === key ? next : item)
    stored = stored.map(altered)
    unstored = unstored.map(altered)
    show()
  },

  /** The stored queue of a conversation. */
  ofQueue(conversationId: string): Item[] {
    items.readQueue(conversationId)
    return all.filter((item) => item.conversationId === conversationId)
  },

  find: <Kind extends Item>({ conversationId, key }: Kind): Kind | undefined => {
    items.readQueue(conversationId)
    return all.find((item) => item.key === key) as Kind | undefined
  },

  readQueue(conversationId: string): void {
    const others = stored.filter((item) => item.conversationId !== conversationId)
    stored = [...others, ...readItems(queueOf(conversationId))]
    show()
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },

  onOtherTabs: (listener: () => void): void => ownStorage.onChange(prefix, listener),
}
