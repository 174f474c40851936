import { randomBytes } from 'node:crypto'
import { issueChannelToken, publicId } from '@portico/protocol'
import pino from 'pino'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { createApiToken } from '../api-tokens/api-tokens.ts'
import { createCompany } from '../companies/create.ts'
import type { Actor } from '../events/actor.ts'
import { createInbox } from '../inboxes/create.ts'
import { type Hub, startHub } from '../main.ts'
import { makeSealer, type Sealer } from '../secrets/sealer.ts'
import { readSettings, type Settings } from '../settings.ts'
import { createTeammate } from '../teammates/create.ts'

export const PASSWORD = 'correct horse battery'

/** A company with one of everything, as tests of the API need it. Numbers; the ids outside are in `ids`. */
export interface World {
  companyId: number
  system: Actor
  adminId: number
  adminEmail: string
  memberId: number
  memberEmail: string
  inboxId: number
  /** An inbox that nobody has been given. */
  privateInboxId: number
  apiToken: string
  channelId: number
  channelPublicId: string
  channelAddress: string
  typeUid: string
  channelSecret: string
  /** A new token of the channel. */
  channelToken(claims?: { lifetimeSeconds?: number }): string
}

export interface TestHub extends Hub {
  db: TestDatabase
  sealer: Sealer
  settings: Settings
  logged: () => string
  /** Calls the hub over HTTP. `as` is the value of Authorization, or a session's cookie. */
  call(method: string, path: string, options?: Call): Promise<Answer>
  /** Signs in and gives the cookie. */
  signIn(email: string, password?: string): Promise<string>
  addCompany(name: string): Promise<World>
}

export interface Call {
  as?: string | undefined
  body?: unknown
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  body: any
  text: string
}

/** A whole hub in this process, on a database of its own. */
export async function startWorld(overrides: Partial<Settings> = {}, setUpCode: string | null = null): Promise<TestHub> {
  const db = await createDatabase()
  const lines: string[] = []
  const settings = { ...readSettings({}), port: 0, publicUrl: 'http://127.0.0.1:0', demo: false, ...overrides }
  const sealer = makeSealer(randomBytes(32))
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) })
  const hub = await startHub({ settings, db, sealer, log, setUpCode }).catch(async (error) => {
    await db.drop()
    throw error
  })
  const call = (method: string, path: string, options: Call = {}) => callHub(hub.url, settings, method, path, options)
  return {
    ...hub,
    db,
    sealer,
    settings,
    logged: () => lines.join(''),
    call,
    async signIn(email, password = PASSWORD) {
      const answer = await call('POST', '/sign_in', { body: { email, password } })
      if (answer.status !== 204) throw new Error(`sign-in: ${answer.status} ${answer.text}`)
      return cookieOf(answer)
    },
    addCompany: (name) => addCompany(hub, db, sealer, name),
    async close() {
      await hub.close()
      await db.drop()
    },
  }
}

/** The Cookie header that a browser would send after this answer. */
export function cookieOf(answer: Answer): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

async function callHub(url: string, settings: Settings, method: string, path: string, { as, body, headers }: Call) {
  const isCookie = as?.includes('portico_session=')
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(as !== undefined && (isCookie ? { cookie: as, origin: settings.publicUrl } : { authorization: as })),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

async function addCompany(hub: Hub, db: TestDatabase, sealer: Sealer, name: string): Promise<World> {
  const companyId = await createCompany(db, { name })
  if (companyId === null) throw new Error('no company')
  const system: Actor = { companyId, kind: 'system', id: null }
  const adminEmail = `ada@${name}.example`
  const memberEmail = `ben@${name}.example`
  const person = { lastName: 'Example', password: PASSWORD }
  const adminId = await createTeammate(db, hub.bus, system, {
    ...person,
    email: adminEmail,
    firstName: 'Ada',
    isAdmin: true,
  })
  const memberId = await createTeammate(db, hub.bus, system, { ...person, email: memberEmail, firstName: 'Ben' })
  const inboxId = await createInbox(db, hub.bus, system, { name: 'Support' })
  const privateInboxId = await createInbox(db, hub.bus, system, { name: 'Private', isPublic: false })
  const { token } = await createApiToken(db, companyId, 'test')
  const channel = await addChannel(db, sealer, companyId, inboxId)
  return {
    companyId,
    system,
    adminId,
    adminEmail,
    memberId,
    memberEmail,
    inboxId,
    privateInboxId,
    apiToken: `Bearer ${token}`,
    ...channel,
  }
}

/** A channel whose server is never called. */
async function addChannel(db: TestDatabase, sealer: Sealer, companyId: number, inboxId: number) {
  const [row] = await db.query<{ n: number }>(
    'test_numbers',
    'update counters set last_number = last_number + 3 where company_id = $1 returning last_number as n',
    [companyId],
  )
  const channelId = row?.n ?? 0
  const [typeId, secretId] = [channelId - 2, channelId - 1]
  const secret = randomBytes(32).toString('hex')
  const uid = `app_test${companyId}`
  const channelAddress = `desk ${companyId}`
  await db.query(
    'test_type',
    `insert into channel_types (company_id, id, uid, name, icon, server_url, auth_type, contact_type)
     values ($1, $2, $3, 'Test', 'data:image/svg+xml;base64,PHN2Zy8+', 'http://127.0.0.1:9/', 'none', 'custom')`,
    [companyId, typeId, uid],
  )
  await db.query(
    'test_secret',
    'insert into channel_type_secrets (company_id, channel_type_id, id, sealed) values ($1, $2, $3, $4)',
    [
      companyId,
      typeId,
      secretId,
      sealer.seal(secret, { table: 'channel_type_secrets', companyId, id: secretId, field: 'sealed' }),
    ],
  )
  await db.query(
    'test_channel',
    `insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url)
     values ($1, $2, $3, $4, 'Test', $5, 'http://127.0.0.1:9/')`,
    [companyId, channelId, typeId, inboxId, channelAddress],
  )
  await db.query('test_lane', 'insert into lanes (company_id, channel_id) values ($1, $2) on conflict do nothing', [
    companyId,
    channelId,
  ])
  const sub = publicId('cha', companyId, channelId)
  return {
    channelId,
    channelPublicId: sub,
    channelAddress,
    typeUid: uid,
    channelSecret: secret,
    channelToken: (claims = {}) => `Bearer ${issueChannelToken({ secret, uid, channelId: sub, ...claims })}`,
  }
}
