import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { items } from '../outbox/items.ts'
import { companyQuery, meQuery } from '../session/session.ts'
import { unreadQuery } from '../views/unread.ts'
import { startLive } from './live/live.ts'

/** Lets signed-in teammates pass; sends others to sign in, or to set the hub up when nobody has yet. */
export async function requireSession(queryClient: QueryClient, wanted: string): Promise<void> {
  const live = startLive(queryClient)
  try {
    const [unread] = await Promise.all([
      queryClient.ensureQueryData(unreadQuery),
      queryClient.ensureQueryData(meQuery),
      queryClient.ensureQueryData(companyQuery),
    ])
    items.read()
    live.join(unread.cursor ?? undefined)
  } catch (error) {
    if (!isStatus(error, 401)) throw error
    const { body: setup } = await request('GET', '/setup')
    throw setup.needed ? redirect({ to: '/set-up' }) : redirect({ to: '/sign-in', search: { from: wanted } })
  }
}
