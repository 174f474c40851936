import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = join(import.meta.dirname, '../../../../node_modules/.portico/hubs')

/** Writes a file that says that a hub runs from this checkout, so that dependencies are not replaced under it (scripts/install.mjs). */
export function markRunning(): () => void {
  const mark = join(directory, String(process.pid))
  try {
    mkdirSync(directory, { recursive: true })
    writeFileSync(mark, '')
  } catch {
    // the checkout is another account's, or read-only: then nothing is installed here either
  }
  return () => rmSync(mark, { force: true })
}
