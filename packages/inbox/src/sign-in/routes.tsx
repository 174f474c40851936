import type { AnyRoute } from '@tanstack/react-router'

/** The pages for who is not signed in, each loaded when it is opened. */
export function signInRoutes(_root: AnyRoute): AnyRoute[] {
  return []
}
