import type { AddressRules } from '../outbound-http/addresses.ts'
import { callChannelServer } from '../outbound-http/call.ts'
import { excerptOf } from './answer.ts'
import { type Claimed, LEASE_SECONDS } from './claim.ts'
import type { Finished } from './complete.ts'
import { type AttemptResult, judge } from './judge.ts'
import { schedule } from './schedule.ts'

const DEADLINE_MS = 7_000
/** What is not begun by then might still run when the lease ends and somebody else decides. */
const LATEST_START_MS = LEASE_SECONDS * 1_000 - DEADLINE_MS - 1_000

/**
 * One request for a claimed delivery, and what it means.
 * @param claimedAt performance.now() before the claim
 */
export async function attempt(claimed: Claimed, allow: AddressRules, claimedAt: number): Promise<Finished> {
  const startedAt = Date.now()
  const result = await send(claimed, allow, claimedAt)
  const isAnswer = result.kind === 'answer'
  return {
    companyId: claimed.companyId,
    messageId: claimed.messageId,
    channelId: claimed.channelId,
    claimId: claimed.claimId,
    isExpired: false,
    startedAt,
    durationMs: result.durationMs,
    statusCode: isAnswer ? result.status : null,
    excerpt: isAnswer ? excerptOf(result.bodyText) : null,
    verdict: schedule(judge(result, claimed.target), claimed.retries, Math.random()),
  }
}

async function send(claimed: Claimed, allow: AddressRules, claimedAt: number): Promise<AttemptResult> {
  if (claimed.body instanceof Error) return { kind: 'unsendable', durationMs: 0 }
  if (performance.now() - claimedAt > LATEST_START_MS) return { kind: 'not_begun', durationMs: 0 }
  return callChannelServer({
    ...claimed.target,
    method: 'POST',
    body: claimed.body,
    deadlineMs: DEADLINE_MS,
    agentKey: `deliveries ${claimed.companyId} ${claimed.channelId}`,
    allow,
  })
}
