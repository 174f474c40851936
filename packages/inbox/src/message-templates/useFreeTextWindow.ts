import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { hubNow } from '../api/clock.ts'
import type { Channel } from '../api/types.ts'
import { windowQuery } from './queries.ts'

export interface ShownWindow {
  /** When it closes or has closed; null: the customer has not written. */
  closesAt: number | null
  /** 0: it is closed. */
  minutesLeft: number
}

/** The window in which a conversation takes free text, with the time that is left; null where it always does, or is not known yet. */
export function useFreeTextWindow(conversationId: string, channel: Channel | undefined): ShownWindow | null {
  const isLimited = channel !== undefined && channel.channel_type.free_text_window_hours !== null
  const { data } = useQuery({ ...windowQuery(conversationId), enabled: isLimited })
  const closesAt = data?.closes_at ?? null
  const minutesTo = () => (closesAt === null ? 0 : Math.max(0, Math.ceil((closesAt - hubNow()) / 60)))
  const [, setMinutes] = useState(minutesTo)
  useEffect(() => {
    if (closesAt === null) return
    const tick = () => setMinutes(Math.max(0, Math.ceil((closesAt - hubNow()) / 60)))
    const timer = setInterval(tick, 1_000)
    return () => clearInterval(timer)
  }, [closesAt])
  if (!isLimited || !data || data.hours === null) return null
  return { closesAt, minutesLeft: minutesTo() }
}
