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

/** The presenter of a feature's targets in events. Deleted ones are missing in its results. */
export interface Presenter {
  schema: TSchema
  /** `excerpts`: of what is long only the beginning. */
  find(companyId: number, ids: number[], detail: 'whole' | 'excerpts'): Promise<Map<number, Shown>>
  /** Bytes of each, before it is read; of kinds that may be long. */
  sizesOf?(companyId: number, ids: number[]): Promise<Map<number, number>>
}

/** The kind of target. */
export interface TargetPresenter extends Presenter {
  /** Finds the targets of a range of events, as excerpts; by the events alone, so that both queries run at once. */
  findOfEvents(reader: Reader, events: EventsAfter): Promise<Map<number, Shown>>
}

export interface ShownConversation {
  location: Location
  resource: object
}

export interface ConversationPresenter {
  schema: TSchema
  /** The resource that `gone` returns. */
  goneSchema: TSchema
  find(companyId: number, ids: number[]): Promise<Map<number, ShownConversation>>
  findOfEvents(reader: Reader, events: EventsAfter): Promise<Map<number, ShownConversation>>
  /** The form of one that is no longer visible to the reader, or permanently deleted: its id only. */
  gone(companyId: number, number: number, at: Date): object
}

/** A kind of target that is looked up; an inbox is shown by its id alone. */
export type ShownKind = Exclude<TargetKind, 'inbox'>

/** The features register themselves here, in main.ts: events/ knows none of them. */
export interface Presenters {
  conversations: ConversationPresenter
  targets: Record<ShownKind, TargetPresenter>
}
