import { publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import { Histogram, type Registry } from 'prom-client'
import type { Completion, Finished } from './complete.ts'

export type AttemptLog = (finished: Finished, attempt: number, completion: Completion | null) => void

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5]

/** Logs one line for each attempt, and measures its time by outcome. Never text of the message or the response. */
export function attemptLog(log: Pick<Logger, 'info' | 'warn'>, registry: Registry): AttemptLog {
  const durations = new Histogram({
    name: 'portico_delivery_attempt_seconds',
    help: 'From the first byte sent to a channel server to the end of its answer',
    labelNames: ['outcome', 'code'],
    buckets: seconds,
    registers: [registry],
  })
  return (finished, attempt, completion) => {
    const { companyId } = finished
    const outcome = completion === null ? 'ignored' : finished.outcome.state
    durations.observe({ outcome, code: finished.outcome.errorCode ?? '' }, (finished.durationMs ?? 0) / 1000)
    const warning = warningOf(finished, completion)
    log[finished.outcome.state === 'sent' && warning === undefined ? 'info' : 'warn'](
      {
        company_id: companyId,
        message_id: publicId('msg', companyId, finished.messageId),
        channel_id: publicId('cha', companyId, finished.channelId),
        attempt,
        outcome,
        code: finished.outcome.errorCode ?? undefined,
        status_code: finished.statusCode ?? undefined,
        duration_ms: finished.durationMs ?? undefined,
        retry_in_ms: finished.outcome.delayMs ?? undefined,
        warning,
      },
      'attempt',
    )
  }
}

function warningOf({ outcome }: Finished, completion: Completion | null): string | undefined {
  if (completion?.isExternalIdTaken) return 'the external_id belongs to another message of the channel'
  if (completion?.isConversationIdTaken) return 'the external_conversation_id belongs to another conversation'
  return outcome.warning ?? undefined
}
