import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import type { TeamRow } from './queries.ts'
import type { TeamPreview } from './schema.ts'

/** The `owner` of an inbox, and of the channels in it. */
export function teamLink(teamId: number, companyId: number, urls: Urls): string {
  return urls.of('teams', publicId('tim', companyId, teamId))
}

/** Front's TeamPreviewResponse. */
export function teamPreview({ id, name }: TeamRow, companyId: number, urls: Urls): TeamPreview {
  return { _links: { self: teamLink(id, companyId, urls) }, id: publicId('tim', companyId, id), name }
}
