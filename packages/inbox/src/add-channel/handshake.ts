import { ApiError, HubNotReached } from '../api/errors.ts'
import { reach, refusal } from '../api/request.ts'
import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { readServerEvents } from './server-events.ts'

export interface NewChannel {
  inboxId: string
  typeUid: string
  name: string
  credentials?: Record<string, string>
  undoSendTime: number
}

/** The progress of the request to the channel's server. */
export type HandshakeStep =
  | { step: 'asking'; channel_id: string; server_url: string }
  | { step: 'answered'; status_code: number | null; duration_ms: number }

/**
 * Asks the hub to add a channel and reports each step of the handshake. Throws ApiError with the channel server's reason,
 * HubNotReached when the connection is lost, also during the response.
 */
export async function addChannel(channel: NewChannel, onStep: (step: HandshakeStep) => void): Promise<Channel> {
  const response = await reach(`/inboxes/${channel.inboxId}/channels`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'custom',
      application_uid: channel.typeUid,
      name: channel.name,
      credentials: channel.credentials,
      settings: { undo_send_time: channel.undoSendTime },
    }),
  })
  if (!response.ok || !response.body) throw await refusal(response)
  return follow(response.body, onStep)
}

async function follow(body: ReadableStream<Uint8Array>, onStep: (step: HandshakeStep) => void): Promise<Channel> {
  try {
    for await (const { event, data } of readServerEvents(body)) {
      const value = JSON.parse(data)
      if (event === 'saved') return value as Channel
      if (event === 'refused') throw apiError(value)
      if (event === 'asking' || event === 'answered') onStep({ step: event, ...value })
    }
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new HubNotReached(t.addChannel.unsure, { cause })
  }
  throw new HubNotReached(t.addChannel.unsure)
}

function apiError({ _error }: { _error: { status: number; code: string; message: string; details?: string[] } }) {
  return new ApiError({ details: [], ..._error })
}
