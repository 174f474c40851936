import type { AnswerOf, BodyOf } from '@portico/protocol/operations'

type Exported<Path extends '/history/conversations' | `/history/conversations/${string}/messages`> = AnswerOf<
  'GET',
  Path
>['_results'][number]
export type ExportedConversation = Exported<'/history/conversations'>
export type ExportedMessage = Exported<`/history/conversations/${string}/messages`>
export type ImportedConversation = BodyOf<'POST', '/history/conversations'>['conversations'][number]
export type ImportedMessage = ImportedConversation['messages'][number]

/** The first line of a file; docs/import-export.md describes the others. */
export const header = { type: 'portico-history', version: 1 } as const

/** Channels are numbered in the file, in its order, from 1. */
export interface ChannelLine {
  type: 'channel'
  number: number
  channel_type: string
  name: string
  address: string
}

export interface ConversationLine extends Omit<ImportedConversation, 'channel_id' | 'external_ids' | 'messages'> {
  type: 'conversation'
  channel: number
  external_ids: { channel: number; external_id: string }[]
}

/** A file of the message that follows: its bytes begin in this line, and go on in those that follow it until they are `size`. */
export interface FileLine {
  type: 'file'
  sha256: string
  size: number
  filename: string
  content_type: string
  is_inline?: boolean
  cid?: string
  base64: string
}

export interface FilePartLine {
  type: 'file_part'
  base64: string
}

/** Of the conversation before it. */
export interface MessageLine extends Omit<ImportedMessage, 'channel_id' | 'attachment_ids'> {
  type: 'message'
  channel?: number
  /** The number of its files, which stand before it. */
  files?: number
}

/** The last line: without it the file is incomplete. */
export interface EndLine {
  type: 'end'
  conversations: number
  messages: number
  files: number
}

/** The bytes of a file in one line. */
export const partBytes = 512 * 1024

export const mostFileBytes = 25 * 1024 * 1024
