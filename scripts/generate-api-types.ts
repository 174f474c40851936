import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '@portico/hub/database'
import openapiTypescript, { type OpenAPI3 } from 'openapi-typescript'
import pino from 'pino'
import { startHub } from '../packages/hub/src/main.ts'
import { makeSealer } from '../packages/hub/src/secrets/sealer.ts'
import { readSettings } from '../packages/hub/src/settings/settings.ts'

/**
 * Generates the types of the API for its callers (the web app, the command) from the hub's OpenAPI description.
 * openapi-typescript 6, not 7: it writes the types as text, where 7 needs TypeScript 5's compiler beside our 7.
 */
export const apiTypesFile = join(import.meta.dirname, '../packages/protocol/src/api.ts')

export async function renderApiTypes(): Promise<string> {
  const text = await openapiTypescript((await describeApi()) as OpenAPI3, {
    // openapi-typescript writes 0 as ''
    transform: ({ enum: values }) => (values?.includes(0) ? values.join(' | ') : undefined),
  })
  return text.replaceAll(/^export (?:type (?:webhooks|\$defs|external) = .*\n\n?|(?=interface operations))/gm, '')
}

/** Starts a hub without a database: describing the API reads no data. */
export async function describeApi(): Promise<object> {
  const db = openDatabase({ connection: { host: '127.0.0.1', port: 9 }, pooled: true })
  const settings = { ...readSettings({}), port: 0 }
  const log = pino({ level: 'silent' })
  const hub = await startHub({ settings, db, sealer: makeSealer(randomBytes(32)), log })
  try {
    return hub.app.swagger()
  } finally {
    await hub.close()
    await db.close()
  }
}

if (import.meta.main) writeFileSync(apiTypesFile, await renderApiTypes())
