import { ApiProblem } from './api.ts'

/** What the commands write: for a script one line of JSON, for a person words. */
export const say = {
  json: (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  words: (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`),
  table(rows: string[][]) {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
    const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    say.words(...rows.map((row) => line(row).trimEnd()))
  },
  /** On standard error, in the API's own words; exit code 1. */
  problem(error: unknown) {
    const details = error instanceof ApiProblem ? error.details.map((detail) => `\n  ${detail}`).join('') : ''
    process.stderr.write(`portico: ${error instanceof Error ? error.message : error}${details}\n`)
    process.exitCode = 1
  },
}
