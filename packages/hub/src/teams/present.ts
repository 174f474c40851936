import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import type { TeamPreview } from './schema.ts'

/** A company has one team so far, of which everybody is a member and which owns every inbox and channel. */
const onlyTeam = 1

function teamId(companyId: number): string {
  return publicId('tim', companyId, onlyTeam)
}

export function isTeam(number: number): boolean {
  return number === onlyTeam
}

/** The `owner` of what belongs to the company. */
export function teamLink(companyId: number, urls: Urls): string {
  return urls.of('teams', teamId(companyId))
}

/** Front's TeamPreviewResponse. */
export function teamPreview(name: string, companyId: number, urls: Urls): TeamPreview {
  return { _links: { self: teamLink(companyId, urls) }, id: teamId(companyId), name }
}
