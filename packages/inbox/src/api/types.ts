import type { AnswerOf, Resources } from '@portico/protocol/operations'

// What the hub answers, in the types of its own description. Times are float seconds since 1970.

export type Teammate = Resources['Teammate']
export type Me = AnswerOf<'GET', '/me/teammate'>
export type Preferences = Me['preferences']
export type Inbox = Resources['Inbox']
export type Channel = Resources['Channel']
export type UndoSendTime = Channel['settings']['undo_send_time']
export type ChannelType = Resources['ChannelType']
export type ChannelTypeSummary = Channel['channel_type']
export type Delivery = Resources['Delivery']
export type DeliveryState = Delivery['state']
type DeliveryWithAttempts = AnswerOf<'GET', `/messages/${string}/delivery`>
export type Attempt = DeliveryWithAttempts['attempts_log'][number]

/** With what only teammates and integrations are shown. */
export type Message = Required<Omit<Resources['Message'], 'is_excerpt'>> & Pick<Resources['Message'], 'is_excerpt'>

/** With what only teammates are shown. */
export type Conversation = Resources['Conversation'] & { unread: boolean }

/** An answer as a teammate gets it. */
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

/** In an event: a conversation that this teammate sees no more. */
export type GoneConversation = Resources['GoneConversation']

/** One thing in the timeline of a conversation. */
export type TimelineEntry = ToTeammates<AnswerOf<'GET', `/conversations/${string}/timeline`>>['_results'][number]

export type EventType = Resources['Event']['type']

export type HubEvent = Omit<Resources['Event'], 'conversation'> & {
  conversation: Conversation | GoneConversation | null
}

export interface Page<Result> {
  _pagination?: { next: string | null }
  _results: Result[]
}
