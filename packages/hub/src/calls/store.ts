import type { CallUpdate, NewCall, TranscriptLine } from '@portico/protocol'
import { visibleName } from '@portico/protocol/visible'
import { normaliseHandle } from '../contacts/handle.ts'
import { MOST_CALL_RECORDINGS, MOST_CALL_UPDATES, MOST_UNKNOWN_CALLS } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'

export interface CallDeps {
  db: Pick<Database, 'query'>
  bus: Pick<Bus, 'eventsCommitted'>
}

/** The argument of create_call (calls.sql). */
interface CallToCreate {
  external_id: string
  parent_external_id: string | undefined
  external_conversation_id: string | undefined
  direction: 'inbound' | 'outbound'
  status: 'queued' | 'ringing'
  handle: string
  written_handle: string
  name: string | undefined
  is_withheld: boolean
  started_ms: number | undefined
  agent_email: string | undefined
}

/** The argument of update_call (calls.sql). */
interface CallStatusUpdate {
  status: Exclude<CallUpdate['call_status'], 'resumed'>
  occurred_ms: number | undefined
  agent_email: string | undefined
}

/** Creates a call; a repeat changes nothing. Throws invalid_body, invalid_token. */
export async function createCall(deps: CallDeps, auth: ChannelAuth, body: NewCall): Promise<void> {
  const party = body.direction === 'inbound' ? body.from : body.to
  if (!party) {
    const field = body.direction === 'inbound' ? 'from' : 'to'
    throw new ApiError('invalid_body', undefined, [`body.${field}: missing, for ${body.direction} calls`])
  }
  const handle = normaliseHandle(auth.contactType, party.handle)
  const call: CallToCreate = {
    external_id: body.external_call_id,
    parent_external_id: parentOf(body),
    external_conversation_id: body.external_conversation_id || undefined,
    direction: body.direction,
    status: body.initial_status,
    handle,
    written_handle: party.handle,
    name: visibleName(party.name),
    is_withheld: isWithheld(handle),
    started_ms: timeOf(body.started_at, 'started_at'),
    agent_email: emailOf(body.agent_email_address),
  }
  await run(deps, auth, 'select create_call($1, $2, $3) as outcome', [JSON.stringify(call)])
}

/** Adds a status update, in any order; a repeat changes nothing. Throws invalid_body, invalid_token. */
export async function updateCall(deps: CallDeps, auth: ChannelAuth, id: string, body: CallUpdate): Promise<void> {
  const { call_status: status } = body
  const update: CallStatusUpdate = {
    status: status === 'resumed' ? 'connected' : status,
    occurred_ms: timeOf(body.occurred_at, 'occurred_at'),
    agent_email: emailOf(body.agent_email_address),
  }
  await run(deps, auth, 'select update_call($1, $2, $3, $4) as outcome', [id, JSON.stringify(update)])
}

export async function setCallSummary(deps: CallDeps, auth: ChannelAuth, id: string, content: string): Promise<void> {
  await run(deps, auth, 'select set_call_summary($1, $2, $3, $4) as outcome', [id, content])
}

/** Replaces the transcript of a call. */
export async function setCallTranscript(
  deps: CallDeps,
  auth: ChannelAuth,
  id: string,
  lines: TranscriptLine[],
): Promise<void> {
  const sorted = lines
    .map(({ speaker_name, content, start_time_seconds, speaker_type }) => {
      return { speaker_name, content, start_time_seconds, speaker_type }
    })
    .sort((a, b) => a.start_time_seconds - b.start_time_seconds)
  await run(deps, auth, 'select set_call_transcript($1, $2, $3, $4) as outcome', [id, JSON.stringify(sorted)])
}

/** Gives a call a file that came with the request. */
export async function addCallRecording(
  deps: CallDeps,
  auth: ChannelAuth,
  id: string,
  { fileId, type }: { fileId: number; type: 'call' | 'voicemail' },
): Promise<void> {
  await run(deps, auth, 'select add_call_recording($1, $2, $3, $4, $5) as outcome', [id, fileId, type])
}

const refusals: Record<string, () => ApiError> = {
  no_channel: () => new ApiError('invalid_token'),
  too_many_updates: () =>
    new ApiError('invalid_body', `A call has at most ${MOST_CALL_UPDATES} status updates, and this one has had them.`),
  too_many_recordings: () =>
    new ApiError('invalid_body', `A call has at most ${MOST_CALL_RECORDINGS} recordings, and this one has them.`),
  no_file: () => new ApiError('invalid_form', undefined, ['body.attachments: the file is not there any more']),
  too_many_unknown: () =>
    new ApiError(
      'invalid_body',
      `The channel has told of ${MOST_UNKNOWN_CALLS} calls that it has not created. Create a call before its updates.`,
      ['path.external_call_id: no call was created with it'],
    ),
}

async function run({ db, bus }: CallDeps, auth: ChannelAuth, sql: string, values: (string | number)[]): Promise<void> {
  const { companyId, channelId } = auth
  const name = /select (\w+)/.exec(sql)?.[1] ?? ''
  const [row] = await db.query<{ outcome: string }>(name, sql, [companyId, channelId, ...values])
  const refusal = refusals[row?.outcome ?? '']
  if (refusal) throw refusal()
  if (row?.outcome === 'created' || row?.outcome === 'updated') bus.eventsCommitted(companyId)
}

/** The documentation has the field under two names. A call that names itself has no parent. */
function parentOf({ external_call_id, parent_external_call_id, external_parent_call_id }: NewCall): string | undefined {
  const parent = parent_external_call_id || external_parent_call_id || undefined
  if (external_parent_call_id && parent !== external_parent_call_id) {
    throw new ApiError('invalid_body', undefined, [
      'body.external_parent_call_id: is another call than body.parent_external_call_id',
    ])
  }
  return parent === external_call_id ? undefined : parent
}

/** Values that networks and telephone systems send for a withheld number. */
const withheld = /^(?:|anonymous|restricted|private|blocked|unavailable|unknown|withheld|\+266696687)$/i

function isWithheld(handle: string): boolean {
  return withheld.test(handle.trim())
}

const DAY_MS = 86_400_000

function timeOf(milliseconds: number | null | undefined, field: string): number | undefined {
  if (milliseconds && milliseconds > Date.now() + DAY_MS) {
    throw new ApiError('invalid_body', undefined, [`body.${field}: is more than a day ahead; it counts milliseconds`])
  }
  return milliseconds ?? undefined
}

function emailOf(text: string | null | undefined): string | undefined {
  return text?.trim().toLowerCase() || undefined
}
