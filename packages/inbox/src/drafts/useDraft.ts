import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { type DraftPlace, type DraftWords, draftQuery, emptyDraft, keepCopy, keepDraft } from './drafts.ts'

export type Kept = 'unchanged' | 'here' | 'saved'

const restMs = 600

/** A draft to type into: copied here at every key, saved with the hub when the typing rests. */
export function useDraft(place: DraftPlace) {
  const queryClient = useQueryClient()
  const options = draftQuery(place)
  const { data, isPending } = useQuery(options)
  // a query tells of its change a task later; a field that is controlled would lose the keys pressed until then
  const [, showNow] = useReducer((count: number) => count + 1, 0)
  const [kept, setKept] = useState<Kept>('unchanged')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const stablePlace = useRef(place)

  // what stands there when it is saved counts, not what was typed when the saving was planned
  const save = useCallback(
    (keepalive = false) => {
      if (timer.current === undefined) return
      clearTimeout(timer.current)
      timer.current = undefined
      const now = queryClient.getQueryData(draftQuery(stablePlace.current).queryKey) ?? emptyDraft
      keepDraft(stablePlace.current, now, keepalive).then(
        () => setKept('saved'),
        // the copy on this device stays until the hub has it
        () => setKept('here'),
      )
    },
    [queryClient],
  )

  const write = useCallback(
    (next: DraftWords) => {
      queryClient.setQueryData(draftQuery(stablePlace.current).queryKey, next)
      keepCopy(stablePlace.current, next)
      clearTimeout(timer.current)
      timer.current = setTimeout(save, restMs)
      setKept('unchanged')
      showNow()
    },
    [queryClient, save],
  )

  useEffect(() => {
    const leave = () => save(true)
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      save(true)
    }
  }, [save])

  return { draft: queryClient.getQueryData(options.queryKey) ?? data ?? emptyDraft, isPending, kept, write }
}
