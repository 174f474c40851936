import type { StoredForms } from '../bodies/stored.ts'
import type { TokenToSpend } from '../channels/token.ts'
import type { Database, Reader } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { GroupCommit, type GroupCommitOptions } from '../db/group-commit.ts'
import type { PushedMessage } from './receive.ts'

/** A message to store, with its token and converted forms. */
interface Arrival {
  message: PushedMessage
  /** The converted forms of its HTML body. */
  forms?: StoredForms | undefined
  /** The token of a channel type with single_use_tokens. */
  token?: Pick<TokenToSpend, 'jti' | 'exp'> | undefined
}

/** The outcome of a pushed message; see receive.sql. */
export interface Receipt {
  outcome: 'stored' | 'repeated' | 'repeated_differently' | 'channel_gone' | 'token_replayed' | 'token_expired'
  /** The number in its company; for a repeat that of the first one. */
  message_id: number
}

interface PendingMessage {
  message: PushedMessage
  /** The element of the batch parameter, without its index. */
  json: string
  /** The converted forms of its HTML body, for a repeat those of the first one. */
  forms: string | undefined
  token: Arrival['token']
  size: number
}

/** Called for each batch after its commit, before its callers get their response. */
type Committed = (messages: PushedMessage[], results: (Receipt | Error)[]) => void

const MAX_MESSAGES = 256
const MAX_CHARACTERS = 1_000_000
/**
 * The length from which a message is stored on its own connection: the database takes 50 ms for one of 900 kB, and others must
 * not wait for it.
 */
const LONG_CHARACTERS = 64_000
const MAX_WAITING_CHARACTERS = 32_000_000
const TIMEOUT_MS = 3_000

/**
 * Stores pushed messages by group commit. Messages with one external_id share a batch only after the first one has its response.
 */
export class ReceiveBatch {
  readonly #group: GroupCommit<PendingMessage, Receipt>
  readonly #longMessages: GroupCommit<PendingMessage, Receipt>
  #characters = 0
  /** The first message of each external id, whose response the others wait for. */
  readonly #firstByExternalId = new Map<string, Promise<Receipt>>()

  constructor(db: Database, committed: Committed) {
    const options: GroupCommitOptions<PendingMessage, Receipt> = {
      maxItems: MAX_MESSAGES,
      maxSize: MAX_CHARACTERS,
      sizeOf: ({ size }) => size,
      companyOf: ({ message }) => message.company_id,
      run: receiveMessages,
      committed: (pending, results) =>
        committed(
          pending.map(({ message }) => message),
          results,
        ),
      timeoutMs: TIMEOUT_MS,
    }
    this.#group = new GroupCommit(db, options)
    this.#longMessages = new GroupCommit(db, options)
  }

  /** Resolves after commit. Rejects with StorageUnavailable when the database is away or more waits than it can take. */
  async add({ message, token, ...arrival }: Arrival): Promise<Receipt> {
    const json = JSON.stringify(message)
    const forms = arrival.forms && JSON.stringify(arrival.forms)
    const size = json.length + (forms?.length ?? 0)
    if (this.#characters + size > MAX_WAITING_CHARACTERS) {
      throw new StorageUnavailable('too many messages wait for the database')
    }
    this.#characters += size
    try {
      return await this.#store({ message, json, forms, token, size })
    } finally {
      this.#characters -= size
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#group.close(), this.#longMessages.close()])
  }

  #groupFor({ size }: PendingMessage): GroupCommit<PendingMessage, Receipt> {
    return size > LONG_CHARACTERS ? this.#longMessages : this.#group
  }

  /**
   * Handles repeats after the first: once that is stored, they find it by look-up in one batch. Otherwise the next one is the
   * first.
   */
  async #store(pending: PendingMessage): Promise<Receipt> {
    const { company_id, channel_id, external_id } = pending.message
    const key = `${company_id} ${channel_id} ${external_id}`
    for (let first = this.#firstByExternalId.get(key); first; first = this.#firstByExternalId.get(key)) {
      if (await isStored(first)) return this.#groupFor(pending).add(pending)
    }
    const stored = this.#groupFor(pending)
      .add(pending)
      .finally(() => this.#firstByExternalId.delete(key))
    this.#firstByExternalId.set(key, stored)
    return stored
  }
}

/** Throws StorageUnavailable: its repeats have waited long enough, too. */
async function isStored(first: Promise<Receipt>): Promise<boolean> {
  try {
    return (await first).message_id !== null
  } catch (error) {
    if (error instanceof StorageUnavailable) throw error
    return false
  }
}

async function receiveMessages(reader: Reader, batch: PendingMessage[]): Promise<Receipt[]> {
  const companyIds = [...new Set(batch.map(({ message }) => message.company_id))].sort((a, b) => a - b)
  const indexes = new Map(companyIds.map((companyId, index) => [companyId, index + 1]))
  const rows = batch.map(
    ({ json, message }, i) => `{"i":${i},"company_index":${indexes.get(message.company_id)},${json.slice(1)}`,
  )
  const forms = batch.flatMap(({ forms }, i) => (forms ? `{"i":${i},${forms.slice(1)}` : []))
  const tokens = batch.flatMap(({ message: { company_id, channel_id }, token }, i): TokenToSpend[] =>
    token ? [{ i, company_id, channel_id, ...token }] : [],
  )
  const answers = await reader.query<Receipt & { i: number }>(
    'receive_pushed_messages',
    'select i, outcome, message_id from receive_pushed_messages($1, $2, $3, $4)',
    [
      companyIds,
      `[${rows.join()}]`,
      tokens.length > 0 ? JSON.stringify(tokens) : null,
      forms.length > 0 ? `[${forms.join()}]` : null,
    ],
  )
  if (answers.length !== batch.length) throw new Error(`${answers.length} answers for ${batch.length} messages`)
  return answers.sort((a, b) => a.i - b.i)
}
