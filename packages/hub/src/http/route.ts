import type { FastifyInstance, FastifyRequest, FastifyTypeProvider } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'

interface TypesOfSchemas extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

/**
 * Registers routes of a feature. Params, query and body of a handler have the types of the route's schemas, and its response must
 * have that of the status: other handlers do not compile.
 */
export type App = ReturnType<typeof withTypesOfSchemas>

export function withTypesOfSchemas(app: FastifyInstance) {
  return app.withTypeProvider<TypesOfSchemas>()
}

/** A request whose query is this, handed on by a handler. */
export type RequestWith<Query> = FastifyRequest & { query: Query }

/** The answer 204 of a route that has others too. */
export const Done = Type.Unsafe<undefined>({ type: 'null', description: 'Done' })
