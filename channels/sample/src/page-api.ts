import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ChannelServer, TypingReport } from '@portico/channel'
import { callTeam, type NewCall } from './call.ts'
import { changeMessage } from './change.ts'
import { serveCompanyFile } from './company-files.ts'
import { type NewMessage, sendMessage } from './customer.ts'
import { externalIdOf, type Location, type Misbehaviour, misbehaviours, type Phone, type Press } from './phone.ts'
import { type NewReaction, reactTo } from './react.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** The routes of the customer's page. */
export function apiRoutes(phone: Phone, chat: ChannelServer): Record<string, Handler> {
  return {
    'GET /events': (_, response) => stream(phone, response),
    'GET /file': (request, response) => serveCompanyFile(phone, chat, request, response),
    'POST /messages': act(async (body) => sendMessage(phone, chat, newMessageIn(body))),
    'POST /calls': act(async (body) => callTeam(phone, chat, newCallIn(body))),
    'POST /read': act(async (body) =>
      chat.channel(text(body.channel_id, 'channel_id', 200)).read({
        external_id: externalIdOf(text(body.id, 'id', 200)),
        external_conversation_id: text(body.conversation_id, 'conversation_id', 200),
        and_earlier: true,
      }),
    ),
    'POST /typing': act(async (body) => chat.channel(text(body.channel_id, 'channel_id', 200)).typing(typingIn(body))),
    'PUT /reactions': act(async (body) => reactTo(phone, chat, reactionIn(body))),
    'PUT /edits': act(async (body) =>
      changeMessage(phone, chat, { ...messageIn(body), text: text(body.text, 'text', 50_000) }),
    ),
    'PUT /deletions': act(async (body) => changeMessage(phone, chat, messageIn(body))),
    'PUT /misbehaviour': act(async ({ misbehaviour }) => phone.misbehave(oneOf(misbehaviours, misbehaviour))),
  }
}

/** Server-sent events: the whole state, then every change. */
function stream(phone: Phone, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`)
  send({ type: 'everything', ...phone.state })
  const stop = phone.onChange(send)
  const beat = setInterval(() => response.write(':\n\n'), 15_000)
  response.on('close', () => {
    clearInterval(beat)
    stop()
  })
}

type Body = Record<string, unknown>

/** Files are base64: four characters for three bytes. */
const mostCharacters = 36_000_000

/** Takes JSON requests of the page alone (CSRF): a form on another site cannot send JSON, nor name this host as its origin. */
function act(perform: (body: Body) => Promise<void>): Handler {
  return async (request, response) => {
    const { origin, host } = request.headers
    const isOurs = request.headers['content-type'] === 'application/json' && origin === `http://${host}`
    if (!isOurs) return answer(response, 403, 'Only the page itself may do this.')
    try {
      await perform(await readJson(request))
      response.writeHead(204).end()
    } catch (error) {
      answer(response, 400, error instanceof Error ? error.message : String(error))
    }
  }
}

function answer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
}

async function readJson(request: IncomingMessage): Promise<Body> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > mostCharacters) throw new Error('The message is too long, or its files are: 25 MB in all.')
  }
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('The body is not a JSON object.')
  return { ...value }
}

function newMessageIn(body: Body): NewMessage {
  const files = filesIn(body.files)
  const location = locationIn(body.location)
  const words = (body.files || location) && body.text === '' ? '' : text(body.text, 'text', 50_000)
  return {
    ...placeIn(body),
    id: text(body.id, 'id', 200),
    text: words,
    files,
    pressed: pressIn(body.pressed),
    location,
  }
}

/** The hub says what is wrong with the numbers. */
function locationIn(value: unknown): Location | undefined {
  if (value === undefined) return undefined
  const { latitude, longitude, name } = { ...(value as Body | null) }
  return { latitude: Number(latitude), longitude: Number(longitude), name: text(name, 'name', 200) }
}

function pressIn(value: unknown): Press | undefined {
  if (value === undefined) return undefined
  const { id, title, of } = { ...(value as Body | null) }
  return { id: text(id, 'id', 200), title: text(title, 'title', 200), of: text(of, 'of', 200) }
}

function filesIn(value: unknown): File[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > 10) throw new Error('files is a list of at most 10.')
  return value.map((file: Body | null) => {
    const bytes = Buffer.from(text(file?.data, 'data', mostCharacters), 'base64')
    const type = typeof file?.type === 'string' ? file.type : ''
    return new File([bytes], text(file?.name, 'name', 255), { type })
  })
}

function newCallIn(body: Body): NewCall {
  return { ...placeIn(body), isAnswered: body.is_answered === true }
}

function typingIn(body: Body): TypingReport {
  const { conversationId, customer } = placeIn(body)
  const metadata = { external_conversation_id: conversationId }
  return { sender: customer, is_typing: body.is_typing === true, metadata }
}

function reactionIn(body: Body): NewReaction {
  const { emojis } = body
  if (!Array.isArray(emojis) || emojis.length > 10) throw new Error('emojis is a list of at most 10.')
  return {
    ...messageIn(body),
    emojis: emojis.map((emoji) => text(emoji, 'emojis', 200)),
  }
}

function messageIn(body: Body) {
  return {
    channelId: text(body.channel_id, 'channel_id', 200),
    conversationId: text(body.conversation_id, 'conversation_id', 200),
    messageId: text(body.message_id, 'message_id', 200),
  }
}

function placeIn(body: Body) {
  return {
    channelId: text(body.channel_id, 'channel_id', 200),
    conversationId: text(body.conversation_id, 'conversation_id', 200),
    customer: { handle: text(body.handle, 'handle', 200), name: text(body.name, 'name', 200) },
  }
}

function text(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${name} is missing.`)
  if (value.length > most) throw new Error(`${name} is too long: at most ${most} characters.`)
  return value
}

function oneOf(choices: readonly Misbehaviour[], value: unknown): Misbehaviour {
  const choice = choices.find((choice) => choice === value)
  if (!choice) throw new Error(`misbehaviour is one of ${choices.join(', ')}.`)
  return choice
}
