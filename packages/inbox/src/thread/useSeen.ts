import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Conversation } from '../api/types.ts'
import { markRead } from '../conversations/verbs.ts'
import { afterPaint } from '../ui/after-paint.ts'

/** Marks the open conversation as read, when it is really looked at. */
export function useSeen(conversation: Conversation | undefined): void {
  const queryClient = useQueryClient()
  const asked = useRef<string | null>(null)
  const lastId = conversation?.newest_inbound_id ?? null
  useEffect(() => {
    if (!conversation?.unread) return
    let hasLeft = false
    const see = () => {
      if (hasLeft || document.visibilityState !== 'visible' || asked.current === lastId) return
      asked.current = lastId
      markRead(queryClient, conversation)
    }
    afterPaint(see)
    document.addEventListener('visibilitychange', see)
    return () => {
      hasLeft = true
      document.removeEventListener('visibilitychange', see)
    }
  }, [queryClient, conversation, lastId])
}
