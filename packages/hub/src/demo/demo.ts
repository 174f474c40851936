import { randomBytes } from 'node:crypto'
import { issueChannelToken, publicId } from '@portico/protocol'
import { type ChannelTypeDeps, createChannelType } from '../channel-types/create.ts'
import { signingSecrets } from '../channel-types/secrets.ts'
import { updateChannelType } from '../channel-types/update.ts'
import { type AddChannelDeps, addChannel } from '../channels/add.ts'
import type { AuthenticateChannel } from '../channels/token.ts'
import { createCompany } from '../companies/create.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { createInbox } from '../inboxes/create.ts'
import type { Receiver } from '../messages/receive.ts'
import { createTeammate } from '../teammates/create.ts'
import { type DemoRow, findDemo, moveWebhooks } from './queries.ts'
import { seedConversations } from './seed.ts'

export type DemoDeps = ChannelTypeDeps &
  AddChannelDeps & { bus: Bus; receiver: Pick<Receiver, 'receive'>; authenticateChannel: AuthenticateChannel }

/** The credentials and address of the sample channel's process. */
export interface SampleChannel {
  uid: string
  secret: string
  /** The address at which it listened last time. */
  serverUrl: string
}

const team = [
  { firstName: 'Noor', lastName: 'Haddad', email: 'noor@acme.example', isAdmin: true },
  { firstName: 'Sam', lastName: 'Okafor', email: 'sam@acme.example' },
  { firstName: 'Mia', lastName: 'Lindqvist', email: 'mia@acme.example' },
]

/**
 * Makes the demo company on a database that has no company yet: three teammates, an inbox, the sample's channel type.
 * Null where there are companies and none is the demo.
 */
export async function prepareDemo(deps: DemoDeps, serverUrl: string): Promise<SampleChannel | null> {
  const demo = (await findDemo(deps.db)) ?? (await makeDemo(deps, serverUrl))
  if (!demo) return null
  const { secret } = await signingSecrets(deps.db, deps.sealer, demo.company_id, demo.channel_type_id)
  return { uid: demo.uid, secret, serverUrl: demo.server_url }
}

async function makeDemo(deps: DemoDeps, serverUrl: string): Promise<DemoRow | undefined> {
  const companyId = await createCompany(deps.db, { name: 'Acme Parcels', isDemo: true, onlyFirst: true })
  if (companyId === null) return undefined
  const actor: Actor = { companyId, kind: 'system', id: null }
  for (const teammate of team) {
    // a sign-in needs a password; nobody knows this one
    const password = randomBytes(24).toString('base64url')
    await createTeammate(deps.db, deps.bus, actor, { ...teammate, password })
  }
  await createInbox(deps.db, deps.bus, actor, { name: 'Support' })
  await createChannelType(deps, actor, {
    name: 'Sample chat',
    description: 'A phone in your browser: be the customer yourself.',
    server_url: serverUrl,
    auth_type: 'bearer',
    contact_type: 'custom',
    capabilities: [
      'typing',
      'receipts',
      'reactions',
      'conversation_status',
      'buttons',
      'locations',
      'edits',
      'deletions',
    ],
  })
  return findDemo(deps.db)
}

/**
 * Connects the sample channel that now listens at `serverUrl`: on the first run adds the channel, by a real handshake,
 * and pushes the seed data; on later runs moves its addresses, if it listens elsewhere than before.
 */
export async function connectDemo(deps: DemoDeps, serverUrl: string): Promise<void> {
  const demo = await findDemo(deps.db)
  if (!demo) throw new Error('there is no demo to connect')
  const actor: Actor = { companyId: demo.company_id, kind: 'system', id: null }
  if (demo.server_url !== serverUrl) {
    await updateChannelType(deps, actor, demo.uid, { server_url: serverUrl })
    await moveWebhooks(deps.db, demo.company_id, demo.channel_type_id, new URL(serverUrl).origin)
  }
  if (demo.has_channels) return
  const channelId = await addChannel(deps, actor, {
    inboxId: demo.inbox_id,
    applicationUid: demo.uid,
    name: 'Website chat',
    credentials: { access_token: 'demo-token' },
    undoSendTime: 5,
  })
  const sub = publicId('cha', demo.company_id, channelId)
  const { secret } = await signingSecrets(deps.db, deps.sealer, demo.company_id, demo.channel_type_id)
  const token = issueChannelToken({ secret, uid: demo.uid, channelId: sub })
  await seedConversations(deps, await deps.authenticateChannel(token))
}
