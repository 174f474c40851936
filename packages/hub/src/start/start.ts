import type { Logger } from 'pino'
import { createApiToken } from '../api-tokens/api-tokens.ts'
import { anyCompany } from '../companies/queries.ts'
import { findDemo } from '../demo/queries.ts'
import { type Hub, startHub } from '../main.ts'
import type { Settings } from '../settings/settings.ts'
import { newSetUpCode } from '../sign-in/set-up.ts'
import type { BannerFacts } from './banner.ts'
import { type Log, openLog } from './logger.ts'
import { startDemo } from './sample.ts'
import { openStorage, type Storage } from './storage.ts'

export interface Portico {
  facts: BannerFacts
  /** Called with errors that no caller waits for. */
  report(error: unknown): void
  /** Drains the hub, then ends the sample channel and the database that were started. At most 10 s. */
  close(): Promise<void>
}

/** Starts database and hub, and for the local default the demo with its sample channel. */
export async function startPortico(settings: Settings): Promise<Portico> {
  const storage = await openStorage(settings)
  try {
    return await startOn(storage, settings, openLog(settings))
  } catch (error) {
    await storage.close()
    throw error
  }
}

async function startOn(storage: Storage, settings: Settings, { log, file, flush }: Log): Promise<Portico> {
  const { db, sealer, dataLocation } = storage
  const isEmpty = !(await anyCompany(db))
  const setUpCode = settings.isExposed && isEmpty ? newSetUpCode() : null
  const hub = await startHub({ settings, db, sealer, log, setUpCode })
  const sample = settings.demo ? await startDemoOrSay(hub, settings, log) : null
  const token = isEmpty && settings.demo ? await firstToken(storage) : null
  const needsSetUp = isEmpty && !(await anyCompany(db))
  return {
    facts: {
      settings,
      url: hub.url,
      dataLocation,
      samplePage: sample?.url ?? null,
      setUpCode,
      needsSetUp,
      token,
      logFile: file,
    },
    report: (error) => log.error({ err: error }, 'a background task failed'),
    async close() {
      for (const stop of [() => within(drainMs, hub.close()), () => sample?.stop(), () => storage.close()]) {
        await Promise.resolve(stop()).catch((error) => log.error({ err: error }, 'a part of the hub did not stop'))
      }
      log.info('stopped')
      flush()
    },
  }
}

/** The hub's part of the ten seconds; the rest is for the sample channel and the database. */
const drainMs = 7_500

/** Starts the demo; the hub goes on without it when the sample channel does not start. */
function startDemoOrSay(hub: Hub, settings: Settings, log: Logger) {
  return startDemo(hub.demo, settings, hub.url).catch((error) => {
    log.error({ err: error }, 'the demo did not start')
    return null
  })
}

async function firstToken({ db }: Storage): Promise<string | null> {
  const demo = await findDemo(db)
  return demo ? (await createApiToken(db, demo.company_id, 'First start')).token : null
}

function within(ms: number, work: Promise<void>): Promise<void> {
  return Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, ms).unref())])
}
