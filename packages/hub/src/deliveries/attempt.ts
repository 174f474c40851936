import { publicId } from '@portico/protocol'
import { excerptOf, masked } from '../channel-requests/answer.ts'
import { messageAlone } from '../channel-requests/build.ts'
import { LEASE_SECONDS } from '../db/constants.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { type Answer, callChannelServer } from '../outbound-http/call.ts'
import { tooLate } from '../outbound-http/failure.ts'
import { secretsOf } from '../outbound-http/signed-headers.ts'
import type { Claimed } from './claim.ts'
import { type AttemptResult, classify, type Outcome } from './classify.ts'
import type { Finished } from './complete.ts'
import { schedule } from './schedule.ts'
import type { Stopwatch } from './stopwatch.ts'
import type { Target } from './targets.ts'

const DEADLINE_MS = 7_000
/** The age of a claim from which no request may start: it could still run when the lease ends and a person decides. */
const LATEST_START_MS = LEASE_SECONDS * 1_000 - DEADLINE_MS - 1_000

/**
 * Sends one request for a claimed delivery and classifies the result. Never throws: internal errors are reported, and the attempt
 * ends with what is known.
 * @param sinceClaim started before the claim
 */
export async function attempt(
  claimed: Claimed,
  allow: AddressRules,
  sinceClaim: Stopwatch,
  { report, answered }: AttemptListeners,
): Promise<Finished> {
  const startedAt = Date.now()
  const result = await send(claimed, allow, sinceClaim).catch((error): AttemptResult => {
    report(error)
    return { kind: 'broken', durationMs: Date.now() - startedAt }
  })
  if (result.kind === 'answer') answered?.(observedAnswer(claimed, startedAt, result))
  return finish(claimed, startedAt, result, classifySafely(result, claimed.target, report))
}

interface AttemptListeners {
  report(error: unknown): void
  answered?: ((answer: ObservedAnswer) => void) | undefined
}

/** What an answer says of the server's clock, and which secret signed its request. Times in milliseconds, by this hub's clock. */
export interface ObservedAnswer {
  companyId: number
  channelId: number
  secretId: number
  /** Its Date header. */
  date: string | undefined
  sentAt: number
  receivedAt: number
}

function observedAnswer({ companyId, channelId, target }: Claimed, sentAt: number, answer: Answer): ObservedAnswer {
  const receivedAt = sentAt + answer.durationMs
  return { companyId, channelId, secretId: target.secretId, date: answer.headers.date, sentAt, receivedAt }
}

/** The result of a claim without a request. */
export function notSent(claimed: Claimed): Finished {
  const result = tooLate(0, 'Portico was cut off from its database before it could send.')
  return finish(claimed, Date.now(), result, classify(result, claimed.target))
}

function finish(claimed: Claimed, startedAt: number, result: AttemptResult, outcome: Outcome): Finished {
  const isAnswer = result.kind === 'answer'
  const secrets = secretsOf(claimed.target)
  const message = outcome.message && masked(outcome.message, secrets)
  const excerpt = excerptFrom(result)
  return {
    companyId: claimed.companyId,
    messageId: claimed.messageId,
    channelId: claimed.channelId,
    claimId: claimed.claimId,
    isExpired: false,
    startedAt,
    durationMs: result.durationMs,
    statusCode: isAnswer ? result.status : null,
    excerpt: excerpt && masked(excerpt, secrets),
    outcome: schedule({ ...outcome, message }, claimed.retries, Math.random(), claimed.attempt === 1),
  }
}

/** The stored attempt: the response, or the technical reason why there is none, beside the message for a teammate. */
function excerptFrom(result: AttemptResult): string | null {
  if (result.kind === 'answer') return excerptOf(result.bodyText)
  return 'detail' in result && result.detail ? excerptOf(result.detail) : null
}

/** An unexpected response still has a status. */
function classifySafely(result: AttemptResult, target: Target, report: (error: unknown) => void): Outcome {
  try {
    return classify(result, target)
  } catch (error) {
    report(error)
    return classify(result.kind === 'answer' ? { ...result, headers: {}, bodyText: '' } : result, target)
  }
}

/** A hub that was paused for longer than its lease finds that somebody else has decided: it looks at the clocks when it sends. */
async function send(claimed: Claimed, allow: AddressRules, sinceClaim: Stopwatch): Promise<AttemptResult> {
  if (claimed.body instanceof Error) return { kind: 'unsendable', durationMs: 0 }
  if (claimed.target.token?.hasEnded) return { kind: 'not_authorized', durationMs: 0 }
  const mayLeave = () => sinceClaim.elapsedMs() < LATEST_START_MS
  if (!mayLeave()) return tooLate(0)
  return callChannelServer({
    ...claimed.target,
    webhookId: publicId('msg', claimed.companyId, claimed.messageId),
    method: 'POST',
    body: claimed.target.isCustom ? messageAlone(claimed.body) : claimed.body,
    deadlineMs: DEADLINE_MS,
    agentKey: `deliveries ${claimed.companyId} ${claimed.channelId}`,
    mayLeave,
    allow,
  })
}
