import type { FastifyRequest } from 'fastify'

const representation = /(?:^|[,;\s])return\s*=\s*"?representation"?\s*(?:$|[,;])/i

/** `Prefer: return=representation` (RFC 7240): the thing itself, where the answer would be a bare 202 or 204. */
export function prefersRepresentation({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return representation.test(String(headers.prefer ?? ''))
}
