import { ApiError, isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Delivery } from '../api/types.ts'
import { s } from '../strings/strings.ts'

const tooLate = 'too_late'

/** Stops a message before it leaves the hub; a repeat is harmless. Throws `too_late` when it has left. */
export async function stopDelivery(messageId: string, signal: AbortSignal): Promise<Delivery> {
  const path = `/messages/${messageId}/delivery` as const
  try {
    return (await request('POST', `${path}/cancel`, { signal })).body
  } catch (error) {
    if (!isStatus(error, 409)) throw error
    // perhaps the response to an earlier request was lost
    const { body } = await request('GET', path, { signal })
    if (body.state === 'cancelled') return body
    throw new ApiError({ status: 409, code: tooLate, message: s.composer.tooLate, details: [] })
  }
}

/** The error for a message that an earlier request sent, in a conversation that the teammate no longer sees. */
export const sentUnseen = () =>
  new ApiError({ status: 409, code: 'sent_unseen', message: s.composer.sentUnseen, details: [] })

/** Whether the error says that the message was sent. */
export function wasSent(error: Error): boolean {
  return error instanceof ApiError && (error.code === tooLate || error.code === 'sent_unseen')
}
