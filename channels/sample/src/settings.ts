export interface Settings {
  /** 0 for any free port. */
  port: number
  host: string
  /** Base URL of the hub. */
  hub: string
  uid: string
  secret: string
  /** The file in which channels and conversations are stored; null: they are in memory only. */
  dataFile: string | null
}

/** Reads the settings from the environment. Throws an Error whose message says what to set. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env.PORT ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is ${env.PORT}: set a port number, or 0 for any.`)
  return {
    port,
    host: env.HOST || '127.0.0.1',
    hub: required(env, 'PORTICO_URL', 'the base URL of the hub'),
    uid: required(env, 'PORTICO_APP_UID', 'the App UID of the channel type'),
    secret: required(env, 'PORTICO_APP_SECRET', 'the secret of the channel type'),
    dataFile: env.PORTICO_SAMPLE_DATA || null,
  }
}

function required(env: NodeJS.ProcessEnv, name: string, what: string): string {
  const value = env[name]
  if (!value) throw new Error(`${name} is not set: it is ${what}.`)
  return value
}
