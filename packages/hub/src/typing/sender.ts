import { type Capability, publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import { conversationReference, requestText } from '../channel-requests/build.ts'
import { requireCapability } from '../channels/capability.ts'
import type { ConversationRef } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { Targets } from '../deliveries/targets.ts'
import type { TeammatePrincipal } from '../http/principal.ts'
import type { Urls } from '../http/urls.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { callChannelServer } from '../outbound-http/call.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { authorFor } from '../teammates/present.ts'
import { findTeammates } from '../teammates/queries.ts'
import { TypingThrottle } from './throttle.ts'

export interface SenderDeps {
  db: Database
  sealer: Sealer
  urls: Urls
  allow: AddressRules
  log: Pick<Logger, 'error'>
}

const SEND_EVERY_MS = 3_000
const DEADLINE_MS = 3_000
/** In flight for a channel; what is more is left out. */
const CONNECTIONS = 2
const MAX_IN_FLIGHT = 64

/**
 * Tells channel servers that a teammate writes: over connections of its own, once, and never later. Nobody waits for it, and what
 * does not get through ends by itself.
 */
export class TypingSender {
  readonly #deps: SenderDeps
  readonly #targets: Targets
  readonly #throttle = new TypingThrottle(SEND_EVERY_MS)
  /** The last request of each conversation, so that the end does not overtake the beginning. */
  readonly #sending = new Map<string, Promise<void>>()
  readonly #byChannel = new Map<string, number>()

  constructor(deps: SenderDeps) {
    this.#deps = deps
    this.#targets = new Targets(deps.sealer)
  }

  /** Sends it unless it says nothing new. Resolves before it has arrived. Throws capability_off. */
  async tell(teammate: TeammatePrincipal, conversation: ConversationRef, isTyping: boolean): Promise<void> {
    const { companyId, teammateId } = teammate
    const key = `${companyId} ${conversation.id}`
    if (!this.#throttle.isNews(key, String(teammateId), isTyping)) return
    const facts = await findFacts(this.#deps.db, companyId, conversation)
    if (!facts.capabilities.includes('typing')) this.#throttle.forget(key)
    requireCapability(facts, 'typing')
    if (facts.isPaused || facts.externalIds.length === 0) return
    this.#enqueue(key, `${companyId} ${conversation.channel_id}`, () =>
      this.#send(teammate, conversation, facts, isTyping),
    )
  }

  /** Waits for what is in flight, 3 s at most. */
  async stop(): Promise<void> {
    await Promise.all(this.#sending.values())
  }

  #enqueue(key: string, channel: string, send: () => Promise<void>): void {
    const inFlight = this.#byChannel.get(channel) ?? 0
    if (inFlight >= CONNECTIONS || this.#sending.size >= MAX_IN_FLIGHT) return
    this.#byChannel.set(channel, inFlight + 1)
    const sending = (this.#sending.get(key) ?? Promise.resolve())
      .then(send)
      .catch((error) => this.#deps.log.error({ err: error }, 'typing could not be sent'))
      .finally(() => {
        this.#ended(channel)
        if (this.#sending.get(key) === sending) this.#sending.delete(key)
      })
    this.#sending.set(key, sending)
  }

  #ended(channel: string): void {
    const left = (this.#byChannel.get(channel) ?? 1) - 1
    if (left > 0) this.#byChannel.set(channel, left)
    else this.#byChannel.delete(channel)
  }

  async #send(
    { companyId, teammateId }: TeammatePrincipal,
    { id, channel_id: channelId }: ConversationRef,
    { capabilities, externalIds }: Facts,
    isTyping: boolean,
  ): Promise<void> {
    const { db, urls, allow } = this.#deps
    const [author] = await findTeammates(db, companyId, [teammateId])
    if (!author) return
    const target = (await this.#targets.of(db, companyId, new Set([channelId])))(channelId)
    const payload = { is_typing: isTyping, author: authorFor(capabilities, author, companyId, urls) }
    await callChannelServer({
      ...target,
      method: 'POST',
      body: requestText({ type: 'typing', payload, metadata: conversationReference(externalIds) }),
      webhookId: `typing_${publicId('cnv', companyId, id)}_${Date.now()}`,
      deadlineMs: DEADLINE_MS,
      agentKey: `typing ${companyId} ${channelId}`,
      connections: CONNECTIONS,
      allow,
    })
  }
}

interface Facts {
  capabilities: Capability[]
  /** Nothing is sent to its server now. */
  isPaused: boolean
  externalIds: string[]
}

/** A deleted channel has no capabilities. */
async function findFacts(db: Database, companyId: number, conversation: ConversationRef): Promise<Facts> {
  const [row] = await db.query<{ capabilities: Capability[]; is_paused: boolean; ids: string[] }>(
    'find_typing_facts',
    `select t.capabilities,
       coalesce(greatest(l.open_until, l.paused_until) > now(), false) or l.stopped_at is not null as is_paused,
       array(select e.external_id from conversation_external_ids e
         where e.company_id = c.company_id and e.conversation_id = $3 and e.channel_id = c.id order by e.id) as ids
     from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     left join channel_delivery_states l on l.company_id = c.company_id and l.channel_id = c.id
     where c.company_id = $1 and c.id = $2 and c.deleted_at is null`,
    [companyId, conversation.channel_id, conversation.id],
  )
  return { capabilities: row?.capabilities ?? [], isPaused: row?.is_paused ?? false, externalIds: row?.ids ?? [] }
}
