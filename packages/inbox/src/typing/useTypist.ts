import { useEffect, useMemo } from 'react'
import { request } from '../api/request.ts'
import type { Channel } from '../api/types.ts'
import { isLive } from '../stream/status.ts'

const everyMs = 3_000

/** Lets the customer see that a reply is written, where the channel shows that; `isEmpty`: of the composer. */
export function useTypist(conversationId: string, channel: Channel | undefined, isEmpty: boolean) {
  const isShown = channel?.channel_type.capabilities.includes('typing') ?? false
  const typist = useMemo(() => new Typist(conversationId), [conversationId])
  useEffect(() => {
    if (isEmpty) typist.stopped()
  }, [typist, isEmpty])
  useEffect(() => () => typist.stopped(), [typist])
  return {
    /** `text`: of the composer. While an input method composes, nothing of it is written yet. */
    wrote(text: string, isComposing = false) {
      if (isShown && !isComposing && text.trim()) typist.wrote()
    },
    stopped: () => typist.stopped(),
  }
}

class Typist {
  readonly #conversationId: string
  #toldAt: number | undefined

  constructor(conversationId: string) {
    this.#conversationId = conversationId
  }

  wrote(): void {
    const now = performance.now()
    if (this.#toldAt !== undefined && now - this.#toldAt < everyMs) return
    this.#toldAt = now
    this.#tell(true)
  }

  stopped(): void {
    if (this.#toldAt === undefined) return
    this.#toldAt = undefined
    this.#tell(false)
  }

  #tell(is_typing: boolean): void {
    if (!isLive()) return
    const options = { body: { is_typing }, keepalive: true }
    // nobody is told of what failed: it ends by itself
    request('POST', `/conversations/${this.#conversationId}/typing`, options).catch(() => {})
  }
}
