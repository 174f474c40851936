import type { TSchema } from 'typebox'
import type { Reader } from '../db/database.ts'
import type { Location } from './audience.ts'
import type { TargetKind } from './catalogue.ts'
import type { EventsAfter } from './queries.ts'

/** A thing as it is now. `bytes`: about what it takes in an answer, of those that may be long. */
export interface Shown {
  resource: object
  bytes?: number
}

/** How a feature shows in events what is its own. What is no more is not in the answers. */
export interface Presenter {
  schema: TSchema
  /** `excerpts`: of what is long only the beginning. */
  find(companyId: number, ids: number[], detail: 'whole' | 'excerpts'): Promise<Map<number, Shown>>
  /** Bytes of each, before it is read; of kinds that may be long. */
  sizesOf?(companyId: number, ids: number[]): Promise<Map<number, number>>
}

/** Of a kind that events are about. */
export interface TargetPresenter extends Presenter {
  /** Those of such events, as excerpts; found by the events alone, so that both can be asked for at once. */
  findOfEvents(reader: Reader, events: EventsAfter): Promise<Map<number, Shown>>
}

export interface ShownConversation {
  location: Location
  resource: object
}

export interface ConversationPresenter {
  schema: TSchema
  /** Of what `gone` shows. */
  goneSchema: TSchema
  find(companyId: number, ids: number[]): Promise<Map<number, ShownConversation>>
  findOfEvents(reader: Reader, events: EventsAfter): Promise<Map<number, ShownConversation>>
  /** Of one that the reader may see no more, or that is deleted for ever: its id, and nothing else of it. */
  gone(companyId: number, number: number, at: Date): object
}

/** A kind of target that is looked up; an inbox is told by its id alone. */
export type ShownKind = Exclude<TargetKind, 'inbox'>

/** The features register themselves here, in main.ts: events/ knows none of them. */
export interface Presenters {
  conversations: ConversationPresenter
  targets: Record<ShownKind, TargetPresenter>
}
