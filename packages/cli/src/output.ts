import { ApiProblem } from './api.ts'

/** The output of the commands: one line of JSON for a script, text for a person. */
export const output = {
  json: (value: unknown) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  text: (...lines: string[]) => void process.stdout.write(`${lines.join('\n')}\n`),
  table(rows: string[][]) {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
    const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    output.text(...rows.map((row) => line(row).trimEnd()))
  },
  /** Writes the API's message on standard error, and sets exit code 1. */
  problem(error: unknown) {
    const details = error instanceof ApiProblem ? error.details.map((detail) => `\n  ${detail}`).join('') : ''
    process.stderr.write(`portico: ${needsHub(error) ?? (error instanceof Error ? error.message : error)}${details}\n`)
    process.exitCode = 1
  },
}

/** The package that is installed from a hub does not contain the hub. */
function needsHub(error: unknown): string | null {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
  return isMissing && error.message.includes('@portico/hub')
    ? 'this command runs or opens the hub itself: use it in the checkout of Portico, on the machine of the hub.'
    : null
}
