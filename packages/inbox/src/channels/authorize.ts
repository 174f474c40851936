import type { BodyOf } from '@portico/protocol/operations'
import { request } from '../api/request.ts'
import { t } from '../strings/settings.ts'

/**
 * Leaves for the authorization server, which brings the browser back to the callback page. Throws where that page is at
 * another address than this one: the session is a cookie of one host, and nobody would be signed in there.
 */
export async function goToAuthorizationServer(body: BodyOf<'POST', '/channel_authorizations'>): Promise<void> {
  const { body: started } = await request('POST', '/channel_authorizations', { body })
  const back = new URL(new URL(started.authorize_url).searchParams.get('redirect_uri') ?? location.href)
  if (back.origin !== location.origin) throw new Error(t.channels.authorization.elsewhere(back.origin))
  location.assign(started.authorize_url)
  // the page is left while the button is still busy
  await new Promise(() => {})
}
