import { limits } from '@portico/protocol'
import { type TSchema, Type } from 'typebox'

const Link = Type.Union([Type.String(), Type.Null()])

/** The schema of Front's list envelope. */
export function ListOf<Item extends TSchema>(item: Item) {
  return Type.Object({
    _pagination: Type.Object({ prev: Link, next: Link }),
    _links: Type.Object({ self: Type.String() }),
    _results: Type.Array(item),
  })
}

/** An object of which nobody says what is in it. */
export const OpenObject = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  properties: {},
  additionalProperties: true,
})

/** A text a person writes: something is in it, and it is not a book. */
export function Words(maxLength: number) {
  return Type.String({ minLength: 1, maxLength, pattern: '\\S' })
}

/** An id in a body, or an alias that stands for one. */
export function Reference(description?: string) {
  return Type.String({ maxLength: limits.reference, ...(description && { description }) })
}
