import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { ApiError } from './api-error.ts'
import { type Doors, identify, safeMethods } from './authenticate.ts'
import { refuseOtherMedia } from './media-type.ts'
import { type Access, mayEnter } from './principal.ts'
import { Turns } from './turns.ts'
import type { Urls } from './urls.ts'

export interface RouteEntry {
  method: string
  url: string
  access: Access
}

/** Pages and their files, which libraries register. Everything else says itself who may call it. */
const pages = /^\/(?:docs|app)(?:\/|$)/

/** Puts the door in front of every route, and keeps the table of all routes. A route that names no `access` is refused. */
export function guardRoutes(app: FastifyInstance, doors: Doors, urls: Urls): RouteEntry[] {
  const table: RouteEntry[] = []
  const turns = new Turns()
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.refuses) return
    const access = route.config?.access ?? (pages.test(route.url) ? 'public' : undefined)
    if (!access) throw new Error(`${route.method} ${route.url}: the route does not say who may call it (config.access)`)
    for (const method of [route.method].flat()) table.push({ method, url: route.url, access })
    if (waitsForItsTurn(route)) route.handler = inTurn(turns, route.handler)
    route.onRequest = [door(access, doors, urls, route.config?.checksChannelItself), route.onRequest ?? []].flat()
  })
  return table
}

/** Changes, but those that go through a group commit: it has turns of its own. */
function waitsForItsTurn({ method, config }: RouteOptions): boolean {
  return [method].flat().some((name) => !safeMethods.has(name)) && !config?.commitsInGroups
}

function inTurn(turns: Turns, handler: RouteOptions['handler']): RouteOptions['handler'] {
  return async function (this: FastifyInstance, request, reply) {
    const work = async () => handler.call(this, request, reply)
    return request.principal ? turns.take(request.principal.companyId, work) : work()
  }
}

function door(access: Access, doors: Doors, urls: Urls, isCheckedLater = false) {
  if (access === 'public') {
    return (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
      refuseOtherMedia(request.raw, false)
      done()
    }
  }
  return async (request: FastifyRequest) => {
    const principal = await identify(request, doors, urls, isCheckedLater)
    request.principal = principal
    if (!mayEnter(access, principal)) throw new ApiError('forbidden')
    refuseOtherMedia(request.raw, request.headers.authorization !== undefined)
  }
}
