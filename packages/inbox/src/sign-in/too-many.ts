import { useEffect, useState } from 'react'
import { ApiError } from '../api/errors.ts'
import { t } from '../strings/sign-in.ts'

/** Seconds to wait after too many attempts, from the hub’s message; null for any other error. */
export function waitAfter(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.status !== 429) return null
  const named = /retry in (\d+) milliseconds/i.exec(error.message)
  return named ? Math.ceil(Number(named[1]) / 1000) : 60
}

/** The text that counts down the waiting time; null when there is none. */
export function useWait(): { waitMessage: string | null; wait: (seconds: number) => void } {
  const [until, setUntil] = useState<number | null>(null)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (until === null) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [until])
  return {
    waitMessage: until === null ? null : t.tooMany(Math.max(0, Math.ceil((until - now) / 1000))),
    wait: (seconds) => {
      setNow(Date.now())
      setUntil(Date.now() + seconds * 1000)
    },
  }
}
