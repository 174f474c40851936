const units = ['hour', 'minute', 'second'] as const

/** `3 min 12 sec`; of an hour and more without the seconds. */
export function durationText(seconds: number, locale?: string): string {
  const [h, m, s] = split(seconds)
  const parts = h > 0 ? [h, m] : [0, m, s]
  const texts = parts.flatMap((count, index) => {
    const unit = units[index] ?? 'second'
    const isLast = index === parts.length - 1
    if (count === 0 && !(isLast && m === 0 && h === 0)) return []
    return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count)
  })
  return texts.join(' ')
}

/** `3:12`, `1:03:12`. */
export function clockText(seconds: number): string {
  const [h, m, s] = split(seconds)
  const two = (count: number) => String(count).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

function split(seconds: number): [number, number, number] {
  const whole = Math.max(0, Math.floor(seconds))
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
}
