import { useSyncExternalStore } from 'react'
import { queryClient } from '../api/query-client.ts'
import type { Message } from '../api/types.ts'
import { ownStorage } from '../session/own-storage.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { messagesOf } from './pages.ts'

/** An edit that is being written: it survives a reload. */
interface Editing {
  text: string
  /** What the field began with. */
  original: string
  /** The newest version of the message that was edited. */
  base: number
}

const known = new Map<string, Editing | null>()
const listeners = new Set<() => void>()
const nameOf = (messageId: string) => `edit.${messageId}`

function editingOf(messageId: string): Editing | null {
  const found = known.get(messageId)
  if (found !== undefined) return found
  const stored = ownStorage.read<Editing>(nameOf(messageId))
  known.set(messageId, stored)
  return stored
}

function set(messageId: string, editing: Editing | null): void {
  known.set(messageId, editing)
  if (editing) ownStorage.write(nameOf(messageId), editing)
  else ownStorage.remove(nameOf(messageId))
  for (const listener of listeners) listener()
}

export const editing = {
  /** Begins, or goes on with what is there. */
  start(message: Message): void {
    const text = message.edited_text ?? message.text
    set(message.id, editingOf(message.id) ?? { text, original: text, base: message.newest_version })
  },
  write(messageId: string, text: string): void {
    const now = editingOf(messageId)
    if (now) set(messageId, { ...now, text })
  },
  /** After somebody else's edit: what is saved now replaces that. */
  rebase(messageId: string, base: number): void {
    const now = editingOf(messageId)
    if (now) set(messageId, { ...now, base })
  },
  /** Returns what was written, for an undo. */
  stop(messageId: string): Editing | null {
    const was = editingOf(messageId)
    set(messageId, null)
    return was
  },
  resume: (messageId: string, was: Editing) => set(messageId, was),
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useEditing(messageId: string): Editing | null {
  return useSyncExternalStore(subscribe, () => editingOf(messageId))
}

type Capabilities = readonly string[] | undefined

/** Whether the hub takes an edit: the channel can do it, and the message was sent from here and did not fail. */
export function isEditable({ is_inbound, delivery, removed }: Message, capabilities: Capabilities): boolean {
  if (is_inbound || !delivery || removed || !capabilities?.includes('edits')) return false
  return delivery.state !== 'failed' && delivery.state !== 'cancelled'
}

export function isRemovable({ is_inbound, delivery, removed, changes }: Message, capabilities: Capabilities): boolean {
  if (is_inbound || !delivery || removed || !capabilities?.includes('deletions')) return false
  if (changes.some(({ kind, state }) => kind === 'deletion' && state === 'pending')) return false
  return delivery.state === 'sent' || delivery.state === 'not_confirmed'
}

/** Begins to edit the last message of a teammate in a conversation, if there is one that can be. */
export function editLast(conversationId: string, authorId: string, capabilities: Capabilities): boolean {
  const pages = queryClient.getQueryData(timelineQuery(conversationId).queryKey)?.pages ?? []
  const last = pages.flatMap(messagesOf).find((message) => message.author?.id === authorId && !message.removed)
  if (!last || !isEditable(last, capabilities)) return false
  editing.start(last)
  document.getElementById(last.id)?.scrollIntoView({ block: 'nearest' })
  return true
}
