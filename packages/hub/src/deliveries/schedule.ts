import { ambiguousCodes, LONGEST_PAUSE_SECONDS } from '../db/constants.ts'
import type { Outcome } from './classify.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]

/** The delays between attempts, by the number of retries: ten attempts in about 28 hours. */
export const retryDelays = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  10 * hour,
]

const JITTER = 0.2
const MAX_RETRY_AFTER = LONGEST_PAUSE_SECONDS * second

/** The longest pause of the channel for which a message keeps its position after its first 429. */
const SHORT_PAUSE = 5 * second

/** The delayed outcome with its next attempt; or the final state at the end of the schedule. */
export interface Scheduled extends Outcome {
  /** The delay; null when it is not retried, or is sent when the channel's pause ends. */
  delayMs: number | null
}

/**
 * @param retries how often this round was retried by itself; a person's Retry begins a new round
 * @param random from 0 to 1: spreads what failed together
 * @param isFirst this was its first attempt
 */
export function schedule(classified: Outcome, retries: number, random: number, isFirst = false): Scheduled {
  const pauseMs = classified.pauseMs === null ? null : Math.min(classified.pauseMs, MAX_RETRY_AFTER)
  const outcome = { ...classified, pauseMs, delayMs: null }
  if (outcome.state !== 'delayed') return outcome
  if (isFirst && pauseMs !== null && pauseMs <= SHORT_PAUSE) return outcome
  const base = retryDelays[retries]
  if (base === undefined) return { ...outcome, state: lastState(outcome) }
  const spread = base * (1 + JITTER * (2 * random - 1))
  const asked = Math.min(outcome.retryAfterMs ?? 0, MAX_RETRY_AFTER)
  return { ...outcome, delayMs: Math.round(Math.max(spread, asked)) }
}

function lastState({ errorCode }: Outcome): 'failed' | 'not_confirmed' {
  return ambiguousCodes.some((code) => code === errorCode) ? 'not_confirmed' : 'failed'
}
