import { useQuery } from '@tanstack/react-query'
import type { Delivery, Message } from '../api/types.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { nameOf, teammatesQuery } from '../teammates/queries.ts'

/** The name of the teammate who marked the message as sent or dismissed it; or who cancelled it, when neither its author nor the reader did. */
export function useDecider({ author }: Message, delivery: Delivery | null | undefined): string | undefined {
  const me = useMe()
  const id = delivery?.decided_by
  const { data: teammates } = useQuery({ ...teammatesQuery, enabled: Boolean(id && id !== me.id) })
  if (delivery?.decided_by_type === 'api') return s.delivery.integration
  if (!id) return undefined
  const isTold = delivery?.state === 'sent' || delivery?.is_dismissed === true
  if (id === me.id) return isTold ? s.delivery.you : undefined
  const decider = teammates?.find((teammate) => teammate.id === id)
  return decider && (isTold || id !== author?.id) ? nameOf(decider) : undefined
}
