import { notifyManager, QueryClient } from '@tanstack/react-query'
import { isTemporary } from './errors.ts'

// changes are rendered in the frame of their key; the library's default, a timer, would render them later
notifyManager.setScheduler(queueMicrotask)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // an error of the hub is final; a request without a response is repeated
      retry: (failures, error) => isTemporary(error) && failures < 3,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
    },
  },
})
