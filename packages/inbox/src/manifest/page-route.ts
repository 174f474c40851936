import type { QueryClient } from '@tanstack/react-query'
import type { RouteComponent } from '@tanstack/react-router'

interface RouteRequest {
  params: Record<string, string>
  location: { search: Record<string, unknown> }
  context: { queryClient: QueryClient }
}

/** A page and its address. */
export interface PageRoute {
  path: string
  component?: RouteComponent
  validateSearch?(search: Record<string, unknown>): Record<string, unknown>
  beforeLoad?(request: RouteRequest): void | Promise<void>
  loader?(request: RouteRequest): unknown
}
