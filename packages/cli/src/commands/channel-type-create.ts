import type { BodyOf } from '@portico/protocol/operations'
import { type Command, Option } from 'commander'
import { callHub } from '../api.ts'
import { say } from '../say.ts'
import { saveSettings } from '../settings.ts'
import { wholeNumber } from './whole-number.ts'

type Fields = BodyOf<'POST', '/channel_types'>

interface Options {
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

export function channelTypeCreate(channelType: Command): void {
  channelType
    .command('create')
    .description('Register a channel type; its secret is shown once')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--server-url <url>', 'where its server takes requests')
    .addOption(
      new Option('--auth <type>', 'what an admin enters when adding a channel')
        .choices(['none', 'api_key', 'bearer', 'basic'])
        .default('none'),
    )
    .addOption(
      new Option('--contact <type>', 'what the handles of its contacts are')
        .choices(['custom', 'email', 'phone'])
        .default('custom'),
    )
    .option('--description <text>', 'what it is, in a sentence')
    .option('--idempotent', 'its server takes a repeated message id as one message')
    .option('--single-use-tokens', 'each channel token works once')
    .option('--max-in-flight <number>', 'requests at a time to one channel (1 to 32)', wholeNumber)
    .option(
      '--numeric-alias <number>',
      'a number that may stand as iss in its tokens instead of the App UID',
      wholeNumber,
    )
    .option('--save <file>', 'write PORTICO_APP_UID and PORTICO_APP_SECRET to this file instead of showing the secret')
    .option('--json', 'one line of JSON: {"uid":"app_…","secret":"…"}')
    .action(create)
}

async function create(options: Options): Promise<void> {
  const { uid, secret } = await callHub('POST', '/channel_types', {
    name: options.name,
    server_url: options.serverUrl,
    auth_type: options.auth,
    contact_type: options.contact,
    ...(options.description !== undefined && { description: options.description }),
    ...(options.idempotent && { idempotent: true }),
    ...(options.singleUseTokens && { single_use_tokens: true }),
    ...(options.maxInFlight !== undefined && { max_in_flight: options.maxInFlight }),
    ...(options.numericAlias !== undefined && { numeric_alias: options.numericAlias }),
  })
  if (options.save !== undefined) {
    saveSettings(options.save, { PORTICO_APP_UID: uid, PORTICO_APP_SECRET: secret })
    return options.json ? say.json({ uid }) : say.text(`App UID  ${uid}`, `Its secret is in ${options.save}.`)
  }
  if (options.json) say.json({ uid, secret })
  else say.text(`App UID  ${uid}`, `Secret   ${secret}   (shown this once)`)
}
