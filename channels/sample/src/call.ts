import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelServer } from '@portico/channel'
import type { Customer, Phone } from './phone.ts'

export interface NewCall {
  channelId: string
  conversationId: string
  customer: Customer
  /** Whether the team takes it; otherwise it is missed. */
  isAnswered: boolean
}

/** How long the pretended call rings, and how long one talks. */
const pace = { ringMs: 4_000, talkMs: 12_000 }

/** Pretends that the customer calls the team: the hub is told as a telephone system would tell it. Resolves when it rings. */
export async function callTeam(
  phone: Phone,
  chat: ChannelServer,
  call: NewCall,
  { ringMs, talkMs } = pace,
): Promise<void> {
  if (!phone.line(call.channelId)) throw new Error('This channel is not connected any more.')
  const { calls } = chat.channel(call.channelId)
  const id = `call-${randomUUID().slice(0, 8)}`
  await calls.create({
    external_call_id: id,
    direction: 'inbound',
    initial_status: 'ringing',
    from: call.customer,
    external_conversation_id: call.conversationId,
    started_at: Date.now(),
  })
  const goOn = async () => {
    await sleep(ringMs, undefined, { ref: false })
    if (!call.isAnswered) return calls.update(id, { call_status: 'missed', occurred_at: Date.now() })
    await calls.update(id, { call_status: 'connected', occurred_at: Date.now() })
    await sleep(talkMs, undefined, { ref: false })
    await calls.update(id, { call_status: 'hangup', occurred_at: Date.now() })
    await calls.addRecording(id, { type: 'call', file: hum(talkMs / 1_000), filename: 'call.wav' })
    await calls.addSummary(
      id,
      `${call.customer.name} asked where the parcel is. It leaves today; we send the tracking number.`,
    )
    await calls.addTranscript(id, conversationWith(call.customer.name))
  }
  goOn().catch((error) => console.error('The call was not told to the end.', error))
}

function conversationWith(name: string) {
  const said = [
    ['internal', 'Support, good morning. How can I help?'],
    ['external', 'Good morning. I am waiting for my parcel, order 1042.'],
    ['internal', 'One moment, I look it up.'],
    ['internal', 'It is packed, and leaves with the courier this afternoon.'],
    ['external', 'Could you send me the tracking number?'],
    ['internal', 'You have it within the hour.'],
    ['external', 'Thank you, goodbye!'],
  ] as const
  return said.map(([speaker_type, content], index) => ({
    speaker_type,
    content,
    speaker_name: speaker_type === 'internal' ? 'Support' : name,
    start_time_seconds: index * 1.5,
  }))
}

/** Nobody spoke, so a low hum is what is recorded: WAV, 8 kHz, 8 bit, mono. */
function hum(seconds: number): Blob {
  const rate = 8_000
  const samples = Uint8Array.from({ length: rate * seconds }, (_, n) => 128 + Math.round(12 * Math.sin(n / 8)))
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, rate],
    [40, samples.length],
  ] as const)
    header.writeUInt32LE(value, at)
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    header.writeUInt16LE(value, at)
  header.write('data', 36)
  return new Blob([header, samples], { type: 'audio/wav' })
}
