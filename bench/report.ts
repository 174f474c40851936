/** One measured figure, with its baseline from the same run: of a throughput the ceiling, of a latency the least. */
export interface Row {
  name: string
  variant: string
  value: number
  unit: string
  /** What the same machine does at best without the part that is measured. */
  baseline?: number
  ratio?: number
  p50_ms?: number
  p99_ms?: number
  /** PostgreSQL and its settings, sizes, caps. */
  note: string
}

export interface BenchOptions {
  /** Fewer and shorter rounds: shows that the benchmark runs, not what the machine can do. */
  quick: boolean
}

export interface Bench {
  run(options: BenchOptions): AsyncIterable<Row>
}

export function median(values: number[]): number {
  return percentile(values, 0.5)
}

/** The nearest rank; 0 for none. */
export function percentile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

/** A line for people. */
export function asLine({ name, variant, value, unit, baseline, ratio, p50_ms, p99_ms, note }: Row): string {
  const cells = [
    `${name} · ${variant}`.padEnd(44),
    `${value.toLocaleString('en')} ${unit}`.padEnd(22),
    ratio === undefined ? '' : `ratio ${ratio.toFixed(2)}`.padEnd(12),
    baseline === undefined ? '' : `baseline ${baseline.toLocaleString('en')}`.padEnd(18),
    p50_ms === undefined ? '' : `p50 ${p50_ms} ms`.padEnd(13),
    p99_ms === undefined ? '' : `p99 ${p99_ms} ms`,
  ]
  return `${cells.join(' ').trimEnd()}\n    ${note}`
}
