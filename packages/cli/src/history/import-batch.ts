import { setTimeout as wait } from 'node:timers/promises'
import { ApiProblem, callHub } from '../api.ts'
import type { ImportedConversation, ImportedMessage } from './format.ts'

const mostMessages = 250
const mostCharacters = 400_000

/** The error of a line. */
export interface BadLine {
  line: number
  reason: string
}

interface Entry {
  line: number
  conversation: Omit<ImportedConversation, 'messages'>
  messages: { line: number; message: ImportedMessage }[]
}

export interface Stored {
  conversations: number
  messages: number
  known: number
}

/** Conversations and messages that go to the hub in one request, in the order of the file. */
export class ImportBatch {
  #entries: Entry[] = []
  #messages = 0
  #characters = 0

  get isFull(): boolean {
    return this.#messages >= mostMessages || this.#entries.length >= mostMessages || this.#characters >= mostCharacters
  }

  begin(line: number, conversation: Entry['conversation']): void {
    this.#entries.push({ line, conversation, messages: [] })
  }

  add(line: number, message: ImportedMessage, characters: number): void {
    this.#entries.at(-1)?.messages.push({ line, message })
    this.#messages += 1
    this.#characters += characters
  }

  /** Sends it, without lines that the hub does not take: `bad` throws, or lets the others go on. */
  async send(bad: (line: BadLine) => void): Promise<Stored> {
    let entries = this.#entries.filter(({ messages }) => messages.length > 0)
    for (;;) {
      if (entries.length === 0) return { conversations: 0, messages: 0, known: 0 }
      try {
        return await post(entries)
      } catch (error) {
        const refused = refusedIn(error, entries)
        if (refused.size === 0) throw error
        for (const [line, reason] of refused) bad({ line, reason })
        entries = without(entries, refused)
      }
    }
  }
}

const patience = 6

/** A hub that is busy or restarts is asked again: what it has stored is known to it. */
async function post(entries: Entry[]): Promise<Stored> {
  const conversations = entries.map(({ conversation, messages }) => ({
    ...conversation,
    messages: messages.map(({ message }) => message),
  }))
  for (let attempt = 1; ; attempt++) {
    try {
      return await callHub('POST', '/history/conversations', { conversations })
    } catch (error) {
      const isPassing = error instanceof ApiProblem && [0, 429, 502, 503, 504].includes(error.status)
      if (!isPassing || attempt === patience) throw error
      await wait(250 * 2 ** attempt)
    }
  }
}

const place = /^body\.conversations\[(\d+)\](?:\.messages\[(\d+)\])?\.?(.*)$/

/** The lines that the hub's details are about, with what they say. */
function refusedIn(error: unknown, entries: Entry[]): Map<number, string> {
  const refused = new Map<number, string>()
  if (!(error instanceof ApiProblem)) return refused
  for (const detail of error.details) {
    const [, conversation, message, reason = ''] = place.exec(detail) ?? []
    const entry = entries[Number(conversation)]
    const line = message === undefined ? entry?.line : entry?.messages[Number(message)]?.line
    if (line !== undefined) refused.set(line, refused.has(line) ? `${refused.get(line)}; ${reason}` : reason)
  }
  return refused
}

function without(entries: Entry[], refused: Map<number, string>): Entry[] {
  return entries
    .filter(({ line }) => !refused.has(line))
    .map((entry) => ({ ...entry, messages: entry.messages.filter(({ line }) => !refused.has(line)) }))
    .filter(({ messages }) => messages.length > 0)
}
