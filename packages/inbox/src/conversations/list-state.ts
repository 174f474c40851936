import { useSyncExternalStore } from 'react'

interface ListState {
  /** The rows as they stand on the screen. */
  order: readonly string[]
  focusedId: string | null
  selectedIds: ReadonlySet<string>
}

let state: ListState = { order: [], focusedId: null, selectedIds: new Set() }
const listeners = new Set<() => void>()

function set(next: Partial<ListState>): void {
  state = { ...state, ...next }
  for (const listener of listeners) listener()
}

/** The conversation list's own state: where the keys stand and what is selected. */
export const list = {
  focusedId: () => state.focusedId,
  selectedIds: () => state.selectedIds,

  show(order: readonly string[]): void {
    if (order.length === state.order.length && order.every((id, index) => id === state.order[index])) return
    const selectedIds = new Set([...state.selectedIds].filter((id) => order.includes(id)))
    const focusedId = state.focusedId && order.includes(state.focusedId) ? state.focusedId : null
    set({ order, selectedIds, focusedId: focusedId ?? nearest(state.order, state.focusedId, order) })
  },

  focus: (focusedId: string | null) => set({ focusedId }),

  neighbour(id: string | null, by: 1 | -1): string | undefined {
    const at = id === null ? -1 : state.order.indexOf(id)
    if (at === -1) return by === 1 ? state.order[0] : undefined
    return state.order[at + by]
  },

  toggleSelected(id: string): void {
    const selectedIds = new Set(state.selectedIds)
    if (!selectedIds.delete(id)) selectedIds.add(id)
    set({ selectedIds, focusedId: id })
  },

  /** Selects everything between the last row that was touched and this one (shift-click). */
  selectThrough(id: string): void {
    const [from, to] = [state.order.indexOf(state.focusedId ?? id), state.order.indexOf(id)]
    const range = state.order.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)
    set({ selectedIds: new Set([...state.selectedIds, ...range]), focusedId: id })
  },

  clearSelection: () => set({ selectedIds: new Set() }),

  leave: () => set({ order: [], focusedId: null, selectedIds: new Set() }),
}

/** When the focused row goes, the focus moves to the row that took its place. */
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
