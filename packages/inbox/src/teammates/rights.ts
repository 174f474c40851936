import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Teammate } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { nameOf, teammatesQuery } from './queries.ts'

type Rights = Partial<Pick<Teammate, 'is_admin' | 'is_blocked'>>

/** Gives a teammate a right. It is shown at once, can be undone, and is reverted with the reason when the hub refuses. */
export function changeRights(queryClient: QueryClient, teammate: Teammate, rights: Rights): void {
  const before: Rights = { ...('is_admin' in rights ? { is_admin: teammate.is_admin } : {}) }
  if ('is_blocked' in rights) before.is_blocked = teammate.is_blocked
  void apply(queryClient, teammate, rights, before).then((done) => {
    if (done) toast(wordsOf(teammate, rights), { undo: () => void apply(queryClient, teammate, before, rights) })
  })
}

/** Revokes a right. There is no undo, because its sessions end with it. Throws the hub's error. */
export async function takeRights(queryClient: QueryClient, teammate: Teammate, rights: Rights): Promise<void> {
  await request('PATCH', `/teammates/${teammate.id}`, { body: rights })
  show(queryClient, teammate.id, rights)
  for (const queryKey of [['me'], ['invitations'], ['api-tokens']]) void queryClient.invalidateQueries({ queryKey })
  toast(wordsOf(teammate, rights))
}

async function apply(queryClient: QueryClient, { id }: Teammate, rights: Rights, before: Rights): Promise<boolean> {
  show(queryClient, id, rights)
  try {
    await request('PATCH', `/teammates/${id}`, { body: rights })
    void queryClient.invalidateQueries({ queryKey: ['me'] })
    return true
  } catch (error) {
    show(queryClient, id, before)
    toast((error as Error).message, { tone: 'danger' })
    return false
  }
}

function show(queryClient: QueryClient, id: string, rights: Rights): void {
  queryClient.setQueryData(teammatesQuery.queryKey, (all) =>
    all?.map((teammate) => (teammate.id === id ? { ...teammate, ...rights } : teammate)),
  )
}

function wordsOf(teammate: Teammate, { is_admin, is_blocked }: Rights): string {
  const name = nameOf(teammate)
  if (is_blocked !== undefined) return is_blocked ? t.teammates.blockedNow(name) : t.teammates.unblocked(name)
  return is_admin ? t.teammates.madeAdmin(name) : t.teammates.removedAdmin(name)
}
