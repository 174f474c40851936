import { visibleName } from '@portico/protocol/visible'
import type { Call, Conversation } from '../api/types.ts'
import { durationText } from './duration.ts'
import { t } from './strings.ts'

type CallOfConversation = NonNullable<Conversation['last_call']>

const liveStates: ReadonlySet<Call['state']> = new Set(['queued', 'ringing', 'connected', 'hold', 'transferred'])

export const isLive = ({ state }: Pick<Call, 'state'>): boolean => liveStates.has(state)

/** Whether nobody took a customer's call. */
export function isMissed({ direction, state }: Pick<Call, 'direction' | 'state'>): boolean {
  return direction === 'inbound' && (state === 'missed' || state === 'abandoned' || state === 'voicemail')
}

export function partyName({ party }: Call): string {
  return visibleName(party.name) ?? visibleName(party.handle) ?? t.withheld
}

/** The heading of a call's card. */
export function titleOf(call: Call): string {
  const name = partyName(call)
  if (call.direction === 'outbound') return isUnanswered(call) ? t.unanswered(name) : t.to(name)
  if (call.state === 'voicemail') return t.voicemailFrom(name)
  return isMissed(call) ? t.missedFrom(name) : t.from(name)
}

type Answered = Pick<Call, 'state' | 'answered_at'>

function isUnanswered({ state, answered_at }: Answered): boolean {
  return answered_at === null && !liveStates.has(state)
}

/** The outcome of a call, where its heading and duration do not show it. */
export function stateText(call: Call): string | null {
  if (call.state === 'ended' && call.answered_at !== null) return null
  if (call.direction === 'inbound' && (call.state === 'missed' || call.state === 'voicemail')) return null
  if (call.direction === 'outbound' && isUnanswered(call)) return t.notAnswered
  if (call.state === 'ended' && call.answered_at === null) return t.notAnswered
  return t.states[call.state]
}

/** A call in the list. */
export function previewText(call: CallOfConversation): string {
  const { state, direction, answered_at, ended_at } = call
  if (state === 'ringing') return t.previews.ringing(direction === 'inbound')
  if (state === 'ended' && answered_at !== null)
    return t.previews.ended(durationText((ended_at ?? answered_at) - answered_at))
  if (state === 'voicemail') return t.previews.voicemail
  if (isMissed(call)) return t.previews.missed
  if (state === 'ended' || state === 'missed' || state === 'abandoned') return t.previews.notAnswered
  return t.previews[state]
}
