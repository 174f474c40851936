import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import { isAbove } from '../ui/keys/resting.ts'
import { isFocusFree } from '../ui/keys/restore-focus.ts'
import { list } from './list-state.ts'

interface Keys {
  rows: RefObject<HTMLElement | null>
  ids: readonly string[]
  /** The row that the keys are at, while it is drawn. */
  rowId: string | undefined
  openId: string | null
}

/**
 * Keeps the keyboard focus on the focused row: it follows every move, and stays in the list when its row is removed. It is not
 * taken from a menu, from the open conversation, or from a user who did not move.
 */
export function useRowFocus({ rows, ids, rowId, openId }: Keys) {
  const isHere = useRef(false)
  const focusRow = useCallback(
    () => rows.current?.querySelector<HTMLElement>(`[data-id="${rowId}"] a`)?.focus({ preventScroll: true }),
    [rows, rowId],
  )
  useLayoutEffect(() => {
    if (isHere.current || isWanted(openId)) focusRow()
  }, [focusRow, openId])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only rows that change can take the focus with them
  useLayoutEffect(() => {
    if (isHere.current && document.activeElement === document.body) focusRow()
  }, [ids])
  return {
    onFocus: useCallback(() => {
      isHere.current = true
    }, []),
    // the focus was lost: its row was removed, or the window lost it
    onBlur: useCallback(({ relatedTarget }: { relatedTarget: EventTarget | null }) => {
      if (relatedTarget) isHere.current = false
    }, []),
  }
}

function isWanted(openId: string | null): boolean {
  if (isFocusFree()) return openId === null
  const { activeElement } = document
  const isElsewhere = isAbove(activeElement) || document.getElementById('conversation')?.contains(activeElement)
  return list.wasMoved() && !isElsewhere
}
