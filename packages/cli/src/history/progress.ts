const barWidth = 30
const lineEveryMs = 5_000
const drawEveryMs = 100

/** How far a command is: a bar on a terminal, a line now and then elsewhere. On standard error. */
export class Progress {
  readonly #verb: string
  readonly #startedAt = Date.now()
  #lastAt = Date.now()
  #isDrawn = false

  constructor(verb: string) {
    this.#verb = verb
  }

  /** `part`: from 0 to 1; undefined where nobody knows. */
  show(counts: Record<string, number>, part?: number): void {
    const { isTTY } = process.stderr
    if (Date.now() - this.#lastAt < (isTTY ? drawEveryMs : lineEveryMs)) return
    this.#lastAt = Date.now()
    const text = `${this.#verb} ${this.#bar(part)}${textOf(counts)}`
    process.stderr.write(isTTY ? `\r\x1b[2K${text}` : `${text}\n`)
    this.#isDrawn = true
  }

  /** Removes the bar. Seconds since the start. */
  end(): number {
    if (this.#isDrawn && process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
    this.#isDrawn = false
    return (Date.now() - this.#startedAt) / 1_000
  }

  #bar(part: number | undefined): string {
    if (part === undefined) return ''
    const percent = `${Math.floor(part * 100)} %`.padStart(5)
    if (!process.stderr.isTTY) return `${percent}  `
    const full = Math.round(part * barWidth)
    return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}]${percent}  `
  }
}

export function textOf(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ')
}
