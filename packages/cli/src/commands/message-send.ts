import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { ApiProblem, callHub, segment } from '../api.ts'
import { output } from '../output.ts'

interface Options {
  conversation?: string
  channel?: string
  to?: string[]
  body: string
  subject?: string
  archive?: true
  key: string
  json?: true
}

export function messageSend(message: Command): void {
  message
    .command('send')
    .description('Reply in a conversation, or write to somebody on a channel')
    .option('--conversation <id>', 'reply in this conversation')
    .option('--channel <id>', 'or start a conversation in this channel')
    .option('--to <handle...>', 'with --channel: handles of the recipients')
    .requiredOption('--body <text>', 'text of the message; - reads standard input')
    .option('--subject <text>')
    .option('--archive', 'archive the conversation')
    .option('--key <key>', 'a repeat with the same key sends nothing new', randomUUID())
    .option('--json', 'one line of JSON: {"status":"accepted","message_uid":"…"}')
    .action(send)
}

async function send(options: Options): Promise<void> {
  const body = options.body === '-' ? await text(process.stdin) : options.body
  const message = {
    body,
    body_format: 'text' as const,
    ...(options.subject !== undefined && { subject: options.subject }),
    ...(options.to && { to: options.to }),
    options: { archive: options.archive === true },
  }
  const accepted = await callHub('POST', pathOf(options), message, { 'idempotency-key': options.key })
  if (options.json) output.json(accepted)
  else output.text(`Accepted as ${accepted.message_uid}`)
}

function pathOf({ conversation, channel, to }: Options) {
  if (conversation !== undefined) return `/conversations/${segment(conversation)}/messages` as const
  if (channel !== undefined && to) return `/channels/${segment(channel)}/messages` as const
  throw new ApiProblem('name the target: --conversation cnv_…, or --channel cha_… with --to', [])
}
