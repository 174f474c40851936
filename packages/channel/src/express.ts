import type { ServerResponse } from 'node:http'
import type { ChannelServer } from './define-channel.ts'
import { nodeListener } from './node.ts'

type NodeRequest = Parameters<ReturnType<typeof nodeListener>>[0]

/**
 * Serves a channel in an Express app (4 or 5). Mount it before `express.json()`: signatures are verified over raw bytes.
 * Other methods than POST and DELETE go on to your next route.
 *
 * @example
 * import express from 'express'
 *
 * const app = express()
 * app.use('/front', expressHandler(chat))
 * app.use(express.json())
 * app.listen(8080)
 */
export function expressHandler(channel: ChannelServer) {
  const listener = nodeListener(channel)
  return (request: NodeRequest, response: ServerResponse, next: (error?: unknown) => void): void => {
    if (request.method !== 'POST' && request.method !== 'DELETE') next()
    else void listener(request, response)
  }
}
