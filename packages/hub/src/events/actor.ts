import type { Principal } from '../http/principal.ts'

/** Who did it, as events record it (`id` is null for the system). */
export interface Actor {
  companyId: number
  kind: 'teammate' | 'api' | 'channel' | 'system'
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
