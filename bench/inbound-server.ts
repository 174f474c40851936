import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openDatabase } from '@portico/hub/database'
import { messageUid } from '@portico/protocol'
import pino from 'pino'
import { startHub } from '../packages/hub/src/main.ts'
import { makeSealer } from '../packages/hub/src/secrets/sealer.ts'
import { readSettings } from '../packages/hub/src/settings/settings.ts'

/** A whole hub in a process of its own, without rate limits unless `channelRate` gives one. As `ceiling` it acknowledges messages after its checks and stores nothing. */
const [url, masterKey, kind, channelRate, PORTICO_DATA] = process.argv.slice(2) as [
  string,
  string,
  'store' | 'ceiling',
  string,
  string,
]
const db = openDatabase({ connection: { connectionString: url } })
const hub = await startHub({
  settings: {
    ...readSettings({ LOG_LEVEL: 'warn', PORTICO_DATA }),
    rateLimits: { channel: Number(channelRate), token: 0, company: 0 },
    port: 0,
    publicUrl: 'http://127.0.0.1:0',
    demo: false,
  },
  db,
  sealer: makeSealer(Buffer.from(masterKey, 'hex')),
  log: pino({ level: 'warn' }),
  ...(kind === 'ceiling' && { receiver: { receive: async () => messageUid(1), close: async () => {} } }),
})
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.send?.(Number(new URL(hub.url).port))
// reports on request the longest block of the event loop since the last one, in ms
process.on('message', () => {
  process.send?.(delay.max / 1e6)
  delay.reset()
})
process.once('disconnect', async () => {
  await hub.close()
  await db.close()
})
