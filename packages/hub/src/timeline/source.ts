import type { Presenter } from '../events/presenters.ts'
import type { Order } from '../http/page.ts'

/** Where something stands in a timeline: microseconds since 1970, and its number among those of its kind. */
export interface Position {
  us: number
  number: number
}

export interface PositionsAsked {
  companyId: number
  conversationId: number
  /** Those behind this one, in the order asked for. */
  behind: Position
  order: Order
  limit: number
}

/** What a feature adds to the timeline of a conversation. The features register themselves in main.ts: timeline/ knows none of them. */
export interface TimelineSource extends Presenter {
  /** The name of the kind, and of the field that holds the thing. */
  kind: string
  listPositions(asked: PositionsAsked): Promise<Position[]>
}
