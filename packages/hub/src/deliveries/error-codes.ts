import { errorTypes } from '@portico/protocol/schemas'
import { ambiguousCodes } from '../db/constants.ts'
import { notSentCodes } from '../outbound-http/failure.ts'

/** Every code that stands on a delivery. docs/errors.md explains each. */
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
  // written by SQL: what was told after the attempt, and what had none
  'reported_by_channel',
  'channel_deleted',
] as const

export type DeliveryErrorCode = (typeof deliveryErrorCodes)[number]
