import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import type { Report } from './queries.ts'

type Clock = Report['clocks'][number]
type ClockState = 'unknown' | 'fine' | 'off' | 'tokens' | 'signatures'

/** Times are rounded to seconds on the way, and answers take time: less is no difference. */
const NOTABLE_SECONDS = 5
/** From here on the hub refuses tokens, or may. */
const TOKEN_SECONDS = 60
/** From here on a server refuses the hub's signatures. */
const SIGNATURE_SECONDS = 300

/** The clock that is furthest off, and what that breaks. */
export function clockOf({ clocks }: Pick<Report, 'clocks'>): { state: ClockState; clock: Clock | undefined } {
  const [clock] = [...clocks].sort((a, b) => Math.abs(b.ahead_seconds) - Math.abs(a.ahead_seconds))
  return { state: clock ? stateOf(Math.abs(clock.ahead_seconds)) : 'unknown', clock }
}

function stateOf(seconds: number): ClockState {
  if (seconds < NOTABLE_SECONDS) return 'fine'
  if (seconds < TOKEN_SECONDS) return 'off'
  return seconds < SIGNATURE_SECONDS ? 'tokens' : 'signatures'
}

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** “2 min 5 sec”, of two neighbouring units at most. */
export function spanText(seconds: number, locale?: string): string {
  const whole = Math.round(Math.abs(seconds))
  const name = (count: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count)
  const step = steps.findIndex(([, size]) => whole >= size)
  const found = steps[step]
  if (!found) return name(whole, 'second')
  const [unit, size] = found
  const [smaller, smallerSize] = steps[step + 1] ?? ['second', 1]
  const rest = Math.floor((whole % size) / smallerSize)
  return [name(Math.floor(whole / size), unit), ...(rest > 0 ? [name(rest, smaller)] : [])].join(' ')
}

/** What an admin reads: how far it is off and by what that is known, then what it breaks and what to do. */
export function clockText({ state, clock }: ReturnType<typeof clockOf>, time: (seconds: number) => string): string {
  if (!clock || state === 'unknown') return texts.clockUnknown
  const measured = texts.clockMeasured[clock.measured_by](time(clock.at))
  if (state === 'fine') return `${texts.clockFine} ${measured}`
  const direction = clock.ahead_seconds > 0 ? texts.clockAhead : texts.clockBehind
  return `${direction(spanText(clock.ahead_seconds))} ${measured} ${texts.clockBreaks[state]}`
}
