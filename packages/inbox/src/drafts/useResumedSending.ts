import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { resumeSending } from '../messages/sending.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import { editAsDraft } from './edit.ts'

/** Sends what an earlier visit left unanswered; what the hub refuses now is a draft again. */
export function useResumedSending(): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    resumeSending(queryClient, ({ sending, outcome }) => {
      if ('message' in outcome) return
      editAsDraft(queryClient, sending.conversationId, sending.text)
      toast(`${s.composer.refused} ${outcome.error.message}`, { tone: 'danger' })
    })
  }, [queryClient])
}
