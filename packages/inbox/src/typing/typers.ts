import { useSyncExternalStore } from 'react'

/** A customer who is writing in a conversation. */
interface Typer {
  handle: string
  name: string | null
}

const holdsMs = 6_000
const mostTypers = 10
const nobody: readonly Typer[] = []

const typing = new Map<string, readonly Typer[]>()
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

/** It ends by itself, because its end may be lost. */
export function setTyping(conversationId: string, typer: Typer, isTyping: boolean): void {
  const timer = `${conversationId} ${typer.handle}`
  clearTimeout(timers.get(timer))
  timers.delete(timer)
  const others = (typing.get(conversationId) ?? nobody).filter(({ handle }) => handle !== typer.handle)
  const isShown = isTyping && others.length < mostTypers
  if (isShown)
    timers.set(
      timer,
      setTimeout(() => setTyping(conversationId, typer, false), holdsMs),
    )
  const now = isShown ? [...others, typer] : others
  if (now.length === 0) typing.delete(conversationId)
  else typing.set(conversationId, now)
  for (const listener of listeners) listener()
}

export function useTypers(conversationId: string): readonly Typer[] {
  return useSyncExternalStore(subscribe, () => typing.get(conversationId) ?? nobody)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
