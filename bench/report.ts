/** A measured figure, with its baseline from the same run: the ceiling of a throughput, the floor of a latency. */
export interface Row {
  name: string
  variant: string
  value: number
  unit: string
  /** The best value of the same machine without the measured part. */
  baseline?: number
  ratio?: number
  p50_ms?: number
  p99_ms?: number
  /** The parts of the figure, in its unit unless the name says another. */
  parts?: Record<string, number>
  /** The goal of the ratio, or of the value where there is no ratio. */
  goal?: string
  /** PostgreSQL and its settings, sizes, caps. */
  note: string
}

export interface BenchOptions {
  /** Fewer and shorter rounds, which show that the benchmark runs and not what the machine can do. */
  quick: boolean
}

export interface Bench {
  run(options: BenchOptions): AsyncIterable<Row>
}

export function median(values: number[]): number {
  return percentile(values, 0.5)
}

/** A percentile by nearest rank; 0 for no values. */
export function percentile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** The median of each part by itself; the parts of all are those of the first. */
export function medianParts(rounds: Record<string, number>[]): Record<string, number> {
  const names = Object.keys(rounds[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, round(median(rounds.map((parts) => parts[name] ?? 0)))]))
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

/** Prints the figures as text. */
export function asLine({
  name,
  variant,
  value,
  unit,
  baseline,
  ratio,
  p50_ms,
  p99_ms,
  parts,
  goal,
  note,
}: Row): string {
  const cells = [
    `${name} · ${variant}`.padEnd(44),
    `${value.toLocaleString('en')} ${unit}`.padEnd(22),
    ratio === undefined ? '' : `ratio ${ratio.toFixed(2)}`.padEnd(12),
    baseline === undefined ? '' : `baseline ${baseline.toLocaleString('en')}`.padEnd(18),
    p50_ms === undefined ? '' : `p50 ${p50_ms} ms`.padEnd(13),
    p99_ms === undefined ? '' : `p99 ${p99_ms} ms`.padEnd(13),
    goal === undefined ? '' : `goal ${goal}`,
  ]
  const lines = [cells.join(' ').trimEnd()]
  if (parts) lines.push(`    ${asList(parts)}`)
  return [...lines, `    ${note}`].join('\n')
}

/** A row of the README's table: figure, measured, baseline, ratio, goal. */
export function asTableRow({ name, variant, value, unit, baseline, ratio, parts, goal }: Row): string {
  const cells = [
    `${name} · ${variant}`,
    `${value.toLocaleString('en')} ${unit}${parts ? ` (${asList(parts)})` : ''}`,
    baseline?.toLocaleString('en') ?? '',
    ratio?.toFixed(2) ?? '',
    goal ?? '',
  ]
  return `| ${cells.join(' | ')} |`
}

function asList(parts: Record<string, number>): string {
  return Object.entries(parts)
    .map(([part, value]) => `${part} ${value.toLocaleString('en')}`)
    .join(' · ')
}
