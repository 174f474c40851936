import { s } from '../../strings/strings.ts'

const day = 86_400

/** The short form for lists: now, 5 min, 3 hr, then the date. Times are seconds since 1970. */
export function shortTime(time: number, now = Date.now() / 1000, locale?: string): string {
  const age = now - time
  if (age < 60) return s.time.now
  if (age < 3600) return unitName(Math.floor(age / 60), 'minute', locale)
  if (age < day) return unitName(Math.floor(age / 3600), 'hour', locale)
  const isThisYear = new Date(time * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  return format(
    time,
    isThisYear ? { day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' },
    locale,
  )
}

const units = new Map<string, Intl.NumberFormat>()

function unitName(count: number, unit: 'minute' | 'hour', locale?: string): string {
  const key = `${locale}${unit}`
  const known = units.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' })
  units.set(key, known)
  return known.format(count)
}

export function clockTime(time: number, locale?: string): string {
  return format(time, { hour: 'numeric', minute: '2-digit' }, locale)
}

/** The form for due times and for when something was made: the time of day for today, else date and time. */
export function dueTime(time: number, now = Date.now() / 1000, locale?: string): string {
  if (isSameDay(time, now)) return clockTime(time, locale)
  const isThisYear = new Date(time * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  return format(
    time,
    { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }), hour: 'numeric', minute: '2-digit' },
    locale,
  )
}

/** Date and time of day. */
export function dayTime(time: number, locale?: string): string {
  return format(time, { dateStyle: 'medium', timeStyle: 'short' }, locale)
}

/** Date, time and zone, for tooltips. */
export function fullTime(time: number, locale?: string): string {
  return format(time, { dateStyle: 'full', timeStyle: 'long' }, locale)
}

/** The form for headings between two days of a thread. */
export function dayName(time: number, now = Date.now() / 1000, locale?: string): string {
  if (isSameDay(time, now)) return s.time.today
  if (isSameDay(time, dayBefore(now))) return s.time.yesterday
  const isThisYear = new Date(time * 1000).getFullYear() === new Date(now * 1000).getFullYear()
  return format(
    time,
    { weekday: 'long', day: 'numeric', month: 'long', ...(!isThisYear && { year: 'numeric' }) },
    locale,
  )
}

/** Days between two times by the calendar: where clocks change a day has 23 or 25 hours. */
function dayBefore(time: number): number {
  const date = new Date(time * 1000)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 12).getTime() / 1000
}

export function isSameDay(a: number, b: number): boolean {
  return new Date(a * 1000).toDateString() === new Date(b * 1000).toDateString()
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Formats are cached: they are costly to make, and every row uses them. */
function format(time: number, options: Intl.DateTimeFormatOptions, locale?: string): string {
  const key = `${locale}${JSON.stringify(options)}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, known)
  return known.format(time * 1000)
}
