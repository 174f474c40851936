import { startHub } from '@portico/hub'
import { openDatabase } from '@portico/hub/database'
import { makeSealer } from '@portico/hub/sealer'
import { readSettings } from '@portico/hub/settings'
import { pino } from 'pino'
import { shiftClock } from './shift-clock.ts'

/** A hub in a process of its own, so that a test can kill it: node hub-process.ts <database url> <port> <master key, hex> <data folder>. */
const [url = '', port = '0', masterKey = '', data = ''] = process.argv.slice(2)
const db = openDatabase({ connection: { connectionString: url } })
const hub = await startHub({
  settings: {
    ...readSettings({ PORT: port, PORTICO_DEMO: '0', LOG_LEVEL: 'silent', PORTICO_DATA: data }),
    // faults are looked for faster than any channel sends
    rateLimits: { channel: 0, token: 0, company: 0 },
  },
  db,
  sealer: makeSealer(Buffer.from(masterKey, 'hex')),
  log: pino({ level: 'silent' }),
})
process.on('SIGTERM', async () => {
  await hub.close()
  await db.close()
  process.exit(0)
})
process.on('message', ({ shiftMs }: { shiftMs: number }) => {
  shiftClock(shiftMs)
  process.send?.('shifted')
})
process.on('disconnect', () => process.exit(0))
process.send?.(hub.url)
