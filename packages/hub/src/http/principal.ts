import type { Capability, ContactType } from '@portico/protocol'
import type { FastifyRequest } from 'fastify'
import type { BodyBudget } from './admission.ts'
import { ApiError } from './api-error.ts'

/** The caller of a request. */
export type Principal =
  | { kind: 'teammate'; companyId: number; teammateId: number; isAdmin: boolean; sessionId?: string }
  | { kind: 'api_token'; companyId: number; apiTokenId: number }
  | { kind: 'channel'; companyId: number; channelId: number }

/** The claims of a verified channel token. */
export interface ChannelAuth {
  companyId: number
  channelId: number
  /** The channel's public id, the token's `sub`. */
  sub: string
  address: string
  contactType: ContactType
  /** Of its type: what its server opted in to. */
  capabilities: Capability[]
  /** The secret that verified the token; the write that relies on the pass checks it again in its transaction. */
  secretId: number
  isSingleUse: boolean
  jti: string
  /** Seconds. */
  expiresAt: number
  /** Seconds; undefined: the token does not say. */
  issuedAt: number | undefined
}

export type TeammatePrincipal = Extract<Principal, { kind: 'teammate' }>

/** The callers of a route. `admin` is a teammate with that right, or an API token. A route without it is not registered. */
export type Access = 'public' | readonly ('teammate' | 'api_token' | 'channel' | 'admin')[]

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** The handler's own transaction checks the channel and its secret (ChannelAuth), so nobody else need ask the database. */
    checksChannelItself?: boolean
    /** Answers before a door is needed (http/refusals.ts), and is no route of the table. */
    refuses?: boolean
    /** The handler writes by group commit, in which every company has its turn. */
    commitsInGroups?: boolean
  }
  interface FastifyRequest {
    principal: Principal | null
    /** performance.now() when the request came in. */
    startedAt: number
    /** The claims of the token, for a channel principal. */
    channelAuth: ChannelAuth | null
    /** The memory budget of the body, if there is one. */
    bodyBudget: BodyBudget | null
    /** The time of the last authentication, by performance.now(). */
    enteredAt: number
    /** Fields of the request's log line beyond method, route, status and caller. Never message text or secrets. */
    logFields: Record<string, unknown> | null
  }
}

export function requirePrincipal(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ApiError('missing_token')
  return request.principal
}

/** The teammate who calls; null: somebody else does. */
export function teammateOf(principal: Principal): number | null {
  return principal.kind === 'teammate' ? principal.teammateId : null
}

export function requireTeammate(request: FastifyRequest): TeammatePrincipal {
  const principal = requirePrincipal(request)
  if (principal.kind !== 'teammate') throw new ApiError('forbidden', 'Only a signed-in teammate can do this.')
  return principal
}

export function mayEnter(access: Access, principal: Principal): boolean {
  if (access === 'public' || access.includes(principal.kind)) return true
  return access.includes('admin') && isAdmin(principal)
}

export function isAdmin(principal: Principal): boolean {
  return principal.kind === 'api_token' || (principal.kind === 'teammate' && principal.isAdmin)
}

/** Adds to the request's log line. */
export function note(request: FastifyRequest, logFields: Record<string, unknown>): void {
  request.logFields = request.logFields === null ? logFields : { ...request.logFields, ...logFields }
}
