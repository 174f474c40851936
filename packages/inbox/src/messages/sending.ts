import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { isTemporary } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { ownStorage } from '../session/own-storage.ts'
import { showNewMessage } from './queries.ts'

/** A reply on its way to the hub. It survives a reload: the same Idempotency-Key is sent until an answer comes. */
export interface Sending {
  /** The Idempotency-Key. */
  key: string
  conversationId: string
  text: string
  archive: boolean
  /** Seconds since 1970. */
  startedAt: number
  /** The newest message of the thread when it was sent. */
  newestId: string | null
  /** No answer came yet; it is being tried again. */
  isStuck: boolean
}

const stored = 'sending'
let all: Sending[] = []
const listeners = new Set<() => void>()

function set(next: Sending[]): void {
  all = next
  ownStorage.write(stored, all)
  for (const listener of listeners) listener()
}

export interface SendResult {
  sending: Sending
  /** The message as the hub has it, or the hub's no. */
  outcome: { message: Message } | { error: Error }
}

export async function send(
  queryClient: QueryClient,
  reply: Omit<Sending, 'key' | 'startedAt' | 'isStuck'>,
): Promise<SendResult> {
  const sending: Sending = { ...reply, key: crypto.randomUUID(), startedAt: Date.now() / 1000, isStuck: false }
  set([...all, sending])
  return deliver(queryClient, sending)
}

/** Takes up what a closed or crashed tab left unanswered. */
export function resumeSending(queryClient: QueryClient, onResult: (result: SendResult) => void): void {
  const left = ownStorage.read<Sending[]>(stored) ?? []
  const known = new Set(all.map(({ key }) => key))
  const taken = left.filter(({ key }) => !known.has(key))
  if (taken.length === 0) return
  set([...all, ...taken])
  for (const sending of taken) void deliver(queryClient, sending).then(onResult)
}

async function deliver(queryClient: QueryClient, sending: Sending): Promise<SendResult> {
  const outcome = await answerTo(sending)
  if ('message' in outcome) showNewMessage(queryClient, sending.conversationId, outcome.message)
  set(all.filter((one) => one.key !== sending.key))
  return { sending, outcome }
}

async function answerTo(sending: Sending): Promise<SendResult['outcome']> {
  for (let failures = 0; ; failures++) {
    try {
      return { message: await post(sending) }
    } catch (error) {
      if (!isTemporary(error)) return { error: error as Error }
      set(all.map((one) => (one.key === sending.key ? { ...one, isStuck: true } : one)))
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * 2 ** failures, 15_000)))
    }
  }
}

async function post({ key, conversationId, text, archive }: Sending): Promise<Message> {
  const body = { body: text, body_format: 'text', options: { archive } }
  const path = `/conversations/${conversationId}/messages`
  return (await request<Message>('POST', path, { body, idempotencyKey: key, representation: true })).body
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useSending(): Sending[] {
  return useSyncExternalStore(subscribe, () => all)
}
