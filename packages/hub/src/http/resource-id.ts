import { type Prefix, parsePublicId } from '@portico/protocol'
import { ApiError } from './api-error.ts'
import type { Principal } from './principal.ts'

/** The number behind a public id of the caller's own company. Throws not_found for any other text, without a query. */
export function resourceNumber(principal: Pick<Principal, 'companyId'>, prefix: Prefix, text: string): number {
  const id = parsePublicId(prefix, text)
  if (!id || id.companyId !== principal.companyId) throw new ApiError('not_found')
  return id.number
}
