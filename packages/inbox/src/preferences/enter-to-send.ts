import type { QueryClient } from '@tanstack/react-query'
import { meQuery, setPreferences } from '../session/session.ts'
import { toast } from '../ui/toasts/toasts.ts'

/** Shows the setting at once, and reverts it with the reason when the hub refuses it. */
export function setEnterToSend(queryClient: QueryClient, value: boolean): void {
  const show = (shown: boolean) =>
    queryClient.setQueryData(
      meQuery.queryKey,
      (me) => me && { ...me, preferences: { ...me.preferences, enter_to_send: shown } },
    )
  show(value)
  setPreferences({ enter_to_send: value }).catch((error: Error) => {
    show(!value)
    toast(error.message, { tone: 'danger' })
  })
}
