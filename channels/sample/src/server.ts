import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ChannelServer } from '@portico/channel'
import { nodeListener } from '@portico/channel/node'
import type { Chat } from './chat.ts'
import { apiRoutes } from './page-api.ts'
import { pageFiles } from './page-files.ts'
import type { Phone } from './phone.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** The channel at /front, and the customer's page everywhere else. */
export function sampleServer(phone: Phone, chat: Chat): Server {
  const routes: Record<string, Handler> = { ...pageFiles(), ...apiRoutes(phone, chat.channel) }
  return createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/'
    if (path === '/front') return serveChannel(chat, request, response)
    if (!hasAllowedHost(request)) return refuse(response, 421, 'Open this page by the address it was started with.')
    const handler = routes[`${request.method} ${path}`]
    if (!handler) return refuse(response, 404, 'There is nothing at this address.')
    return handler(request, response)
  })
}

/** Checks that the Host is a loopback name on loopback, or another site could read along under its own name (DNS rebinding). */
function hasAllowedHost({ headers, socket }: IncomingMessage): boolean {
  const isLoopback = /^(::ffff:)?127\.|^::1$/.test(socket.localAddress ?? '')
  return !isLoopback || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(headers.host ?? '')
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${words}\n`)
}

/** Answers as the SDK does, unless the phone's switch is set to misbehave on the wire. */
function serveChannel({ channel, spoilingOf }: Chat, request: IncomingMessage, response: ServerResponse): void {
  const misbehaving: ChannelServer = {
    ...channel,
    async fetch(webRequest) {
      const answer = await channel.fetch(webRequest)
      const spoiling = spoilingOf(webRequest)
      if (spoiling === 'close') request.socket.destroy()
      return spoiling === '500' ? new Response(null, { status: 500 }) : answer
    },
  }
  void nodeListener(misbehaving)(request, response)
}
