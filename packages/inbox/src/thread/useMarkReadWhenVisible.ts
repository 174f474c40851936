import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Conversation } from '../api/types.ts'
import { markRead } from '../conversations/verbs.ts'
import { afterPaint } from '../ui/after-paint.ts'

/** Marks the open conversation as read once it is rendered in a visible tab. */
export function useMarkReadWhenVisible(conversation: Conversation | undefined): void {
  const queryClient = useQueryClient()
  const markedId = useRef<string | null>(null)
  const lastId = conversation?.newest_inbound_id ?? null
  useEffect(() => {
    if (!conversation?.unread) return
    let isUnmounted = false
    const mark = () => {
      if (isUnmounted || document.visibilityState !== 'visible' || markedId.current === lastId) return
      markedId.current = lastId
      markRead(queryClient, conversation)
    }
    afterPaint(mark)
    document.addEventListener('visibilitychange', mark)
    return () => {
      isUnmounted = true
      document.removeEventListener('visibilitychange', mark)
    }
  }, [queryClient, conversation, lastId])
}
