import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Me } from '../api/types.ts'
import { placeInApp } from './wanted.ts'

export interface SetUpState {
  needed: boolean
  code_required: boolean
  demo: { teammates: { id: string; name: string; email: string }[] } | null
}

export async function readSetUp(): Promise<SetUpState> {
  return (await request('GET', '/setup')).body
}

/** Who is signed in in this browser, or nobody. */
export async function whoIsSignedIn(): Promise<Me | null> {
  try {
    return (await request('GET', '/me/teammate')).body
  } catch (error) {
    if (isStatus(error, 401)) return null
    throw error
  }
}

/** Into the app with a new session: loaded anew, so that nothing of another session is left in this tab. */
export function enter(wanted?: string): void {
  window.location.replace(`/app${placeInApp(wanted)}`)
}
