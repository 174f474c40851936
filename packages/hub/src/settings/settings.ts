import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { type FileStorageSettings, s3SettingsOf } from './file-storage.ts'
import { rangesOf } from './trusted-proxies.ts'

/** Requests a minute; 0: no limit. */
export interface RateLimits {
  /** Of each channel. */
  channel: number
  /** Of each API token. */
  token: number
  /** Of a company's channels and API tokens together, at each hub. */
  company: number
}

/** The operator's settings, with defaults derived. docs/operate.md explains each. */
export interface Settings {
  port: number
  host: string
  /** Origin of every URL that is stored or sent out; no trailing slash. */
  publicUrl: string
  dataDirectory: string
  /** Where the bytes of files lie. */
  files: FileStorageSettings
  /** Null: the embedded database. */
  databaseUrl: string | null
  databasePooled: boolean
  allowUnsafeDatabase: boolean
  masterKey: string | null
  /** True when other machines can reach the hub: production rules hold. */
  isExposed: boolean
  /** The demo company and its one-click sign-in. */
  demo: boolean
  /** Addresses and ranges of proxies whose forwarding headers count. */
  trustedProxies: readonly string[]
  allowInsecureChannels: boolean
  rateLimits: RateLimits
  logLevel: string
}

/** A setting is invalid; `message` says which and what to do. */
export class SettingsError extends Error {}

const checkout = resolve(import.meta.dirname, '../../../..')

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const port = portOf(env.PORT)
  const host = env.HOST || '127.0.0.1'
  const publicUrl = env.PUBLIC_URL ? originOf(env.PUBLIC_URL) : `http://127.0.0.1:${port}`
  const isExposed = !isLoopback(host) || !isLoopback(new URL(publicUrl).hostname)
  const trustedProxies = proxiesOf(env.TRUST_PROXY)
  const isLocalDefault = !isExposed && !env.DATABASE_URL && trustedProxies.length === 0
  const dataDirectory = resolve(env.PORTICO_DATA || join(checkout, '.portico'))
  return {
    port,
    host,
    publicUrl,
    dataDirectory,
    files: filesOf(env.ATTACHMENTS_URL, dataDirectory),
    databaseUrl: env.DATABASE_URL || null,
    databasePooled: env.DATABASE_POOLED === '1',
    allowUnsafeDatabase: env.ALLOW_UNSAFE_DB === '1',
    masterKey: env.PORTICO_MASTER_KEY || null,
    isExposed,
    demo: env.PORTICO_DEMO ? env.PORTICO_DEMO === '1' : isLocalDefault,
    trustedProxies,
    allowInsecureChannels: env.PORTICO_ALLOW_INSECURE_CHANNELS === '1',
    rateLimits: {
      channel: rateOf(env, 'RATE_LIMIT_CHANNEL', 60_000),
      token: rateOf(env, 'RATE_LIMIT_TOKEN', 60_000),
      company: rateOf(env, 'RATE_LIMIT_COMPANY', 240_000),
    },
    logLevel: env.LOG_LEVEL || 'info',
  }
}

function filesOf(text: string | undefined, dataDirectory: string): FileStorageSettings {
  if (!text) return { kind: 'disk', directory: join(dataDirectory, 'attachments') }
  const s3 = s3SettingsOf(text)
  if (s3) return s3
  throw new SettingsError(
    `ATTACHMENTS_URL is not the address of a bucket. Set it to one like s3://my-bucket/portico?region=eu-central-1, or leave it out.`,
  )
}

function portOf(text: string | undefined): number {
  const port = Number(text || 4000)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new SettingsError(`PORT is "${text}". Set it to a number from 0 to 65535.`)
}

function rateOf(env: NodeJS.ProcessEnv, name: string, byDefault: number): number {
  const text = env[name]
  if (!text) return byDefault
  const rate = Number(text)
  if (Number.isInteger(rate) && rate >= 0 && rate <= 100_000_000) return rate
  throw new SettingsError(`${name} is "${text}". Set it to a whole number of requests a minute, or to 0 for no limit.`)
}

/** `0` switches it off, as for the other switches. */
function proxiesOf(text = ''): string[] {
  const entries = text.trim() === '0' ? [] : text.split(/[\s,]+/).filter((entry) => entry !== '')
  try {
    rangesOf(entries)
    return entries
  } catch (error) {
    const { message } = error as RangeError
    throw new SettingsError(
      `TRUST_PROXY names "${message}", which is no address or range. Set it to the addresses of your proxies, like 10.0.0.5, fd00::/8 or loopback.`,
    )
  }
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.username) return url.origin
  throw new SettingsError(`PUBLIC_URL is "${text}". Set it to an origin like https://inbox.example, without a path.`)
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}
