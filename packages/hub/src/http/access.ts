import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type Admission, memberOf, type Tenant, unauthenticated } from './admission.ts'
import { ApiError } from './api-error.ts'
import { type Doors, identify, safeMethods } from './authenticate.ts'
import { networkOf } from './caller-address.ts'
import { FailedCallers } from './failed-callers.ts'
import { hasBody, refuseOtherMedia } from './media-type.ts'
import { type Access, mayEnter } from './principal.ts'
import { Turns } from './turns.ts'
import { sizeOf } from './unread-bodies.ts'
import type { Urls } from './urls.ts'

export interface RouteEntry {
  method: string
  url: string
  access: Access
}

/** Pages and their files, which libraries register. Everything else says itself who may call it. */
const pages = /^\/(?:docs|app)(?:\/|$)/

/** What a body may have where nobody knows yet who sends it: names, addresses, passwords. */
const unauthenticatedBodyLimit = 16 * 1024

/** A right that was asked for so long ago is asked for again before anything is changed by it. */
const lastsMs = 200

/** Puts the door in front of every route, and keeps the table of all routes. A route that names no `access` is refused. */
export function guardRoutes(app: FastifyInstance, doors: Doors, urls: Urls, admission: Admission): RouteEntry[] {
  const table: RouteEntry[] = []
  const turns = new Turns()
  const hall = { doors, urls, admission, failedCallers: new FailedCallers() }
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.refuses) return
    const access = route.config?.access ?? (pages.test(route.url) ? 'public' : undefined)
    if (!access) throw new Error(`${route.method} ${route.url}: the route does not say who may call it (config.access)`)
    for (const method of [route.method].flat()) table.push({ method, url: route.url, access })
    if (access === 'public') route.bodyLimit = unauthenticatedBodyLimit
    if (access.includes('channel') && !route.config?.checksChannelItself)
      route.handler = withConfirmedChannel(doors, route.handler)
    if (access !== 'public' && changes(route)) route.handler = withLastingRight(access, hall, route.handler)
    if (waitsForItsTurn(route)) route.handler = inTurn(turns, route.handler)
    if (changes(route)) route.handler = inItsRoom(route.handler)
    route.onRequest = [door(access, hall), route.onRequest ?? []].flat()
  })
  return table
}

/** Changes, but those that go through a group commit: it has turns of its own. */
function waitsForItsTurn(route: RouteOptions): boolean {
  return changes(route) && !route.config?.commitsInGroups
}

function changes({ method }: RouteOptions): boolean {
  return [method].flat().some((name) => !safeMethods.has(name))
}

/** As late as can be: what was refused before has spent no token. */
function withConfirmedChannel(doors: Doors, handler: RouteOptions['handler']): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    if (request.channelAuth) await doors.confirmChannel(request.channelAuth)
    return handler.call(this, request, reply)
  }
}

/** A body may come slowly, and a turn late: who has lost the right meanwhile changes nothing any more. Channels are confirmed anyhow. */
function withLastingRight(
  access: Access,
  { doors, urls }: Hall,
  handler: RouteOptions['handler'],
): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    if (request.principal && request.principal.kind !== 'channel' && performance.now() - request.enteredAt > lastsMs) {
      request.principal = await identify(request, doors, urls, true)
      if (!mayEnter(access, request.principal)) throw new ApiError('forbidden')
    }
    return handler.call(this, request, reply)
  }
}

/** Also when its caller has gone meanwhile. */
function inItsRoom(handler: RouteOptions['handler']): RouteOptions['handler'] {
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

function inTurn(turns: Turns, handler: RouteOptions['handler']): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    const work = async () => handler.call(this, request, reply)
    return request.principal ? turns.take(request.principal.companyId, work) : work()
  }
}

interface Hall {
  doors: Doors
  urls: Urls
  admission: Admission
  failedCallers: FailedCallers
}

/** Decides who it is, what it brings, and whether there is capacity: all of it by the headers alone. */
function door(access: Access, hall: Hall) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (access !== 'public') await enter(request, access, hall)
    refuseOtherMedia(request.raw, access !== 'public' && request.headers.authorization !== undefined)
    if (hasBody(request.raw)) await takeRoom(request, reply, hall.admission)
  }
}

async function enter(request: FastifyRequest, access: Access, { doors, urls, failedCallers }: Hall): Promise<void> {
  try {
    request.enteredAt = performance.now()
    request.principal = await identify(request, doors, urls, true)
  } catch (error) {
    if (error instanceof ApiError) await failedCallers.pace(networkOf(request.callerAddress))
    throw error
  }
  if (!mayEnter(access, request.principal)) throw new ApiError('forbidden')
}

async function takeRoom(request: FastifyRequest, reply: FastifyReply, admission: Admission): Promise<void> {
  const { bodyLimit } = request.routeOptions
  const size = sizeOf(request.raw)
  if (size > bodyLimit && Number.isFinite(size)) throw new ApiError('body_too_large')
  const bodyBudget = await admission.enter(tenantOf(request), Math.min(size, bodyLimit), reply.raw)
  request.bodyBudget = bodyBudget
  if (reply.raw.closed) bodyBudget.release()
  else reply.raw.once('close', () => bodyBudget.release())
}

function tenantOf({ principal, callerAddress }: FastifyRequest): Tenant {
  if (principal === null) return unauthenticated(networkOf(callerAddress))
  if (principal.kind === 'channel') return memberOf(principal.companyId, principal.channelId)
  return memberOf(principal.companyId, principal.kind === 'teammate' ? 'people' : 'programs')
}
