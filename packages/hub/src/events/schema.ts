import { type Static, Type } from 'typebox'
import { SortedQuery } from '../http/page.ts'
import { causeKinds, eventTypes } from './catalogue.ts'

const Cause = Type.Object({ type: Type.Enum([...causeKinds]), id: Type.Union([Type.String(), Type.Null()]) })

/** Front's EventResponse; ours: what made it happen. */
export const Event = Type.Object(
  {
    id: Type.String(),
    type: Type.Enum(eventTypes),
    emitted_at: Type.Number(),
    cause: Type.Union([Cause, Type.Null()]),
  },
  { additionalProperties: true },
)

export const EventQuery = Type.Object({
  ...SortedQuery.properties,
  q: Type.Optional(
    Type.String({
      description: 'Front\'s query object: {"types":["archive"],"before":1.5,"after":1.5,"inboxes":["inb_1"]}',
    }),
  ),
})
export type EventQuery = Static<typeof EventQuery>
