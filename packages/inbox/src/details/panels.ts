import type { ComponentType } from 'react'
import type { Conversation } from '../api/types.ts'

/** A part of the details beside a conversation. A feature declares its own, and its manifest loads them. */
export interface DetailsPanel {
  /** About the customer, or a fact of the conversation. */
  slot: 'customer' | 'facts'
  /** The position in the slot. */
  order: number
  Panel: ComponentType<PanelProps>
}

export interface PanelProps {
  conversation: Conversation
}

export type PanelLoader = () => Promise<{ details: DetailsPanel[] }>

let loaders: PanelLoader[] = []

export function registerDetails(given: PanelLoader[]): void {
  loaders = given
}

/** Loads all panels in order. */
export async function loadDetails(): Promise<{ default: ComponentType<PanelProps> }> {
  const [{ detailsOf }, loaded] = await Promise.all([
    import('./Details.tsx'),
    Promise.all(loaders.map((load) => load())),
  ])
  const panels = loaded.flatMap(({ details }) => details)
  return { default: detailsOf(panels.sort((a, b) => a.order - b.order)) }
}
