import { useEffect, useRef, useState } from 'react'
import type { DraftKey } from '../drafts/storage.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { t } from './strings.ts'
import { type Upload, uploads, useUploads } from './uploads.ts'

/** Sends a message when all its files are uploaded. A file that the hub refused stops it, with the reason. */
export function useSendWhenUploaded(
  draftKey: DraftKey,
  recipient: string,
  setProblem: (problem: string | null) => void,
) {
  const uploading = useUploads(draftKey)
  const [pending, setPending] = useState<{ send: () => void } | null>(null)
  const sendWhenUploaded = (send: () => void) => {
    const current = uploads.of(draftKey)
    const problem = problemOf(current)
    setProblem(problem)
    if (problem !== null) return
    if (current.length > 0) setPending({ send })
    else send()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the uploads decide when it is sent
  useEffect(() => {
    if (!pending) return
    const problem = problemOf(uploading)
    if (problem === null && uploading.length > 0) return
    setPending(null)
    if (problem === null) pending.send()
    else setProblem(problem)
  }, [uploading, pending])
  useLeaveWarning(pending !== null, recipient)
  const waitingText = pending && uploading.length > 0 ? textOf(uploading) : null
  return { sendWhenUploaded, waitingText, stopWaiting: () => setPending(null) }
}

function textOf(uploading: readonly Upload[]): string {
  return uploading.some(({ state }) => state === 'not_reached') ? t.waitsForConnection : t.waitsToSend(uploading.length)
}

function problemOf(uploading: readonly Upload[]): string | null {
  return uploading.some(({ state }) => state === 'refused') ? t.failedBlocks : null
}

/** Warns a teammate who leaves while the message still waits for its files: it is not sent. */
function useLeaveWarning(isWaiting: boolean, recipient: string): void {
  const latest = useRef({ isWaiting, recipient })
  useEffect(() => {
    latest.current = { isWaiting, recipient }
  })
  useEffect(
    () => () => {
      if (latest.current.isWaiting) toast(t.notSent(latest.current.recipient), { tone: 'danger', lastsMs: 15_000 })
    },
    [],
  )
}
