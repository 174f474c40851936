import { publicId } from '@portico/protocol'
import { attachmentResource } from '../attachments/present.ts'
import type { Urls } from '../http/urls.ts'
import { teammateResource } from '../teammates/present.ts'
import type { CallRow, LegRow } from './queries.ts'
import type { Call, CallLeg } from './schema.ts'

export function callResource(row: CallRow, companyId: number, urls: Urls): Call {
  const id = publicId('cal', companyId, row.id)
  const self = urls.of('calls', id)
  const legs = row.legs.map((leg) => legResource(leg, companyId, urls))
  const times = timesOf(legs)
  return {
    _links: {
      self,
      related: {
        conversation: urls.of('conversations', publicId('cnv', companyId, row.conversation_id)),
        transcript: `${self}/transcript`,
      },
    },
    id,
    direction: row.direction,
    state: row.state,
    party: partyOf(row, companyId, urls),
    channel_id: publicId('cha', companyId, row.channel_id),
    created_at: Math.floor(row.sort_us / 1_000) / 1_000,
    ...agentOf(legs),
    ...times,
    duration: times.answered_at !== null && times.ended_at !== null ? times.ended_at - times.answered_at : null,
    legs,
  }
}

function legResource(leg: LegRow, companyId: number, urls: Urls): CallLeg {
  return {
    id: publicId('cal', companyId, leg.id),
    status: leg.status,
    agent: leg.agent && teammateResource(leg.agent, companyId, urls),
    agent_email: leg.agent_email,
    started_at: leg.started_ms / 1_000,
    answered_at: leg.answered_ms === null ? null : leg.answered_ms / 1_000,
    ended_at: leg.ended_ms === null ? null : leg.ended_ms / 1_000,
    summary: leg.summary,
    recordings: (leg.recordings ?? []).map((file) => ({
      recording_type: file.recording_type,
      file: attachmentResource(file, companyId, urls),
    })),
    transcript_lines: leg.transcript_lines,
  }
}

/** From the first leg's beginning to the last one's end. */
function timesOf(legs: CallLeg[]) {
  const answers = legs.flatMap(({ answered_at }) => answered_at ?? [])
  const ends = legs.map(({ ended_at }) => ended_at)
  return {
    started_at: Math.min(...legs.map(({ started_at }) => started_at)),
    answered_at: answers.length > 0 ? Math.min(...answers) : null,
    ended_at: ends.includes(null) ? null : Math.max(...ends.flatMap((end) => end ?? [])),
  }
}

/** The agent who has the call now, or had it last: of the newest leg that was answered, else of the newest. */
function agentOf(legs: CallLeg[]) {
  const leg =
    legs.findLast(({ answered_at, agent_email }) => answered_at !== null && agent_email !== null) ?? legs.at(-1)
  return { agent: leg?.agent ?? null, agent_email: leg?.agent_email ?? null }
}

function partyOf({ direction, handle, name, contact_id }: CallRow, companyId: number, urls: Urls): Call['party'] {
  const contact = contact_id === null ? null : urls.of('contacts', publicId('crd', companyId, contact_id))
  return { _links: { related: { contact } }, name, handle, role: direction === 'inbound' ? 'from' : 'to' }
}
