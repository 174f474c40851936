import type { FastifyReply, FastifyRequest } from 'fastify'

/** The cookie's name in better-auth. */
export const innerCookie = 'portico_session'

/** The URL of the hub. Read at each use: a hub on port 0 learns its port when it listens. */
export interface CookieSettings {
  publicUrl: string
}

interface CookieName {
  /**
   * Cookies know no ports, so the port is in the name: two hubs on one host would sign each other out. A __Host- cookie is
   * never taken over plain http, not even on loopback.
   */
  now: string
  /** The cookie's name until 0.1, without the port. Its sessions stay valid. */
  earlier: string
  isSecure: boolean
}

function nameOf({ publicUrl }: CookieSettings): CookieName {
  const { protocol, port } = new URL(publicUrl)
  const isSecure = protocol === 'https:'
  const prefix = isSecure ? '__Host-' : ''
  return { now: prefix + (port && `${port}_`) + innerCookie, earlier: prefix + innerCookie, isSecure }
}

/** The session of a request, as the browser keeps it. */
export function cookieIn(
  request: FastifyRequest,
  settings: CookieSettings,
): { value: string; isEarlier: boolean } | null {
  const { now, earlier } = nameOf(settings)
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  const named = (name: string) => pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  const value = named(now) || named(earlier)
  return value ? { value, isEarlier: !named(now) } : null
}

/** The request as better-auth gets it. */
export function headersFor(request: FastifyRequest, settings: CookieSettings): Headers {
  const headers = new Headers()
  const cookie = cookieIn(request, settings)
  if (cookie) headers.set('cookie', `${innerCookie}=${cookie.value}`)
  if (request.headers['user-agent']) headers.set('user-agent', request.headers['user-agent'])
  return headers
}

/** Passes on what better-auth sets, under the name that the browser knows. */
export function passCookies(headers: Headers, reply: FastifyReply, settings: CookieSettings): void {
  for (const cookie of headers.getSetCookie()) {
    reply.header('set-cookie', cookie.replace(innerCookie, nameOf(settings).now))
  }
}

const weekInSeconds = 7 * 24 * 3600

/** Renames the cookie of a session that has the earlier name. */
export function moveCookie(request: FastifyRequest, reply: FastifyReply, settings: CookieSettings): void {
  const cookie = cookieIn(request, settings)
  if (!cookie?.isEarlier) return
  const { now, earlier, isSecure } = nameOf(settings)
  const attributes = `Path=/; HttpOnly; ${isSecure ? 'Secure; ' : ''}SameSite=Lax`
  reply.header('set-cookie', `${now}=${cookie.value}; Max-Age=${weekInSeconds}; ${attributes}`)
  reply.header('set-cookie', `${earlier}=; Max-Age=0; ${attributes}`)
}
