import type { CallUpdate, NewCall, TranscriptLine } from '@portico/protocol/wire'
import type { PushOptions } from './push-options.ts'

/**
 * The telephone calls of a channel. Requests are tried again as those of messages are; what comes twice is stored once, and updates may come in any order.
 * All throw HubRefusal and HubUnavailable.
 */
export interface ChannelCalls {
  /**
   * A call begins, or a leg of one that was transferred: then it names the first in `parent_external_call_id`. Times count milliseconds.
   *
   * @example
   * await line.channel('cha_1a2b').calls.create({
   *   external_call_id: 'call-771',
   *   direction: 'inbound',
   *   initial_status: 'ringing',
   *   from: { handle: '+33612345678', name: 'Ivo' },
   *   started_at: 1767225600000,
   * })
   */
  create(call: NewCall, options?: PushOptions): Promise<void>
  /**
   * The status of a call; `missed` and `abandoned` tell the team that nobody took it.
   *
   * @example
   * const update = { call_status: 'connected', occurred_at: 1767225604000, agent_email_address: 'noor@acme.example' } as const
   * await line.channel('cha_1a2b').calls.update('call-771', update)
   */
  update(externalCallId: string, update: CallUpdate, options?: PushOptions): Promise<void>
  /**
   * Adds a recording: an audio file of up to 25 MB. A voicemail notifies the team.
   *
   * @example
   * const file = new Blob([await readFile('voicemail.mp3')], { type: 'audio/mpeg' })
   * await line.channel('cha_1a2b').calls.addRecording('call-771', { type: 'voicemail', file, filename: 'voicemail.mp3' })
   */
  addRecording(externalCallId: string, recording: Recording, options?: PushOptions): Promise<void>
  /**
   * Sets the summary, in plain text; replaces the one before.
   *
   * @example
   * await line.channel('cha_1a2b').calls.addSummary('call-771', 'Ivo asked for the parcel.')
   */
  addSummary(externalCallId: string, content: string, options?: PushOptions): Promise<void>
  /**
   * Sets the transcript; replaces the one before.
   *
   * @example
   * await line.channel('cha_1a2b').calls.addTranscript('call-771', [
   *   { speaker_name: 'Noor', content: 'Acme, hello', start_time_seconds: 0.4, speaker_type: 'internal' },
   * ])
   */
  addTranscript(externalCallId: string, lines: TranscriptLine[], options?: PushOptions): Promise<void>
}

/**
 * A recording of a call.
 *
 * @example
 * const recording: Recording = { type: 'call', file: new Blob([bytes], { type: 'audio/wav' }) }
 */
export interface Recording {
  type: 'call' | 'voicemail'
  /** With its type, `audio/…`. */
  file: Blob
  /** `recording` by default. */
  filename?: string
}

type Push = (method: 'POST' | 'PATCH', path: string, body: object, options?: PushOptions) => Promise<unknown>

export function callsOf(push: Push): ChannelCalls {
  const at = (id: string, part = '') => `calls/${encodeURIComponent(id)}${part}`
  return {
    create: async (call, options) => void (await push('POST', 'calls', call, options)),
    update: async (id, update, options) => void (await push('PATCH', at(id), update, options)),
    async addRecording(id, { type, file, filename = 'recording' }, options) {
      const form = new FormData()
      form.append('recording_type', type)
      form.append('attachments', file, filename)
      await push('POST', at(id, '/recording'), form, options)
    },
    addSummary: async (id, content, options) => void (await push('POST', at(id, '/summary'), { content }, options)),
    addTranscript: async (id, lines, options) => void (await push('POST', at(id, '/transcript'), { lines }, options)),
  }
}
