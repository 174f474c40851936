import { useSyncExternalStore } from 'react'

export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'danger'
  /** The message that it is about; the toast disappears when that changes state. */
  about?: string
  /** Undoes the action. Key z undoes the newest. */
  undo?: () => void
  /** Milliseconds until it disappears. */
  lastsMs: number
}

let shown: Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function show(next: Toast[]): void {
  shown = next
  for (const listener of listeners) listener()
}

export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'undo' | 'lastsMs' | 'about'>> = {}): number {
  const id = ++lastId
  show([...shown.slice(-2), { id, text, tone: 'plain', lastsMs: options.undo ? 8000 : 5000, ...options }])
  return id
}

/** Replaces the text of a toast. */
export function rewordToast(id: number, text: string): void {
  show(shown.map((toast) => (toast.id === id ? { ...toast, text } : toast)))
}

export function dismissToast(id: number): void {
  show(shown.filter((toast) => toast.id !== id))
}

export function dismissToastsAbout(about: string): void {
  if (shown.some((toast) => toast.about === about)) show(shown.filter((toast) => toast.about !== about))
}

export function hasUndo(): boolean {
  return shown.some((toast) => toast.undo)
}

export function undoLast(): void {
  const last = shown.findLast((toast) => toast.undo)
  if (!last) return
  dismissToast(last.id)
  last.undo?.()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(subscribe, () => shown)
}
