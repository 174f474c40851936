import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { Admission, type Quota, quotaOf, unauthenticatedQuota, uploadLimits } from './admission.ts'
import { ApiError } from './api-error.ts'
import { type Authenticators, identify, safeMethods } from './authenticate.ts'
import { networkOf } from './caller-address.ts'
import { answerClientError } from './errors.ts'
import { bringsForm, maxFormBytes } from './form.ts'
import { hasBody, refuseCompressed, refuseOtherMedia } from './media-type.ts'
import { type Access, mayEnter } from './principal.ts'
import type { RateLimiter } from './rate-limits.ts'
import { RefusedCallers } from './refused-callers.ts'
import { Turns } from './turns.ts'
import { sizeOf } from './unread-bodies.ts'
import type { Urls } from './urls.ts'

export interface RouteEntry {
  method: string
  url: string
  access: Access
}

/** Pages and their files, which libraries register. Every other route declares who may call it. */
const pages = /^\/(?:docs|app)(?:\/|$)/

/** The body limit of unauthenticated routes: names, addresses, passwords. */
const unauthenticatedBodyLimit = 16 * 1024

/** The age from which a right is checked again before anything is changed by it. */
const RIGHT_VALID_MS = 200

/**
 * Puts authentication and admission in front of every route, and returns the table of all routes. A route without `access` is
 * refused.
 */
export function guardRoutes(
  app: FastifyInstance,
  authenticators: Authenticators,
  urls: Urls,
  admission: Admission,
  rateLimiter: RateLimiter,
): RouteEntry[] {
  const table: RouteEntry[] = []
  const turns = new Turns()
  const uploads = new Admission(uploadLimits)
  const deps = { authenticators, urls, admission, uploads, refusedCallers: new RefusedCallers(), rateLimiter }
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.refuses) return
    const access = route.config?.access ?? (pages.test(route.url) ? 'public' : undefined)
    if (!access) throw new Error(`${route.method} ${route.url}: the route does not say who may call it (config.access)`)
    for (const method of [route.method].flat()) table.push({ method, url: route.url, access })
    if (access === 'public') route.bodyLimit = unauthenticatedBodyLimit
    if (access.includes('channel') && !route.config?.checksChannelItself)
      route.handler = withConfirmedChannel(authenticators, route.handler)
    if (access !== 'public' && changes(route)) route.handler = withCurrentRight(access, deps, route.handler)
    if (needsTurn(route)) route.handler = withTurn(turns, route.handler)
    if (changes(route)) route.handler = withBodyBudget(route.handler)
    route.onRequest = [authenticateAndAdmit(access, deps), route.onRequest ?? []].flat()
  })
  return table
}

/** Whether a request needs a slot of its company: it changes something, outside of group commits, which take turns themselves. */
function needsTurn(route: RouteOptions): boolean {
  return changes(route) && !route.config?.commitsInGroups
}

function changes({ method }: RouteOptions): boolean {
  return [method].flat().some((name) => !safeMethods.has(name))
}

/** Confirms the channel as late as possible: a request that was refused before has spent no token. */
function withConfirmedChannel(
  authenticators: Authenticators,
  handler: RouteOptions['handler'],
): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    if (request.channelAuth) await authenticators.confirmChannelAndSpendToken(request.channelAuth)
    return handler.call(this, request, reply)
  }
}

/** Authenticates again after a slow body or a long wait, because the right may have ended meanwhile. Channels are confirmed anyway. */
function withCurrentRight(
  access: Access,
  { authenticators, urls }: AccessDeps,
  handler: RouteOptions['handler'],
): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    if (
      request.principal &&
      request.principal.kind !== 'channel' &&
      performance.now() - request.enteredAt > RIGHT_VALID_MS
    ) {
      request.principal = await identify(request, authenticators, urls, true)
      if (!mayEnter(access, request.principal)) throw new ApiError('forbidden')
    }
    return handler.call(this, request, reply)
  }
}

/** Keeps the body budget until the handler ends, even when the caller disconnects. */
function withBodyBudget(handler: RouteOptions['handler']): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    const { bodyBudget } = request
    bodyBudget?.retain()
    try {
      return await handler.call(this, request, reply)
    } finally {
      bodyBudget?.release()
    }
  }
}

function withTurn(turns: Turns, handler: RouteOptions['handler']): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    const work = async () => handler.call(this, request, reply)
    return request.principal ? turns.take(request.principal.companyId, work) : work()
  }
}

interface AccessDeps {
  authenticators: Authenticators
  urls: Urls
  admission: Admission
  /** Of forms with files. */
  uploads: Admission
  refusedCallers: RefusedCallers
  rateLimiter: RateLimiter
}

/** Authenticates the caller, checks the media type and waits for capacity, all by the headers alone. */
function authenticateAndAdmit(access: Access, deps: AccessDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (access !== 'public') await enter(request, reply, access, deps)
    if (request.routeOptions.config.takesFiles && bringsForm(request.raw)) {
      refuseCompressed(request.raw)
      return reserveBodyBudget(request, reply, deps.uploads, maxFormBytes)
    }
    refuseOtherMedia(request.raw, access !== 'public' && request.headers.authorization !== undefined)
    if (!hasBody(request.raw)) return
    await reserveBodyBudget(request, reply, deps.admission, request.routeOptions.bodyLimit)
    giveUpSlowBody(request.raw)
  }
}

async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  { authenticators, urls, refusedCallers, rateLimiter }: AccessDeps,
): Promise<void> {
  try {
    request.enteredAt = performance.now()
    request.principal = await identify(request, authenticators, urls, true)
  } catch (error) {
    if (error instanceof ApiError) await refusedCallers.pace(networkOf(request.callerAddress))
    throw error
  }
  try {
    rateLimiter.take(request.principal, reply)
  } catch (error) {
    await refusedCallers.pace(`company ${request.principal.companyId}`)
    throw error
  }
  if (!mayEnter(access, request.principal)) throw new ApiError('forbidden')
}

async function reserveBodyBudget(
  request: FastifyRequest,
  reply: FastifyReply,
  admission: Admission,
  limit: number,
): Promise<void> {
  const size = sizeOf(request.raw)
  const isUpload = limit === maxFormBytes
  if (size > limit && Number.isFinite(size)) throw new ApiError('body_too_large', isUpload ? filesTooLarge : undefined)
  const bodyBudget = await admission.enter(quotaOfCaller(request), isUpload ? 0 : Math.min(size, limit), reply.raw)
  request.bodyBudget = bodyBudget
  if (reply.raw.closed) bodyBudget.release()
  else reply.raw.once('close', () => bodyBudget.release())
}

const filesTooLarge = 'The files of a message may have 25 MB in all. Send less, or a link.'

/** A body that is held in memory comes within this time. */
const bodyTimeoutMs = 30_000

function giveUpSlowBody(request: IncomingMessage): void {
  const timer = setTimeout(() => answerClientError(tooSlow, request.socket), bodyTimeoutMs)
  const end = () => clearTimeout(timer)
  request.once('end', end).once('close', end)
}

const tooSlow = Object.assign(new Error('the body came too slowly'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })

function quotaOfCaller({ principal, callerAddress }: FastifyRequest): Quota {
  if (principal === null) return unauthenticatedQuota(networkOf(callerAddress))
  if (principal.kind === 'channel') return quotaOf(principal.companyId, principal.channelId)
  return quotaOf(principal.companyId, principal.kind === 'teammate' ? 'people' : 'programs')
}
