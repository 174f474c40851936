import type { AnyRoute } from '@tanstack/react-router'

/** The settings pages, each loaded when it is opened. */
export function settingsRoutes(_parent: AnyRoute): AnyRoute[] {
  return []
}
