import { type Static, type TSchema, Type } from 'typebox'
import { OpenObject } from '../http/list-schema.ts'
import { SortedQuery } from '../http/page.ts'
import { causeKinds, eventTypes } from './catalogue.ts'
import type { Presenters } from './presenters.ts'

const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

const Cause = Type.Object({ type: Type.Enum([...causeKinds]), id: Nullable(Type.String()) })

/** The actor, cause or target of an event. `data`: its current state; null when it is deleted, or has nothing to show. */
function reference(kinds: TSchema[]) {
  const inboxes = Type.Array(Type.Object({ id: Type.String() }))
  return Type.Object({
    _meta: Type.Object({ type: Type.String() }),
    data: Type.Unsafe<unknown>(Type.Union([...kinds, inboxes, Type.Null()])),
  })
}

/** Front's EventResponse; `cause` and `data` are ours. What an event is about has the schema of the feature that shows it. */
export function eventSchema({ conversations, targets }: Presenters) {
  const named = reference(Object.values(targets).map(({ schema }) => schema))
  return Type.Object(
    {
      _links: Type.Object({ self: Type.String() }),
      id: Type.String(),
      type: Type.Enum(eventTypes),
      emitted_at: Type.Number(),
      conversation: Type.Unsafe<object | null>(
        Type.Union([conversations.schema, conversations.goneSchema, Type.Null()]),
      ),
      source: named,
      target: Nullable(named),
      cause: Nullable(Cause),
      data: Type.Unsafe<Record<string, unknown> | null>(
        Type.Union([OpenObject, Type.Null()], { description: 'What it said when it happened' }),
      ),
    },
    { $id: 'Event' },
  )
}
export type EventResource = Static<ReturnType<typeof eventSchema>>

export const EventQuery = Type.Object({
  ...SortedQuery.properties,
  q: Type.Optional(
    Type.String({
      description: 'Front\'s query object: {"types":["archive"],"before":1.5,"after":1.5,"inboxes":["inb_1"]}',
    }),
  ),
})
export type EventQuery = Static<typeof EventQuery>
