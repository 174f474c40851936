import { notifyManager, QueryClient } from '@tanstack/react-query'
import { isTemporary } from './errors.ts'

let isAtOnce = false

// what a key changes is painted in its frame: a timer, the library's own choice, comes after it
notifyManager.setScheduler((tell) => (isAtOnce ? tell() : queueMicrotask(tell)))

/** Tells of the changes that `work` makes before it returns, so that React draws them together with all else that it changes. */
export function inOneCommit(work: () => void): void {
  isAtOnce = true
  try {
    work()
  } finally {
    isAtOnce = false
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // what the hub refused stays refused; what it could not answer is asked again
      retry: (failures, error) => isTemporary(error) && failures < 3,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
    },
  },
})
