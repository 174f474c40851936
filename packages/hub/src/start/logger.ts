import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { Settings } from '../settings.ts'

export interface Log {
  log: Logger
  /** Null: standard output. */
  file: string | null
  flush(): void
}

/** JSON lines: on standard output; for the demo and at a terminal, where a person reads the banner, in a file. */
export function openLog({ logLevel, dataDirectory, demo }: Settings): Log {
  const file = demo || process.stdout.isTTY ? join(dataDirectory, 'hub.log') : null
  const destination = pino.destination({ dest: file ?? 1, append: false, mkdir: true, mode: 0o600, sync: false })
  destination.on('error', () => {})
  return { log: pino({ level: logLevel }, destination), file, flush: () => flush(destination) }
}

function flush(destination: { flushSync(): void }): void {
  try {
    destination.flushSync()
  } catch {
    // nothing was written yet, or the reader of our output is gone
  }
}
