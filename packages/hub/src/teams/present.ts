import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import { ownerLink } from '../inboxes/owner.ts'
import type { TeamRow } from './queries.ts'
import type { TeamPreview } from './schema.ts'

/** Front's TeamPreviewResponse. */
export function teamPreview({ id, name }: TeamRow, companyId: number, urls: Urls): TeamPreview {
  return { _links: { self: ownerLink(id, companyId, urls) }, id: publicId('tim', companyId, id), name }
}
