import { ApiError } from '../http/api-error.ts'

/** What why_not_changeable() says. */
type RefusalOfChange = 'no_message' | 'not_ours' | 'not_sent' | 'removed' | 'channel_deleted'

/** Why a message cannot be changed at the channel. */
export function refusalOfChange(outcome: RefusalOfChange | undefined): ApiError {
  switch (outcome) {
    case 'not_ours':
      return new ApiError(
        'message_not_changeable',
        'This message was not sent from here, so it cannot be changed from here.',
      )
    case 'not_sent':
      return new ApiError(
        'message_not_changeable',
        'The customer does not have this message. Cancel it, or write a new one.',
      )
    case 'removed':
      return new ApiError('message_not_changeable', 'This message was removed, so there is nothing left to change.')
    case 'channel_deleted':
      return new ApiError('channel_deleted')
    default:
      return new ApiError('not_found')
  }
}
