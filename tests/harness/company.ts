import { randomBytes } from 'node:crypto'
import type { Hub } from '@portico/hub'
import { createApiToken } from '@portico/hub/api-tokens'
import { createCompany } from '@portico/hub/companies'
import { createInbox } from '@portico/hub/inboxes'
import type { Sealer } from '@portico/hub/sealer'
import { createTeammate } from '@portico/hub/teammates'
import { issueChannelToken, publicId } from '@portico/protocol'
import type { TestDatabase } from './database.ts'

/** The password of every teammate that the fixtures make. */
export const PASSWORD = 'correct horse battery'

export interface Credentials {
  email: string
  password: string
}

/** A company of a test hub: its admin, an inbox, an API token. Ids are internal numbers unless they are called public. */
export interface TestCompany {
  companyId: number
  /** The actor of changes that nobody made. */
  system: { companyId: number; kind: 'system'; id: null }
  adminId: number
  admin: Credentials
  inboxId: number
  /** Public id of the inbox. */
  inbox: string
  token: string
}

/** A company with a member, a private inbox that nobody has, a channel whose server is never called. */
export interface StaffedCompany extends TestCompany, SilentChannel {
  memberId: number
  member: Credentials
  privateInboxId: number
  /** The API token, as the value of Authorization. */
  apiToken: string
}

interface SilentChannel {
  channelId: number
  channelPublicId: string
  channelAddress: string
  typeUid: string
  channelSecret: string
  /** A new token of the channel, as the value of Authorization. */
  channelToken(claims?: { lifetimeSeconds?: number }): string
}

type Bus = Pick<Hub['bus'], 'eventsCommitted'>

export async function addCompany(
  db: TestDatabase,
  bus: Bus,
  name: string,
  who?: { email: string; lastName: string },
): Promise<TestCompany> {
  const companyId = await createCompany(db, { name })
  if (companyId === null) throw new Error('the company was not made')
  const system = { companyId, kind: 'system', id: null } as const
  const admin = { email: who?.email ?? `admin@${name.toLowerCase()}${companyId}.example`, password: PASSWORD }
  const names = { firstName: 'Ada', lastName: who?.lastName ?? name }
  const adminId = await createTeammate(db, bus, system, { ...admin, ...names, isAdmin: true })
  const inboxId = await createInbox(db, bus, system, { name: 'Support' })
  const { token } = await createApiToken(db, companyId, 'test')
  return { companyId, system, adminId, admin, inboxId, inbox: publicId('inb', companyId, inboxId), token }
}

export async function addStaffedCompany(
  db: TestDatabase,
  bus: Bus,
  sealer: Sealer,
  name: string,
): Promise<StaffedCompany> {
  const lastName = 'Example'
  const company = await addCompany(db, bus, name, { email: `ada@${name}.example`, lastName })
  const { companyId, system, inboxId, token } = company
  const member = { email: `ben@${name}.example`, password: PASSWORD }
  return {
    ...company,
    memberId: await createTeammate(db, bus, system, { ...member, firstName: 'Ben', lastName }),
    member,
    privateInboxId: await createInbox(db, bus, system, { name: 'Private', isPublic: false }),
    apiToken: `Bearer ${token}`,
    ...(await addSilentChannel(db, sealer, companyId, inboxId)),
  }
}

async function addSilentChannel(
  db: TestDatabase,
  sealer: Sealer,
  companyId: number,
  inboxId: number,
): Promise<SilentChannel> {
  const [row] = await db.query<{ n: number }>(
    'test_numbers',
    'update counters set last_number = last_number + 3 where company_id = $1 returning last_number as n',
    [companyId],
  )
  const channelId = row?.n ?? 0
  const [typeId, secretId] = [channelId - 2, channelId - 1]
  const secret = randomBytes(32).toString('hex')
  const typeUid = `app_test${companyId}`
  const channelAddress = `desk ${companyId}`
  await db.query(
    'test_type',
    `insert into channel_types (company_id, id, uid, name, icon, server_url, auth_type, contact_type)
     values ($1, $2, $3, 'Test', 'data:image/svg+xml;base64,PHN2Zy8+', 'http://127.0.0.1:9/', 'none', 'custom')`,
    [companyId, typeId, typeUid],
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
  await db.query(
    'test_state',
    'insert into channel_delivery_states (company_id, channel_id) values ($1, $2) on conflict do nothing',
    [companyId, channelId],
  )
  const channelPublicId = publicId('cha', companyId, channelId)
  const issue = (claims = {}) => issueChannelToken({ secret, uid: typeUid, channelId: channelPublicId, ...claims })
  return {
    channelId,
    channelPublicId,
    channelAddress,
    typeUid,
    channelSecret: secret,
    channelToken: (claims) => `Bearer ${issue(claims)}`,
  }
}
