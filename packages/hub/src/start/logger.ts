import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { Settings } from '../settings/settings.ts'

export interface Log {
  log: Logger
  /** Null: standard output. */
  file: string | null
  flush(): void
}

/** Logs JSON lines to standard output; for the demo and at a terminal, where a person reads the banner, to a file. */
export function openLog({ logLevel, dataDirectory, demo }: Settings): Log {
  const file = demo || process.stdout.isTTY ? join(dataDirectory, 'hub.log') : null
  if (file) mkdirSync(dataDirectory, { recursive: true, mode: 0o711 })
  const destination = pino.destination({ dest: file ? openSync(file, 'w', 0o600) : 1, sync: false })
  destination.on('error', () => {})
  return { log: pino({ level: logLevel }, destination), file, flush: () => destination.flushSync() }
}
