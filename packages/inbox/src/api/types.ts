import type { AnswerOf, Resources } from '@portico/protocol/operations'

// The hub's resources, with the types of its OpenAPI description. Times are float seconds since 1970.

export type Teammate = Resources['Teammate']
export type Me = AnswerOf<'GET', '/me/teammate'>
export type Preferences = Me['preferences']
export type Inbox = Resources['Inbox']
export type Tag = Resources['Conversation']['tags'][number]
export type Channel = Resources['Channel']
export type UndoSendTime = Channel['settings']['undo_send_time']
export type ChannelType = Resources['ChannelType']
export type ChannelTypeSummary = Channel['channel_type']
export type Delivery = Resources['Delivery']
export type DeliveryState = Delivery['state']
type DeliveryWithAttempts = AnswerOf<'GET', `/messages/${string}/delivery`>
export type Attempt = DeliveryWithAttempts['attempts_log'][number]

/** A file of a message or draft. Of a picture the hub tells how large it is. */
export type Attachment = Resources['Message']['attachments'][number] & {
  metadata: { width?: number; height?: number }
}

/** A conversation with the fields for teammates and integrations. */
export type Message = Required<Omit<Resources['Message'], 'is_excerpt'>> & Pick<Resources['Message'], 'is_excerpt'>

/** A message with the fields for teammates. */
export type Conversation = Resources['Conversation'] & { unread: boolean }

/** Resources of responses as a teammate gets them. */
export type ToTeammates<Answer> = Answer extends Resources['Message']
  ? Message
  : Answer extends Resources['Conversation']
    ? Conversation
    : Answer extends Resources['Event']
      ? HubEvent
      : Answer extends { kind: string; at: number; message: Resources['Message'] }
        ? Omit<Answer, 'message'> & { message: Message }
        : Answer extends { kind: string; at: number; event: unknown }
          ? Omit<Answer, 'event'> & { event: HubEvent }
          : Answer extends { _results: (infer Result)[] }
            ? Page<ToTeammates<Result>>
            : Answer

export type Call = Resources['Call']

/** A conversation in an event that this teammate can no longer see. */
export type GoneConversation = Resources['GoneConversation']

/** An entry of a conversation's timeline. */
export type TimelineEntry = ToTeammates<AnswerOf<'GET', `/conversations/${string}/timeline`>>['_results'][number]

export type EventType = Resources['Event']['type']

export type HubEvent = Omit<Resources['Event'], 'conversation'> & {
  conversation: Conversation | GoneConversation | null
}

export interface Page<Result> {
  _pagination?: { next: string | null }
  _results: Result[]
}
