import type { FastifyInstance, FastifyRequest, FastifySchema, RouteOptions } from 'fastify'
import { publishedOperations, shapeOf } from '../published/operations.ts'
import { ApiError } from './api-error.ts'

/** Documented in Front's changelog; its published file does not have the operation. */
const unpublished = [{ method: 'PATCH', url: '/inboxes/:inbox_id', body: ['custom_fields'] }]

/**
 * Refuses by name a field that Front publishes for a route's body and the route's schema does not have, so that none is silently
 * dropped. An empty value is accepted. Undocumented fields are ignored.
 */
export function refuseUnbuiltFields(app: FastifyInstance): void {
  const documented = documentedFields()
  app.addHook('onRoute', (route: RouteOptions) => {
    const unbuilt = unbuiltOf(documented.get(shapeOf({ method: String(route.method), url: route.url })), route.schema)
    if (unbuilt.length === 0) return
    route.preValidation = [
      ...[route.preValidation ?? []].flat(),
      async (request: FastifyRequest) => refuse(unbuilt.filter((field) => asksFor(request.body, field.split('.')))),
    ]
  })
}

function documentedFields(): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  for (const operation of [...publishedOperations, ...unpublished]) {
    const shape = shapeOf(operation)
    fields.set(shape, [...(fields.get(shape) ?? []), ...operation.body])
  }
  return fields
}

/** The fields that the schema does not have; of an object that is not built, only the object. */
function unbuiltOf(documented: string[] | undefined, schema: FastifySchema | undefined): string[] {
  if (!documented || !schema || schema.hide) return []
  const built = new Set(namedIn(schema.body as Schema | undefined))
  const left = documented.filter((field) => !built.has(field))
  return left.filter((field) => !left.some((other) => field.startsWith(`${other}.`) || field.startsWith(`${other}[]`)))
}

interface Schema {
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
}

function namedIn(schema: Schema | undefined, prefix = ''): string[] {
  if (!schema) return []
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    prefix + name,
    ...namedIn(field, `${prefix}${name}.`),
  ])
  const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap((part) => namedIn(part, prefix))
  return [...named, ...parts, ...namedIn(schema.items, `${prefix.slice(0, -1)}[].`)]
}

function asksFor(value: unknown, [name = '', ...rest]: string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  const field = (value as Record<string, unknown>)[name.replace('[]', '')]
  if (name.endsWith('[]')) return Array.isArray(field) && field.some((item) => asksFor(item, rest))
  return rest.length > 0 ? asksFor(field, rest) : !isNeutral(name, field)
}

function isNeutral(name: string, value: unknown): boolean {
  // a text is no attachment; channels send what they like there, and it is not worth their message
  if (name === 'attachments' && Array.isArray(value)) return value.every((item) => typeof item === 'string')
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === false || value === ''
}

function refuse(fields: string[]): void {
  if (fields.length === 0) return
  throw new ApiError(
    'unsupported_field',
    undefined,
    fields.map((field) => `body.${field}: ${refusalReason(field)}`),
  )
}

function refusalReason(field: string): string {
  return field === 'attachments' ? 'files are sent as multipart/form-data' : 'is not built yet'
}
