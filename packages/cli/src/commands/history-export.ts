import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { callHub, callLink, downloadFile, segment } from '../api.ts'
import {
  type ChannelLine,
  type ConversationLine,
  type EndLine,
  type ExportedConversation,
  type ExportedMessage,
  type FileLine,
  type FilePartLine,
  header,
  type MessageLine,
  partBytes,
} from '../history/format.ts'
import { Progress, textOf } from '../history/progress.ts'
import { output } from '../output.ts'

export function historyExport(program: Command): void {
  program
    .command('export')
    .description('Write all conversations of the company, with their messages and files, as JSON lines')
    .argument('[file]', 'where to; - is standard output', '-')
    .option('--json', 'at the end one line of JSON: {"conversations":…,"messages":…,"files":…,"seconds":…}')
    .action(run)
}

type Line = typeof header | ChannelLine | ConversationLine | MessageLine | FileLine | FilePartLine | EndLine

async function run(file: string, { json }: { json?: true }): Promise<void> {
  // a file that was not finished never has the name that was asked for
  const unfinished = `${file}.part`
  const stream = file === '-' ? process.stdout : createWriteStream(unfinished)
  const progress = new Progress('Exported')
  const counts = await write(stream, progress)
  if (file !== '-') {
    stream.end()
    await finished(stream)
    await rename(unfinished, file)
  }
  const result = { ...counts, seconds: progress.end() }
  const text = json ? JSON.stringify(result) : `Exported ${textOf(counts)}.`
  if (file === '-') process.stderr.write(`${text}\n`)
  else output.text(text)
}

async function write(stream: Writable, progress: Progress) {
  const counts = { conversations: 0, messages: 0, files: 0 }
  const put = async (line: Line) => {
    if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain')
  }
  await put(header)
  const numbers = await writeChannels(put)
  for await (const { conversation, pages } of withPages(conversations())) {
    let isBegun = false
    for await (const message of pages) {
      if (!isBegun) await put(lineOf(conversation, numbers))
      counts.conversations += isBegun ? 0 : 1
      isBegun = true
      const { attachments = [] } = message
      for (const attachment of attachments) await writeFile(put, attachment)
      await put(messageLine(message, numbers))
      counts.messages += 1
      counts.files += attachments.length
      progress.show(counts)
    }
  }
  await put({ type: 'end', ...counts })
  return counts
}

type Put = (line: Line) => Promise<void>
type Numbers = Map<string, number>

/** Those of which there are conversations. */
async function writeChannels(put: Put): Promise<Numbers> {
  const { _results } = await callHub('GET', '/history/channels')
  const numbers: Numbers = new Map()
  for (const { id, channel_type, name, address, has_history } of _results) {
    if (!has_history) continue
    const number = numbers.size + 1
    numbers.set(id, number)
    await put({ type: 'channel', number, channel_type, name, address })
  }
  return numbers
}

async function* conversations(): AsyncGenerator<ExportedConversation> {
  let page = await callHub('GET', '/history/conversations')
  for (;;) {
    yield* page._results
    if (page._pagination.next === null) return
    page = await callLink<'GET', '/history/conversations'>(page._pagination.next)
  }
}

type MessagePage = Awaited<ReturnType<typeof firstPage>>

const firstPage = ({ id }: ExportedConversation) => callHub('GET', `/history/conversations/${segment(id)}/messages`)

const ahead = 4

/** Requests the messages of the next conversations while those before are written. */
async function* withPages(source: AsyncIterable<ExportedConversation>) {
  const asked: { conversation: ExportedConversation; first: Promise<MessagePage> }[] = []
  const next = ({ conversation, first }: (typeof asked)[number]) => ({ conversation, pages: messagesOf(first) })
  for await (const conversation of source) {
    const first = firstPage(conversation)
    // reported where it is awaited
    first.catch(() => {})
    asked.push({ conversation, first })
    if (asked.length > ahead) yield next(asked.shift()!)
  }
  for (const one of asked) yield next(one)
}

async function* messagesOf(first: Promise<MessagePage>): AsyncGenerator<ExportedMessage> {
  let page = await first
  for (;;) {
    yield* page._results
    if (page._pagination.next === null) return
    page = await callLink<'GET', `/history/conversations/${string}/messages`>(page._pagination.next)
  }
}

function lineOf({ id: _, channel_id, external_ids, ...conversation }: ExportedConversation, numbers: Numbers) {
  return {
    type: 'conversation',
    channel: numberOf(numbers, channel_id),
    external_ids: external_ids.map((one) => ({
      channel: numberOf(numbers, one.channel_id),
      external_id: one.external_id,
    })),
    ...conversation,
  } satisfies ConversationLine
}

function messageLine({ channel_id, attachments, ...message }: ExportedMessage, numbers: Numbers) {
  return {
    type: 'message',
    ...message,
    ...(channel_id !== undefined && { channel: numberOf(numbers, channel_id) }),
    ...(attachments && { files: attachments.length }),
  } satisfies MessageLine
}

function numberOf(numbers: Numbers, channelId: string): number {
  const number = numbers.get(channelId)
  if (number === undefined) throw new Error('a channel was added meanwhile; export again')
  return number
}

async function writeFile(put: Put, { id, ...file }: NonNullable<ExportedMessage['attachments']>[number]) {
  const bytes = await downloadFile(id)
  await put({ type: 'file', ...file, base64: part(bytes, 0) })
  for (let at = partBytes; at < bytes.length; at += partBytes) await put({ type: 'file_part', base64: part(bytes, at) })
}

const part = (bytes: Buffer, start: number) => bytes.subarray(start, start + partBytes).toString('base64')
