import type { EventType, HubEvent } from '../api/types.ts'

/** Writes the text of an event in a timeline; null: a reader needs no text for this event. */
type EventText = (event: HubEvent, actor: string) => string | null

/** A feature's manifest has one for each type of event that the feature shows in timelines. */
export type EventTexts = Partial<Record<EventType, EventText>>

let all: EventTexts = {}

export function registerEventTexts(texts: EventTexts[]): void {
  all = Object.assign({}, ...texts)
}

export const eventTextOf = (type: EventType): EventText | undefined => all[type]
