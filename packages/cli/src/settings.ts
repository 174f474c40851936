import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

export type SettingName =
  | 'PORTICO_URL'
  | 'PORTICO_TOKEN'
  | 'PORTICO_APP_UID'
  | 'PORTICO_APP_SECRET'
  | 'PORTICO_CLIENT_SECRET'
  | 'PORTICO_CHANNEL_PASSWORD'

const file = '.env'

/** A setting of the environment, or else of `.env` in the working folder. */
export function setting(name: SettingName): string | undefined {
  return process.env[name] || (existsSync(file) ? parseEnv(readFileSync(file, 'utf8'))[name] : undefined) || undefined
}

/** Adds settings to a file like `.env`, which only this account may read when it is new. When a name stands there twice, the last value counts. */
export function saveSettings(path: string, settings: Partial<Record<SettingName, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  const isOpenLine = existsSync(path) && /[^\n]$/.test(readFileSync(path, 'utf8'))
  appendFileSync(path, (isOpenLine ? '\n' : '') + lines.join(''), { mode: 0o600 })
}
