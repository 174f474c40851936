import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { t } from '../strings/thread.ts'
import { onJump } from '../timeline/jump.ts'
import type { TimelineRow } from '../timeline/kinds.ts'
import { toast } from '../ui/toasts/toasts.ts'

interface Thread {
  conversationId: string
  scroller: RefObject<HTMLElement | null>
  virtual: Virtualizer<HTMLDivElement, Element>
  rows: TimelineRow[]
  hasOlder: boolean
  isLoadingOlder: boolean
  loadOlder(): Promise<unknown>
}

/** Scrolls to an entry that was asked for, loading older pages until it is there, and gives it the focus. */
export function useJump(thread: Thread): void {
  const { conversationId, virtual, rows, hasOlder, isLoadingOlder, loadOlder, scroller } = thread
  const [wanted, setWanted] = useState<string | null>(null)
  const loads = useRef(0)
  useEffect(
    () =>
      onJump((jump) => {
        loads.current = 0
        if (jump.conversationId === conversationId) setWanted(jump.entryId)
      }),
    [conversationId],
  )
  useEffect(() => {
    if (wanted === null || isLoadingOlder) return
    const index = rows.findIndex(({ key }) => key === wanted)
    if (index === -1 && hasOlder && loads.current < mostLoads) {
      loads.current++
      void loadOlder()
      return
    }
    setWanted(null)
    if (index === -1) {
      toast(t.thread.quoteNotFound)
      return
    }
    virtual.scrollToIndex(index, { align: 'center' })
    requestAnimationFrame(() => requestAnimationFrame(() => point(scroller.current, wanted)))
  }, [wanted, rows, hasOlder, isLoadingOlder, loadOlder, virtual, scroller])
}

/** Fifty entries each. */
const mostLoads = 40

function point(scroller: HTMLElement | null, id: string): void {
  const element = scroller?.querySelector<HTMLElement>(`#${CSS.escape(id)}`)
  if (!element) return
  element.tabIndex = -1
  element.focus({ preventScroll: true })
  element.dataset.pointed = ''
  element.addEventListener('blur', () => delete element.dataset.pointed, { once: true })
}
