import type { Reader } from '../db/database.ts'
import type { Scheduled } from './schedule.ts'

/** The result of a claimed attempt. */
export interface Finished {
  companyId: number
  messageId: number
  channelId: number
  claimId: string
  /** The lease ended without a response; it counts only if it really has. */
  isExpired: boolean
  /** Null for an expired one, whose result is unknown. */
  startedAt: number | null
  durationMs: number | null
  statusCode: number | null
  excerpt: string | null
  outcome: Scheduled
}

/** The stored completion; null when the claim was no longer valid and the result was ignored. */
export interface Completion {
  isExternalIdTaken: boolean
  isConversationIdTaken: boolean
  /** Another message of its conversation may be sent now. */
  hasNext: boolean
}

/** The result without external values: its state is stored, whatever the response contained. */
export function bare({ outcome, ...finished }: Finished): Finished {
  return {
    ...finished,
    excerpt: null,
    outcome: { ...outcome, message: null, externalId: null, externalConversationId: null },
  }
}

export function isBare({ excerpt, outcome }: Finished): boolean {
  return [excerpt, outcome.message, outcome.externalId, outcome.externalConversationId].every((one) => one === null)
}

/** SQLSTATE classes of values that the database refuses: data, constraints, limits. */
export function isUnstorable(error: unknown): boolean {
  return /^(?:22|23|54)/.test(String((error as { code?: unknown }).code))
}

interface CompletionRow {
  number: number
  external_id_taken: boolean
  conversation_id_taken: boolean
  has_next: boolean
}

/** Stores the results in one transaction; null for those whose claim was no longer valid. */
export async function completeDeliveries(db: Reader, batch: Finished[]): Promise<(Completion | null)[]> {
  const companies = [...new Set(batch.map(({ companyId }) => companyId))].sort((a, b) => a - b)
  const rows = await db.query<CompletionRow>(
    'complete_attempts',
    'select number, external_id_taken, conversation_id_taken, has_next from complete_attempts($1, $2)',
    [companies, JSON.stringify(batch.map(asRow))],
  )
  const results: (Completion | null)[] = batch.map(() => null)
  for (const row of rows) {
    results[row.number] = {
      isExternalIdTaken: row.external_id_taken,
      isConversationIdTaken: row.conversation_id_taken,
      hasNext: row.has_next,
    }
  }
  return results
}

/** An element of the results parameter of complete_attempts (complete.sql). */
interface AttemptResultRow {
  /** The index in the batch. */
  number: number
  company_id: number
  message_id: number
  claim_id: string
  is_expired?: boolean | undefined
  /** Milliseconds. */
  started_at?: number | undefined
  duration_ms?: number | undefined
  status_code?: number | undefined
  state: Scheduled['state']
  error_code?: string | undefined
  error_message?: string | undefined
  external_id?: string | undefined
  external_conversation_id?: string | undefined
  delay_ms?: number | undefined
  pause_ms?: number | undefined
  excerpt?: string | undefined
  is_healthy?: boolean | undefined
}

function asRow({ outcome, ...finished }: Finished, number: number): AttemptResultRow {
  return {
    number,
    company_id: finished.companyId,
    message_id: finished.messageId,
    claim_id: finished.claimId,
    is_expired: finished.isExpired || undefined,
    started_at: finished.startedAt ?? undefined,
    duration_ms: finished.durationMs ?? undefined,
    status_code: finished.statusCode ?? undefined,
    state: outcome.state,
    error_code: outcome.errorCode ?? undefined,
    error_message: outcome.message ?? undefined,
    external_id: outcome.externalId ?? undefined,
    external_conversation_id: outcome.externalConversationId ?? undefined,
    delay_ms: outcome.delayMs ?? undefined,
    pause_ms: outcome.pauseMs ?? undefined,
    excerpt: finished.excerpt ?? undefined,
    is_healthy: outcome.isHealthy ?? undefined,
  }
}
