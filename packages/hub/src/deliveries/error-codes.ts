import { errorTypes } from '@portico/protocol/schemas'
import { ambiguousCodes } from '../db/constants.ts'
import { notSentCodes } from '../outbound-http/failure.ts'

/** The error codes of deliveries. docs/errors.md explains each. */
export const deliveryErrorCodes = [
  ...errorTypes,
  ...ambiguousCodes,
  ...notSentCodes,
  'refused',
  'redirect_not_followed',
  'message_too_large',
  'unsendable',
  'internal',
  'service_unavailable',
  'token_refused',
  'not_authorized',
  // written by SQL: reports after the attempt, and errors without one
  'reported_by_channel',
  'channel_deleted',
] as const

export type DeliveryErrorCode = (typeof deliveryErrorCodes)[number]
