import type { Principal } from '../http/principal.ts'
import type { ActorKind } from './catalogue.ts'

/** The actor as events store it (`id` is null for the system). */
export interface Actor {
  companyId: number
  kind: ActorKind
  id: number | null
}

export function actorOf(principal: Principal): Actor & { id: number } {
  const { companyId } = principal
  switch (principal.kind) {
    case 'teammate':
      return { companyId, kind: 'teammate', id: principal.teammateId }
    case 'api_token':
      return { companyId, kind: 'api', id: principal.apiTokenId }
    case 'channel':
      return { companyId, kind: 'channel', id: principal.channelId }
  }
}
