import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { say } from '../say.ts'
import { wholeNumber } from './whole-number.ts'

interface Options {
  name?: string
  serverUrl?: string
  numericAlias?: number | 'none'
  json?: true
}

export function channelTypeUpdate(channelType: Command): void {
  channelType
    .command('update')
    .description('Change a channel type')
    .argument('<uid>', 'App UID')
    .option('--name <name>', 'its name')
    .option('--server-url <url>', 'where its server takes requests')
    .option(
      '--numeric-alias <number>',
      'a number that may stand as iss in its tokens; "none" takes it away',
      numberOrNone,
    )
    .option('--json', 'the channel type, as one line of JSON')
    .action(update)
}

function numberOrNone(text: string): number | 'none' {
  return text === 'none' ? text : wholeNumber(text)
}

async function update(uid: string, { name, serverUrl, numericAlias, json }: Options): Promise<void> {
  const type = await callHub('PATCH', `/channel_types/${segment(uid)}`, {
    ...(name !== undefined && { name }),
    ...(serverUrl !== undefined && { server_url: serverUrl }),
    ...(numericAlias !== undefined && { numeric_alias: numericAlias === 'none' ? null : numericAlias }),
  })
  if (json) say.json(type)
  else say.text(`Changed ${uid}`)
}
