import { EventEmitter } from 'node:events'
import { nowhere, type StateFile } from './state-file.ts'

export interface Customer {
  handle: string
  name: string
}

/** What the customer wrote. It is `sent` only when the hub has answered that it is stored. */
export interface SaidMessage {
  id: string
  from: 'customer'
  text: string
  /** Milliseconds. */
  at: number
  state: 'sending' | 'sent' | 'failed'
  reason?: string
}

/** What the company wrote. */
export interface HeardMessage {
  id: string
  from: 'company'
  text: string
  /** Milliseconds. */
  at: number
  /** The teammate's name, or null when no person wrote it. */
  author: string | null
}

export interface Conversation {
  id: string
  customer: Customer
  messages: (SaidMessage | HeardMessage)[]
}

/** One connected channel: one screen of the phone. */
export interface Line {
  channelId: string
  connectedAt: number
  conversations: Conversation[]
}

export const misbehaviours = ['off', 'error', '500', 'hang', 'close', 'duplicate'] as const
export type Misbehaviour = (typeof misbehaviours)[number]

export interface PhoneState {
  lines: Line[]
  misbehaviour: Misbehaviour
}

/** What the page hears of: `line` null is a channel that was deleted. */
export type PhoneChange =
  | { type: 'line'; channelId: string; line: Line | null }
  | { type: 'conversation'; channelId: string; conversation: Conversation }
  | { type: 'misbehaviour'; misbehaviour: Misbehaviour }

/** The customer's phone: what is on its screens, kept and told to the page. */
export class Phone {
  readonly #state: PhoneState
  readonly #changes = new EventEmitter<{ change: [PhoneChange] }>().setMaxListeners(0)
  #file: StateFile = nowhere

  constructor(state: PhoneState = { lines: [], misbehaviour: 'off' }) {
    this.#state = state
  }

  get state(): Readonly<PhoneState> {
    return this.#state
  }

  keepIn(file: StateFile): void {
    this.#file = file
  }

  /** Calls back on every change, until the returned function is called. */
  onChange(callback: (change: PhoneChange) => void): () => void {
    this.#changes.on('change', callback)
    return () => this.#changes.off('change', callback)
  }

  /** The line of a channel; a new one for a channel that is not known, as after a start without kept state. */
  async connect(channelId: string): Promise<Line> {
    const known = this.line(channelId)
    if (known) return known
    const line = { channelId, connectedAt: Date.now(), conversations: [] }
    this.#state.lines.push(line)
    await this.#changed({ type: 'line', channelId, line })
    return line
  }

  async disconnect(channelId: string): Promise<void> {
    this.#state.lines = this.#state.lines.filter((line) => line.channelId !== channelId)
    await this.#changed({ type: 'line', channelId, line: null })
  }

  line(channelId: string): Line | undefined {
    return this.#state.lines.find((line) => line.channelId === channelId)
  }

  /** The conversation of one of these ids, or a new one of the first. */
  converse(line: Line, [first, ...more]: [string, ...string[]], customer: Customer): Conversation {
    const ids = [first, ...more]
    const known = line.conversations.find(({ id }) => ids.includes(id))
    if (known) return known
    const conversation = { id: first, customer, messages: [] }
    line.conversations.push(conversation)
    return conversation
  }

  /** Shows a message, or shows it changed; a message is known by its id, so that a repeat is not shown twice. */
  async show(line: Line, conversation: Conversation, message: SaidMessage | HeardMessage): Promise<void> {
    const at = conversation.messages.findIndex(({ id }) => id === message.id)
    if (at < 0) conversation.messages.push(message)
    else conversation.messages[at] = message
    await this.#changed({ type: 'conversation', channelId: line.channelId, conversation })
  }

  async misbehave(misbehaviour: Misbehaviour): Promise<void> {
    this.#state.misbehaviour = misbehaviour
    await this.#changed({ type: 'misbehaviour', misbehaviour })
  }

  async #changed(change: PhoneChange): Promise<void> {
    await this.#file.save()
    this.#changes.emit('change', change)
  }
}
