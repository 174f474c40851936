import type { BodyOf } from '@portico/protocol/operations'
import { type Command, Option } from 'commander'
import { callHub } from '../api.ts'
import { output } from '../output.ts'
import { saveSettings } from '../settings.ts'
import { addOAuthOptions, type OAuthOptions, oauthFrom } from './oauth-options.ts'
import { parseInteger } from './parse-integer.ts'

type Fields = BodyOf<'POST', '/channel_types'>

interface Options extends OAuthOptions {
  name: string
  serverUrl: string
  auth: Fields['auth_type']
  contact: Fields['contact_type']
  description?: string
  idempotent?: true
  singleUseTokens?: true
  maxInFlight?: number
  numericAlias?: number
  save?: string
  json?: true
}

export function channelTypeCreate(parent: Command): void {
  const command = parent
    .command('create')
    .description('Register a channel type; the secret is shown only once')
    .requiredOption('--name <name>', 'name of the channel type')
    .requiredOption('--server-url <url>', 'URL of the channel server')
    .addOption(
      new Option('--auth <type>', 'credential type the admin enters for a channel')
        .choices(['none', 'api_key', 'bearer', 'basic', 'oauth2'])
        .default('none'),
    )
    .addOption(
      new Option('--contact <type>', 'contact handle format').choices(['custom', 'email', 'phone']).default('custom'),
    )
    .option('--description <text>', 'description in one sentence')
    .option('--idempotent', 'the channel server deduplicates messages by id')
    .option('--single-use-tokens', 'accept each channel token only once')
    .option('--max-in-flight <number>', 'maximum concurrent requests per channel (1 to 32)', parseInteger)
    .option('--numeric-alias <number>', 'numeric JWT issuer (iss) accepted instead of the App UID', parseInteger)
    .option('--save <file>', 'write PORTICO_APP_UID and PORTICO_APP_SECRET to this file instead of showing the secret')
    .option('--json', 'one line of JSON: {"uid":"app_…","secret":"…"}')
  addOAuthOptions(command).action(create)
}

async function create(options: Options): Promise<void> {
  const oauth2 = await oauthFrom(options)
  const { uid, secret } = await callHub('POST', '/channel_types', {
    name: options.name,
    server_url: options.serverUrl,
    auth_type: options.auth,
    contact_type: options.contact,
    ...(oauth2 && { oauth2 }),
    ...(options.description !== undefined && { description: options.description }),
    ...(options.idempotent && { idempotent: true }),
    ...(options.singleUseTokens && { single_use_tokens: true }),
    ...(options.maxInFlight !== undefined && { max_in_flight: options.maxInFlight }),
    ...(options.numericAlias !== undefined && { numeric_alias: options.numericAlias }),
  })
  if (options.save !== undefined) {
    saveSettings(options.save, { PORTICO_APP_UID: uid, PORTICO_APP_SECRET: secret })
    return options.json ? output.json({ uid }) : output.text(`App UID  ${uid}`, `The secret is in ${options.save}.`)
  }
  if (options.json) output.json({ uid, secret })
  else output.text(`App UID  ${uid}`, `Secret   ${secret}   (shown only once)`)
}
