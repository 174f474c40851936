import { EventEmitter } from 'node:events'
import type { IncomingMessage } from '@portico/channel'
import { nowhere, type StateFile } from './state-file.ts'

export interface Customer {
  handle: string
  name: string
}

export type Location = NonNullable<IncomingMessage['payload']['metadata']['location']>

type Button = NonNullable<IncomingMessage['payload']['metadata']['buttons']>[number]

/** A file of a message. */
export interface PhoneFile {
  id: string
  name: string
  type: string
  /** Where the hub has it; a file of the customer has none. */
  url?: string
}

/** The emojis on a message: of the customer, and of the company by the version that it sent. */
interface Reactions {
  customer?: string[]
  company?: string[]
  version?: number
}

/** What became of a message: of the company's, by the version that it sent. */
interface Changes {
  isEdited?: boolean
  isRemoved?: boolean
  version?: number
}

/** What the hub is answered as the id of a message of the company. */
export const externalIdOf = (id: string) => `heard-${id}`

/** A press of a button of the company's message `of`. */
export interface Press {
  id: string
  title: string
  of: string
}

/** A message of the customer. It is `sent` only when the hub has answered that it is stored. */
export interface CustomerMessage extends Changes {
  id: string
  from: 'customer'
  text: string
  files?: PhoneFile[]
  pressed?: Press
  location?: Location
  /** Milliseconds. */
  at: number
  state: 'sending' | 'sent' | 'failed'
  reason?: string
  reactions?: Reactions
}

/** A message of the company. */
export interface CompanyMessage extends Changes {
  id: string
  from: 'company'
  text: string
  files?: PhoneFile[]
  buttons?: Button[]
  location?: Location
  /** Milliseconds. */
  at: number
  /** The teammate's name, or null when no person wrote it. */
  author: string | null
  reactions?: Reactions
}

export interface Conversation {
  id: string
  customer: Customer
  messages: (CustomerMessage | CompanyMessage)[]
  /** What the company says of it. */
  status?: { is: string; assignee: string | null; version: number }
}

/** A line of the phone: one connected channel with its conversations. */
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

/** A change that is sent to the page. `line` is null when the channel was deleted. */
export type PhoneChange =
  | { type: 'line'; channelId: string; line: Line | null }
  | { type: 'conversation'; channelId: string; conversation: Conversation }
  | { type: 'misbehaviour'; misbehaviour: Misbehaviour }
  /** A teammate writes; null: nobody does. */
  | { type: 'typing'; channelId: string; conversationId: string; author: string | null }

/** The customer's phone: its state is stored in a file, and its changes are sent to the page. */
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

  saveTo(file: StateFile): void {
    this.#file = file
  }

  /** Calls back on every change, until the returned function is called. */
  onChange(callback: (change: PhoneChange) => void): () => void {
    this.#changes.on('change', callback)
    return () => this.#changes.off('change', callback)
  }

  /** The line of a channel, or a new one when the channel is unknown, as after a start without stored state. */
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
  conversationFor(line: Line, [first, ...more]: [string, ...string[]], customer: Customer): Conversation {
    const ids = [first, ...more]
    const known = line.conversations.find(({ id }) => ids.includes(id))
    if (known) return known
    const conversation = { id: first, customer, messages: [] }
    line.conversations.push(conversation)
    return conversation
  }

  /** Adds a message, or replaces the one with its id, so that a repeat is not shown twice. */
  async show(line: Line, conversation: Conversation, message: CustomerMessage | CompanyMessage): Promise<void> {
    const at = conversation.messages.findIndex(({ id }) => id === message.id)
    if (at < 0) conversation.messages.push(message)
    else conversation.messages[at] = message
    await this.#changed({ type: 'conversation', channelId: line.channelId, conversation })
  }

  /** It is shown for a moment, and not stored. */
  showTyping(channelId: string, conversationId: string, author: string | null): void {
    this.#changes.emit('change', { type: 'typing', channelId, conversationId, author })
  }

  /** Changes something of a conversation beside its messages. */
  async update(line: Line, conversation: Conversation, change: Partial<Conversation>): Promise<void> {
    Object.assign(conversation, change)
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

/** The line of a channel, and the conversation with one of these ids. */
export function find(phone: Phone, channelId: string, ids: string[]): [Line | undefined, Conversation | undefined] {
  const line = phone.line(channelId)
  return [line, line?.conversations.find(({ id }) => ids.includes(id))]
}
