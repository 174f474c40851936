import { ApiError } from '../http/api-error.ts'

/** Why a message cannot be changed at the channel, as why_not_changeable() says it. */
export function refusalOfChange(outcome: string | undefined): ApiError {
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
