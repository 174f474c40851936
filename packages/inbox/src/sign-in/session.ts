import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Me } from '../api/types.ts'
import { returnPath } from './return-path.ts'

export interface SetUpState {
  needed: boolean
  code_required: boolean
  demo: { teammates: { id: string; name: string; email: string }[] } | null
}

export async function readSetUp(): Promise<SetUpState> {
  return (await request('GET', '/setup')).body
}

/** The teammate who is signed in in this browser, or null. */
export async function whoIsSignedIn(): Promise<Me | null> {
  try {
    return (await request('GET', '/me/teammate')).body
  } catch (error) {
    if (isStatus(error, 401)) return null
    throw error
  }
}

/** Reloads the app after a sign-in, so that this tab has no data of another session. */
export function enter(wanted?: string): void {
  window.location.replace(`/app${returnPath(wanted)}`)
}
