import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { output } from '../output.ts'
import { addOAuthOptions, type OAuthOptions, oauthFrom } from './oauth-options.ts'
import { parseInteger } from './parse-integer.ts'

interface Options extends OAuthOptions {
  name?: string
  serverUrl?: string
  numericAlias?: number | 'none'
  json?: true
}

export function channelTypeUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description('Change a channel type')
    .argument('<uid>', 'App UID')
    .option('--name <name>', 'name of the channel type')
    .option('--server-url <url>', 'URL of the channel server')
    .option(
      '--numeric-alias <number>',
      'numeric JWT issuer (iss) accepted instead of the App UID; "none" removes it',
      numberOrNone,
    )
    .option('--json', 'the channel type, as one line of JSON')
  addOAuthOptions(command).action(update)
}

function numberOrNone(text: string): number | 'none' {
  return text === 'none' ? text : parseInteger(text)
}

async function update(uid: string, { name, serverUrl, numericAlias, json, ...oauth }: Options): Promise<void> {
  const oauth2 = Object.keys(oauth).length > 0 ? await changedOAuth(uid, oauth) : undefined
  const type = await callHub('PATCH', `/channel_types/${segment(uid)}`, {
    ...(name !== undefined && { name }),
    ...(serverUrl !== undefined && { server_url: serverUrl }),
    ...(numericAlias !== undefined && { numeric_alias: numericAlias === 'none' ? null : numericAlias }),
    ...(oauth2 && { oauth2 }),
  })
  if (json) output.json(type)
  else output.text(`Changed ${uid}`)
}

/** The hub takes the settings as a whole. */
async function changedOAuth(uid: string, options: OAuthOptions) {
  const { oauth2 } = await callHub('GET', `/channel_types/${segment(uid)}`)
  return oauthFrom(options, oauth2)
}
