import { type Static, type TSchema, Type } from 'typebox'
import { Attachment } from '../attachments/schema.ts'
import { RecipientResource } from '../contacts/schema.ts'
import { Teammate } from '../teammates/schema.ts'

const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])
const seconds = (description?: string) => Nullable(Type.Number({ ...(description && { description }) }))

/** The states of a whole call. */
const callStates = [
  'queued',
  'ringing',
  'connected',
  'hold',
  'transferred',
  'ended',
  'missed',
  'abandoned',
  'voicemail',
] as const
const CallState = Type.Enum([...callStates], {
  description:
    'queued, ringing, connected, hold and transferred: it goes on. ended: without `answered_at`, nobody took it',
})

const Agent = {
  agent: Nullable(Teammate),
  agent_email: Nullable(Type.String({ description: 'As the channel names the agent, who may be no teammate' })),
}

const times = {
  started_at: Type.Number(),
  answered_at: seconds(),
  ended_at: seconds(),
}

const CallLeg = Type.Object({
  id: Type.String(),
  status: Type.Enum(['queued', 'ringing', 'connected', 'hold', 'hangup', 'abandoned', 'missed', 'transferred']),
  ...Agent,
  ...times,
  summary: Nullable(Type.String()),
  recordings: Type.Array(Type.Object({ recording_type: Type.Enum(['call', 'voicemail']), file: Attachment })),
  transcript_lines: Type.Integer({ description: 'How many lines its transcript has. 0: there is none' }),
})
export type CallLeg = Static<typeof CallLeg>

export const Call = Type.Object(
  {
    _links: Type.Object({
      self: Type.String(),
      related: Type.Object({ conversation: Type.String(), transcript: Type.String() }),
    }),
    id: Type.String(),
    direction: Type.Enum(['inbound', 'outbound']),
    state: CallState,
    party: RecipientResource,
    channel_id: Type.String(),
    created_at: Type.Number({ description: 'Its place in the timeline' }),
    ...Agent,
    ...times,
    duration: seconds('Seconds from the answer to the end'),
    legs: Type.Array(CallLeg, { description: 'The parts of the call, oldest first: a transfer begins a new one' }),
  },
  { $id: 'Call' },
)
export type Call = Static<typeof Call>

/** The newest call, as a conversation shows it. */
export const LastCall = Nullable(
  Type.Object(
    {
      at: Type.Number({ description: 'The place that it gave the conversation in lists, in seconds' }),
      direction: Type.Enum(['inbound', 'outbound']),
      state: CallState,
      answered_at: seconds(),
      ended_at: seconds(),
    },
    { description: 'Portico extension: the newest call of the conversation' },
  ),
)

export const Transcript = Type.Object({
  lines: Type.Array(
    Type.Object({
      leg_id: Type.String(),
      speaker_name: Type.String(),
      content: Type.String(),
      start_time_seconds: Type.Number(),
      speaker_type: Type.Enum(['internal', 'external']),
    }),
  ),
})
export type Transcript = Static<typeof Transcript>
