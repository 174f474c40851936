import type { FastifyRequest } from 'fastify'
import { ApiError } from './api-error.ts'
import type { ChannelAuth, Principal } from './principal.ts'
import type { Urls } from './urls.ts'

/** The authenticators of callers. Each throws the fitting 401. */
export interface Authenticators {
  /** A channel token (a JWT that a channel server signed). `isCheckedLater`: by confirmChannelAndSpendToken, or by the handler in its transaction. */
  channel(token: string, isCheckedLater: boolean): Promise<ChannelAuth>
  /** Whether the channel is still there and the secret valid, and the token unspent; then it is spent. */
  confirmChannelAndSpendToken(pass: ChannelAuth): Promise<void>
  apiToken(token: string): Promise<Principal>
  /** The sign-in of a browser, by its cookie; undefined when there is none or it has ended. */
  session(request: FastifyRequest): Promise<Principal | undefined>
}

/** Identifies the caller. `isCheckedLater` is passed to the channel authenticator. Throws the fitting 401, csrf. */
export async function identify(
  request: FastifyRequest,
  authenticators: Authenticators,
  urls: Urls,
  isCheckedLater = false,
): Promise<Principal> {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) return identifyBearer(request, authorization, authenticators, isCheckedLater)
  if (cookie === undefined) throw new ApiError('missing_token')
  const principal = await authenticators.session(request)
  if (!principal) throw new ApiError('sign_in_required')
  refuseForeignPage(request, urls)
  return principal
}

async function identifyBearer(
  request: FastifyRequest,
  authorization: string,
  authenticators: Authenticators,
  isCheckedLater: boolean,
): Promise<Principal> {
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') throw new ApiError('missing_token')
  const token = authorization.slice(7).trim()
  if (token.startsWith('prt_')) return authenticators.apiToken(token)
  const pass = await authenticators.channel(token, isCheckedLater)
  request.channelAuth = pass
  return { kind: 'channel', companyId: pass.companyId, channelId: pass.channelId }
}

export const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The trust boundary of cookies: a browser sends them with every request, whoever's page made it, so an unsafe method
 * must come from a page of ours. Tokens are not affected: no page can send one it does not know. Without a cookie (a
 * sign-in) only a page that names itself foreign is refused: programs send no Origin.
 */
export function refuseForeignPage(request: FastifyRequest, urls: Urls): void {
  if (safeMethods.has(request.method)) return
  const { origin, cookie, 'sec-fetch-site': site } = request.headers
  const isOurs = origin === undefined ? cookie === undefined : urls.isOwnOrigin(origin)
  if (isOurs && site !== 'cross-site') return
  throw new ApiError(
    'csrf',
    `The page that asked was opened at ${origin ?? 'an address it does not name'}, and this hub answers at ${urls.of()}. ` +
      'If people are meant to open it there, start the hub with PUBLIC_URL set to that address.',
  )
}
