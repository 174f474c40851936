import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ChannelServer, HubRefusal } from '@portico/channel'
import type { Phone, PhoneFile } from './phone.ts'

const shown = /^(image\/(png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/

/** Answers the file that the page names by its channel and id: the hub gives it to the channel alone, by its token. */
export async function serveCompanyFile(
  phone: Phone,
  chat: ChannelServer,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = new URL(url, 'http://page').searchParams
  const channelId = query.get('channel_id') ?? ''
  const file = findFile(phone, channelId, query.get('id'))
  if (!file?.url) return refuse(response, 404, 'There is no such file.')
  try {
    const { id, name, type, url } = file
    const bytes = await chat
      .channel(channelId)
      .download({ id, filename: name, content_type: type, url, size: 0, metadata: { is_inline: false } })
    response.writeHead(200, {
      'content-type': shown.test(type) ? type : 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    await pipeline(Readable.from(bytes), response)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    if (error instanceof HubRefusal) return refuse(response, 404, 'The hub has this file no more.')
    refuse(response, 502, 'The hub does not answer. Try again when it is running.')
  }
}

function findFile(phone: Phone, channelId: string, id: string | null): PhoneFile | undefined {
  const messages = phone.line(channelId)?.conversations.flatMap((conversation) => conversation.messages) ?? []
  return messages.flatMap(({ files = [] }) => files).find((file) => file.id === id)
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${words}\n`)
}
