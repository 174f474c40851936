/** Brings an entry of a thread into sight; the thread that is shown listens. */
interface Jump {
  conversationId: string
  entryId: string
}

type Listener = (jump: Jump) => void

let listener: Listener | undefined

export function jumpTo(conversationId: string, entryId: string): void {
  listener?.({ conversationId, entryId })
}

export function onJump(listen: Listener): () => void {
  listener = listen
  return () => {
    if (listener === listen) listener = undefined
  }
}
