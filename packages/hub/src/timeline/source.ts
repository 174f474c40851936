import type { Presenter } from '../events/presenters.ts'
import type { Order } from '../http/page.ts'

/** A position in a timeline: microseconds since 1970, and the number within its kind. */
export interface Position {
  us: number
  number: number
}

export interface PositionsAsked {
  companyId: number
  conversationId: number
  /** Reads the entries after this one, in the requested order. */
  behind: Position
  order: Order
  limit: number
}

/** A source of timeline entries. The features register themselves in main.ts: timeline/ knows none of them. */
export interface TimelineSource extends Presenter {
  /** The name of the kind, and of the field that holds the thing. */
  kind: string
  listPositions(asked: PositionsAsked): Promise<Position[]>
}
