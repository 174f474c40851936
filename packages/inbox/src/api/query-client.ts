import { notifyManager, QueryClient } from '@tanstack/react-query'
import { isTemporary } from './errors.ts'

let isSynchronous = false

// changes are rendered in the frame of their key; the library's default, a timer, would render them later
notifyManager.setScheduler((notify) => (isSynchronous ? notify() : queueMicrotask(notify)))

/** Notifies of the changes that `work` makes before it returns, so that React renders them together with its other changes. */
export function inOneCommit(work: () => void): void {
  isSynchronous = true
  try {
    work()
  } finally {
    isSynchronous = false
  }
}

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
