import { ApiProblem } from '../api.ts'
import { ArrivingFile } from './arriving-file.ts'
import { ChannelsOfFile } from './channels-of-file.ts'
import type { ChannelLine, ConversationLine, FileLine, FilePartLine, MessageLine } from './format.ts'
import { header } from './format.ts'
import { type BadLine, ImportBatch } from './import-batch.ts'
import type { Line } from './read-lines.ts'

interface ImportOptions {
  /** The channels here, by their number in the file. */
  channels: Map<number, string>
  /** Gets bad lines, which are skipped; without it the first one ends the import. */
  report?: (line: number, reason: string) => void
}

type Parsed =
  | typeof header
  | ChannelLine
  | ConversationLine
  | FileLine
  | FilePartLine
  | MessageLine
  | { type: 'end'; conversations: number; messages: number; files: number }

type Conversation = Parameters<ImportBatch['begin']>[1]

/** Imports a file line by line, in batches. What the hub has stays as it is, so the same file may be imported again. */
export class HistoryImport {
  readonly counts = { conversations: 0, messages: 0, known: 0, files: 0, skipped: 0, seconds: 0 }
  readonly #channels: ChannelsOfFile
  readonly #report: ImportOptions['report']
  #batch = new ImportBatch()
  /** The batch before is stored while the next is read. */
  #sending: Promise<void> = Promise.resolve()
  /** null: its line was bad; undefined: none yet. */
  #conversation: { line: number; fields: Conversation } | null | undefined
  #file: ArrivingFile | null = null
  /** The ids of the uploaded files of the next message. */
  #fileIds: string[] = []
  #hasHeader = false
  #hasEndLine = false

  constructor({ channels, report }: ImportOptions) {
    this.#channels = new ChannelsOfFile(channels)
    this.#report = report
  }

  /** Throws ApiProblem. */
  async take({ number, text }: Line): Promise<void> {
    if (text !== null && text.trim() === '') return
    const parsed = parse(text)
    if (!this.#hasHeader) this.#takeHeader(parsed)
    else if (typeof parsed === 'string') this.#bad({ line: number, reason: parsed })
    else await this.#takeLine(number, parsed, text?.length ?? 0)
  }

  /** Stores what is left. */
  async end(): Promise<void> {
    await this.#flush()
    await this.#sending
    if (!this.#hasHeader) this.#takeHeader('')
    if (this.#hasEndLine) return
    throw new ApiProblem('the file ends before its line "end": it is incomplete. What is in it was imported.', [])
  }

  #takeHeader(line: Parsed | string): void {
    if (typeof line === 'string' || line.type !== header.type)
      throw new ApiProblem(
        'line 1: this is no file of `npx @portico/cli export`: it begins with {"type":"portico-history","version":1}.',
        [],
      )
    if (line.version !== header.version)
      throw new ApiProblem(`line 1: the file has version ${line.version} of the format; this command reads 1.`, [])
    this.#hasHeader = true
  }

  async #takeLine(number: number, line: Parsed, characters: number): Promise<void> {
    if (this.#hasEndLine) return this.#bad({ line: number, reason: 'stands after the line "end"' })
    switch (line.type) {
      case 'channel':
        return this.#channels.add(line)
      case 'conversation':
        return this.#takeConversation(number, line)
      case 'file':
      case 'file_part':
        return this.#takeFile(number, line)
      case 'message':
        return this.#takeMessage(number, line, characters)
      case 'end':
        this.#hasEndLine = true
        return
      default:
        return this.#bad({ line: number, reason: `type: "${line.type}" is not a type of this format` })
    }
  }

  async #takeConversation(
    number: number,
    { type: _, channel, external_ids, ...rest }: ConversationLine,
  ): Promise<void> {
    await this.#channels.resolve()
    this.#conversation = null
    const ids = Array.isArray(external_ids) ? external_ids : []
    const unknown = [channel, ...ids.map((id) => id?.channel)].find((one) => this.#channels.idOf(one) === undefined)
    if (unknown !== undefined || channel === undefined)
      return this.#bad({ line: number, reason: `channel: ${unknown} is not declared in this file` })
    const fields: Conversation = {
      ...rest,
      channel_id: this.#channels.idOf(channel) ?? '',
      external_ids: ids.map((id) => ({
        channel_id: this.#channels.idOf(id.channel) ?? '',
        external_id: id.external_id,
      })),
    }
    this.#conversation = { line: number, fields }
    this.#batch.begin(number, fields)
  }

  async #takeFile(number: number, line: FileLine | FilePartLine): Promise<void> {
    if (!this.#conversation) return this.#skip(number)
    try {
      if (line.type === 'file') this.#file = new ArrivingFile(line)
      else if (this.#file) this.#file.add(line.base64)
      else throw new Error('type: no file is before this part')
      if (!this.#file.isWhole) return
      const file = this.#file
      this.#file = null
      this.#fileIds.push(await file.upload())
      this.counts.files += 1
    } catch (error) {
      if (error instanceof ApiProblem && error.status !== 400) throw error
      this.#file = null
      this.#bad({ line: number, reason: (error as Error).message })
    }
  }

  async #takeMessage(number: number, { type: _, channel, files = 0, ...message }: MessageLine, characters: number) {
    const ids = this.#fileIds
    this.#fileIds = []
    if (!this.#conversation) return this.#skip(number)
    const channelId = this.#channels.idOf(channel)
    if (channel !== undefined && channelId === undefined)
      return this.#bad({ line: number, reason: `channel: ${channel} is not declared in this file` })
    if (this.#file !== null || files !== ids.length) {
      this.#file = null
      return this.#bad({ line: number, reason: `files: ${files}, but before it stand ${ids.length} complete ones` })
    }
    this.#batch.add(
      number,
      {
        ...message,
        ...(channelId !== undefined && { channel_id: channelId }),
        ...(ids.length > 0 && { attachment_ids: ids }),
      },
      characters,
    )
    if (this.#batch.isFull) await this.#flush()
  }

  #skip(number: number): void {
    if (this.#conversation === undefined) this.#bad({ line: number, reason: 'no conversation is before it' })
    else this.counts.skipped += 1
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = new ImportBatch()
    if (this.#conversation) this.#batch.begin(this.#conversation.line, this.#conversation.fields)
    await this.#sending
    this.#sending = this.#send(batch)
    // reported where it is awaited
    this.#sending.catch(() => {})
  }

  async #send(batch: ImportBatch): Promise<void> {
    const stored = await batch.send((line) => this.#bad(line))
    this.counts.conversations += stored.conversations
    this.counts.messages += stored.messages
    this.counts.known += stored.known
  }

  #bad({ line, reason }: BadLine): void {
    if (!this.#report)
      throw new ApiProblem(
        `line ${line}: ${reason}. The lines before it may be stored; fix it and import again, or add --skip-bad.`,
        [],
      )
    this.counts.skipped += 1
    this.#report(line, reason)
  }
}

/** Returns the reason as a string where the line is bad. */
function parse(text: string | null): Parsed | string {
  if (text === null) return 'is longer than 8 MB'
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null && 'type' in line ? (line as Parsed) : 'is no object with a type'
  } catch {
    return 'is not JSON'
  }
}
