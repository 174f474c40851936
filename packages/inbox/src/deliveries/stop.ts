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
    // an answer that was lost, perhaps
    const { body } = await request('GET', path, { signal })
    if (body.state === 'cancelled') return body
    throw new ApiError({ status: 409, code: tooLate, message: s.composer.tooLate, details: [] })
  }
}

/** Of a message that an earlier request had made, in a conversation that is seen no more. */
export const sentUnseen = () =>
  new ApiError({ status: 409, code: 'sent_unseen', message: s.composer.sentUnseen, details: [] })

/** Whether the refusal is of taking it back, or of seeing it: it was sent. */
export function wasSent(error: Error): boolean {
  return error instanceof ApiError && (error.code === tooLate || error.code === 'sent_unseen')
}
