import type { EventType, HubEvent } from '../api/types.ts'

/** The line of an event in a timeline; null: nothing a reader needs to know. */
type Line = (event: HubEvent, actor: string) => string | null

/** Of the types of events that a noun has lines for. Its manifest lists them. */
export type Lines = Partial<Record<EventType, Line>>

let all: Lines = {}

export function registerLines(lines: Lines[]): void {
  all = Object.assign({}, ...lines)
}

export const lineOf = (type: EventType): Line | undefined => all[type]
