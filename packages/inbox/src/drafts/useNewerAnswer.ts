import { useInfiniteQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Message } from '../api/types.ts'
import { threadQuery } from '../messages/queries.ts'
import { useMe } from '../session/session.ts'
import { nameOf } from '../teammates/queries.ts'

/** The colleague who answered since this text was begun, or null. */
export function useNewerAnswer(conversationId: string, text: string): string | null {
  const me = useMe()
  const { data: pages } = useInfiniteQuery({ ...threadQuery(conversationId), enabled: false })
  const latest = pages?.pages[0]?.messages.find((one) => isColleagues(one, me.id))
  const begun = useRef<string | null | undefined>(undefined)
  if (!text.trim()) begun.current = undefined
  else if (begun.current === undefined && pages) begun.current = latest?.id ?? null
  if (!latest?.author || begun.current === undefined || begun.current === latest.id) return null
  return nameOf(latest.author)
}

function isColleagues({ author, is_inbound }: Message, myId: string): boolean {
  return !is_inbound && author !== null && author.id !== myId
}
