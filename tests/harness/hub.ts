import { randomBytes } from 'node:crypto'
import { type Hub, startHub } from '@portico/hub'
import { createApiToken } from '@portico/hub/api-tokens'
import { createCompany } from '@portico/hub/companies'
import { createInbox } from '@portico/hub/inboxes'
import { makeSealer } from '@portico/hub/sealer'
import { readSettings, type Settings } from '@portico/hub/settings'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import { pino } from 'pino'
import { createDatabase, type TestDatabase } from './database.ts'

/** One company of a test hub: its admin, an inbox, an API token. */
export interface TestCompany {
  companyId: number
  adminId: number
  inboxId: number
  /** Public id of the inbox. */
  inbox: string
  token: string
  admin: { email: string; password: string }
}

export interface Answer {
  status: number
  headers: Headers
  /** The parsed JSON body, null when there is none. */
  body: any
}

/** A hub with a first company, wherever it runs. */
export interface TestWorld extends TestCompany {
  db: TestDatabase
  url: string
  addCompany(name: string): Promise<TestCompany>
  /** Calls the hub as the first company's API token, unless another token (or null for none) is given. */
  call: Call
  /** Calls another hub on the same database, as the same token. */
  through(url: string): { call: Call }
}

type Call = (method: string, path: string, body?: unknown, options?: CallOptions) => Promise<Answer>

/** A hub in this process: real PostgreSQL, real HTTP on a port of its own. */
export interface TestHub extends TestWorld {
  hub: Hub
  close(): Promise<void>
}

export interface CallOptions {
  token?: string | null
  headers?: Record<string, string>
}

export const testMasterKey = Buffer.alloc(32, 'test master key ')

export async function startTestHub(overrides: Partial<Settings> = {}): Promise<TestHub> {
  return startHubOn(await createDatabase(), overrides)
}

export async function startHubOn(db: TestDatabase, overrides: Partial<Settings> = {}): Promise<TestHub> {
  const settings = { ...readSettings({ PORT: '0', PORTICO_DEMO: '0', LOG_LEVEL: 'silent' }), ...overrides }
  const log = pino({ level: settings.logLevel })
  const hub = await startHub({ settings, db, sealer: makeSealer(testMasterKey), log })
  return {
    ...(await makeWorld(db, hub.url, hub.bus)),
    hub,
    async close() {
      await hub.close()
      await db.drop()
    },
  }
}

const nobody = { eventsCommitted() {} }

/** The first company on a fresh database, and how to call the hub at `url` about it. */
export async function makeWorld(
  db: TestDatabase,
  url: string,
  bus: Pick<Hub['bus'], 'eventsCommitted'> = nobody,
): Promise<TestWorld> {
  const addOne = (name: string) => addCompany(db, bus, name)
  const first = await addOne('Acme')
  const through = (at: string): { call: Call } => ({
    call: (method, path, body, options = {}) => call(at + path, method, body, { token: first.token, ...options }),
  })
  return {
    ...first,
    db,
    url,
    addCompany: addOne,
    call: through(url).call,
    through,
  }
}

async function addCompany(
  db: TestDatabase,
  bus: Pick<Hub['bus'], 'eventsCommitted'>,
  name: string,
): Promise<TestCompany> {
  const companyId = await createCompany(db, { name })
  if (companyId === null) throw new Error('the company was not made')
  const actor = { companyId, kind: 'system' as const, id: null }
  const admin = { email: `admin@${name.toLowerCase()}${companyId}.example`, password: randomBytes(9).toString('hex') }
  const names = { firstName: 'Ada', lastName: name }
  const adminId = await createTeammate(db, bus, actor, { ...admin, ...names, isAdmin: true })
  const inboxId = await createInbox(db, bus, actor, { name: 'Support' })
  const { token } = await createApiToken(db, companyId, 'test')
  return { companyId, adminId, inboxId, inbox: publicId('inb', companyId, inboxId), token, admin }
}

async function call(url: string, method: string, body: unknown, { token, headers }: CallOptions): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, body: text && isJson ? JSON.parse(text) : text || null }
}
