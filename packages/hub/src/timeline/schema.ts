import { type Static, Type } from 'typebox'
import type { TimelineSource } from './source.ts'

const Entry = Type.Object({
  kind: Type.String(),
  at: Type.Number({ description: 'Seconds since 1970: what the timeline is sorted by' }),
})
/** The resource of an entry is in the field with the name of its kind. */
export type TimelineEntry = Static<typeof Entry>

export function timelineEntrySchema(sources: TimelineSource[]) {
  const kinds = sources.map(({ kind, schema }) =>
    Type.Object({ ...Entry.properties, kind: Type.Literal(kind), [kind]: schema }),
  )
  return Type.Unsafe<TimelineEntry>(Type.Union(kinds))
}
