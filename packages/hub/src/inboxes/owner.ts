import { publicId } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'

/** The company's first team: what names no team belongs to it. */
export const firstTeam = 1

/** The `owner` of an inbox, and of the channels in it: its team. */
export function ownerLink(teamId: number, companyId: number, urls: Urls): string {
  return urls.of('teams', publicId('tim', companyId, teamId))
}
