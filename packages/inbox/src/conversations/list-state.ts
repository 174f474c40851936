import { useSyncExternalStore } from 'react'

interface ListState {
  /** The rows in the order shown. */
  order: readonly string[]
  /** The row that shortcuts act on: that of the open conversation, while one is open. */
  focusedId: string | null
  /** Whether somebody moved the focus there; otherwise a row was removed. */
  wasMoved: boolean
  /** The conversation that is being opened, until its page is rendered: the row shows it at once, the thread follows. */
  openingId: string | null
  selectedIds: ReadonlySet<string>
}

const nothing: ListState = { order: [], focusedId: null, wasMoved: false, openingId: null, selectedIds: new Set() }
let state = nothing
const listeners = new Set<() => void>()

function set(next: Partial<ListState>): void {
  state = { ...state, ...next }
  for (const listener of listeners) listener()
}

/** The state of the conversation list: the focused row and the selection. */
export const list = {
  focusedId: () => state.focusedId,
  wasMoved: () => state.wasMoved,
  openingId: () => state.openingId,
  selectedIds: () => state.selectedIds,

  show(order: readonly string[]): void {
    if (order.length === state.order.length && order.every((id, index) => id === state.order[index])) return
    const before = state.order
    const selectedIds = new Set([...state.selectedIds].filter((id) => order.includes(id)))
    const stays = state.focusedId !== null && order.includes(state.focusedId)
    set({ order, selectedIds })
    if (!stays) set({ focusedId: nearest(before, state.focusedId, order), wasMoved: false })
  },

  focus(focusedId: string | null): void {
    if (focusedId !== state.focusedId || !state.wasMoved) set({ focusedId, wasMoved: true })
  },

  open(id: string): void {
    set({ focusedId: id, wasMoved: true, openingId: id })
  },

  /** The URL names a conversation whose thread is not rendered yet. */
  expect(id: string): void {
    if (id !== state.openingId) set({ openingId: id })
  },

  /** A page was rendered: that of the conversation, or of another navigation since. */
  arrive(): void {
    if (state.openingId !== null) set({ openingId: null })
  },

  /** The row after or before another. After a removed row, the next is the one now at its index. */
  neighbour(id: string | null, by: 1 | -1): string | undefined {
    const { order, focusedId } = state
    const at = id === null ? -1 : order.indexOf(id)
    if (at !== -1) return order[at + by]
    const index = focusedId === null ? -1 : order.indexOf(focusedId)
    return by === 1 ? order[Math.max(0, index)] : order[index - 1]
  },

  end: (which: 'first' | 'last'): string | undefined => state.order.at(which === 'first' ? 0 : -1),

  toggleSelected(id: string): void {
    const selectedIds = new Set(state.selectedIds)
    if (!selectedIds.delete(id)) selectedIds.add(id)
    set({ selectedIds, focusedId: id, wasMoved: true })
  },

  /** Selects everything between the last row that was touched and this one (shift-click). */
  selectThrough(id: string): void {
    const [from, to] = [state.order.indexOf(state.focusedId ?? id), state.order.indexOf(id)]
    const range = state.order.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)
    set({ selectedIds: new Set([...state.selectedIds, ...range]), focusedId: id, wasMoved: true })
  },

  clearSelection: () => set({ selectedIds: new Set() }),

  leave: () => set(nothing),
}

/** The row now at the index of a removed focused row. */
function nearest(before: readonly string[], focusedId: string | null, now: readonly string[]): string | null {
  if (focusedId === null) return null
  const at = before.indexOf(focusedId)
  return now[Math.min(at, now.length - 1)] ?? null
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useListState<Part>(part: (state: ListState) => Part): Part {
  return useSyncExternalStore(subscribe, () => part(state))
}
