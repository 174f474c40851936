import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, type HubParts, startHub } from '@portico/hub'
import { makeSealer, type Sealer } from '@portico/hub/sealer'
import { readSettings, type Settings } from '@portico/hub/settings'
import { pino } from 'pino'
import { addCompany, addStaffedCompany, PASSWORD, type StaffedCompany, type TestCompany } from './company.ts'
import { createDatabase, type TestDatabase } from './database.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The parsed JSON, or the text; null when there is none. */
  body: any
}

export interface RequestOptions {
  /** The value of Authorization, or a session's cookie. */
  as?: string | undefined
  body?: unknown
  headers?: Record<string, string>
}

export interface CallOptions {
  token?: string | null
  headers?: Record<string, string>
}

type Call = (method: string, path: string, body?: unknown, options?: CallOptions) => Promise<Answer>

/** A hub with a first company, wherever it runs. */
export interface Fixture extends TestCompany {
  db: TestDatabase
  url: string
  addCompany(name: string): Promise<TestCompany>
  /** Calls the hub as the first company's API token, unless another token (or null for none) is given. */
  call: Call
  /** Calls another hub on the same database, with the same token. */
  through(url: string): { call: Call }
}

/** A hub in this process without a company: real PostgreSQL, real HTTP on a port of its own. */
export interface EmptyHub extends Hub {
  db: TestDatabase
  sealer: Sealer
  settings: Settings
  /** The folder of files, unless the settings name another. */
  filesDirectory: string
  /** The log so far. */
  logged(): string
  /** Calls the hub without credentials, unless `as` gives them. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** Resolves with the session cookie. */
  signIn(email: string, password?: string): Promise<string>
  addStaffedCompany(name: string): Promise<StaffedCompany>
}

/** A hub in this process with a first company. */
export interface TestHub extends Fixture {
  hub: Hub
  close(): Promise<void>
}

export const testMasterKey = Buffer.alloc(32, 'test master key ')

export type AddressRules = NonNullable<HubParts['imageAddresses']>

type Overrides = Partial<Settings> & Pick<HubParts, 'imageAddresses'>

/** @param setUpCode the code that the first admin has to enter */
export async function startEmptyHub(
  { imageAddresses, ...overrides }: Overrides = {},
  setUpCode: string | null = null,
  given?: TestDatabase,
): Promise<EmptyHub> {
  const db = given ?? (await createDatabase())
  const directory = mkdtempSync(join(tmpdir(), 'portico-files-'))
  const files = { kind: 'disk', directory } as const
  const settings = { ...readSettings({ PORT: '0', PORTICO_DEMO: '0' }), files, ...overrides }
  const sealer = makeSealer(testMasterKey)
  const lines: string[] = []
  const log = pino({ level: settings.logLevel }, { write: (line) => void lines.push(line) })
  const hub = await startHub({
    ...{ settings, db, sealer, log, setUpCode },
    ...(imageAddresses && { imageAddresses }),
  }).catch(async (error) => {
    await db.drop()
    throw error
  })
  const request: EmptyHub['request'] = (method, path, options = {}) =>
    send(hub.url + path, method, options, settings.publicUrl)
  return {
    ...hub,
    db,
    sealer,
    settings,
    filesDirectory: directory,
    logged: () => lines.join(''),
    request,
    async signIn(email, password = PASSWORD) {
      const answer = await request('POST', '/sign_in', { body: { email, password } })
      if (answer.status !== 204) throw new Error(`sign-in: ${answer.status} ${answer.text}`)
      return cookieOf(answer)
    },
    addStaffedCompany: (name) => addStaffedCompany(db, hub.bus, sealer, name),
    async close() {
      await hub.close()
      await db.drop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export async function startTestHub(overrides: Overrides = {}, db?: TestDatabase): Promise<TestHub> {
  const hub = await startEmptyHub({ logLevel: 'silent', ...overrides }, null, db)
  return { ...(await makeFixture(hub.db, hub.url, hub.bus)), hub, close: hub.close }
}

const nobody = { eventsCommitted() {} }

/** Makes the first company on a fresh database, and gives functions that call the hub at `url` with its API token. */
export async function makeFixture(
  db: TestDatabase,
  url: string,
  bus: Pick<Hub['bus'], 'eventsCommitted'> = nobody,
): Promise<Fixture> {
  const first = await addCompany(db, bus, 'Acme')
  const through = (at: string): { call: Call } => ({
    call(method, path, body, { token = first.token, headers = {} } = {}) {
      const as = token ? `Bearer ${token}` : undefined
      return send(at + path, method, { as, body, headers }, at)
    },
  })
  return { ...first, db, url, addCompany: (name) => addCompany(db, bus, name), call: through(url).call, through }
}

/** The Cookie header that a browser sends after this answer. */
export function cookieOf(answer: Pick<Answer, 'headers'>): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

/** @param origin the Origin header of requests with a cookie */
async function send(url: string, method: string, { as, body, headers }: RequestOptions, origin: string) {
  const isCookie = as?.includes('portico_session=')
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(as !== undefined && (isCookie ? { cookie: as, origin } : { authorization: as })),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text && isJson ? JSON.parse(text) : text || null,
  }
}
