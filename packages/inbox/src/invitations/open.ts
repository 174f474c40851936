import { ApiError } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Me } from '../api/types.ts'
import { whoIsSignedIn } from '../sign-in/session.ts'

interface OpenInvitation {
  company_name: string
  purpose: 'join' | 'new_password'
  email: string
  is_admin: boolean
  expires_at: number
}

export interface OpenedInvitation {
  invitation: OpenInvitation | null
  /** The reason why there is no invitation: it never existed, or it has ended. */
  refusal: ApiError | null
  me: Me | null
}

export async function openInvitation(token: string): Promise<OpenedInvitation> {
  const me = await whoIsSignedIn()
  try {
    const { body } = await request('GET', `/invitations/by_token/${encodeURIComponent(token)}`)
    return { invitation: body, refusal: null, me }
  } catch (error) {
    if (isOver(error)) return { invitation: null, refusal: error, me }
    throw error
  }
}

/** Whether the link is unknown, revoked, used, replaced or expired. */
export function isOver(error: unknown): error is ApiError {
  return error instanceof ApiError && !error.isForeign && (error.status === 404 || error.status === 410)
}
