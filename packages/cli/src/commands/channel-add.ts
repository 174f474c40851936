import type { AnswerOf } from '@portico/protocol/operations'
import type { Command } from 'commander'
import { ApiProblem, callHub, segment } from '../api.ts'
import { output } from '../output.ts'
import { setting } from '../settings.ts'
import { readSecret } from './read-secret.ts'

interface Options {
  type?: string
  inbox: string
  name?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  passwordFile?: string
  clientId?: string
  clientSecretFile?: string
  json?: true
}

export function channelAdd(channel: Command): void {
  channel
    .command('add')
    .description('Connect a channel of a type to an inbox, by a handshake with its server')
    .option('--type <uid>', 'App UID of the channel type; PORTICO_APP_UID when absent')
    .requiredOption('--inbox <id>', 'inbox of the conversations')
    .option('--name <name>', 'name of the channel; default: the name of the type')
    .option('--token <token>', 'the API key or bearer token, when its type asks for one')
    .option('--token-file <file>', 'the same from a file, "-" for standard input')
    .option('--username <name>', 'when its type asks for basic authentication, or for a password by OAuth 2.0')
    .option('--password <password>')
    .option(
      '--password-file <file>',
      'the password from a file, "-" for standard input; PORTICO_CHANNEL_PASSWORD when absent',
    )
    .option('--client-id <id>', "when its type asks for the channel's own client credentials by OAuth 2.0")
    .option(
      '--client-secret-file <file>',
      'their secret from a file, "-" for standard input; PORTICO_CLIENT_SECRET when absent',
    )
    .option('--json', "Front's channel object")
    .action(add)
}

async function add(options: Options): Promise<void> {
  const uid = options.type ?? setting('PORTICO_APP_UID')
  if (uid === undefined) throw new ApiProblem('which channel type? Add --type, or set PORTICO_APP_UID.', [])
  const type = await callHub('GET', `/channel_types/${segment(uid)}`)
  const credentials = await credentialsFor(type, options)
  const added = await callHub(
    'POST',
    `/inboxes/${segment(options.inbox)}/channels`,
    {
      type: 'custom',
      application_uid: uid,
      ...(options.name !== undefined && { name: options.name }),
      ...(credentials && { credentials }),
    },
    { prefer: 'return=representation' },
  )
  if (options.json) output.json(added)
  else output.text(`${added.id}  ${added.name}`)
}

type Type = AnswerOf<'GET', `/channel_types/${string}`>

async function credentialsFor(type: Type, options: Options): Promise<Record<string, string> | null> {
  const { token, tokenFile, username, clientId, clientSecretFile } = options
  const asked = type.auth_type === 'oauth2' ? type.oauth2?.grant : type.auth_type
  switch (asked) {
    case 'api_key':
      return { api_key: need(token ?? (await readSecret({ file: tokenFile })), '--token or --token-file') }
    case 'bearer':
      return { access_token: need(token ?? (await readSecret({ file: tokenFile })), '--token or --token-file') }
    case 'basic':
    case 'password':
      return { username: need(username, '--username'), password: await passwordFrom(options) }
    case 'client_credentials': {
      const client_secret = await readSecret({ file: clientSecretFile, name: 'PORTICO_CLIENT_SECRET' })
      const where = '--client-secret-file, or set PORTICO_CLIENT_SECRET'
      return { client_id: need(clientId, '--client-id'), client_secret: need(client_secret, where) }
    }
    case 'authorization_code':
      throw new ApiProblem(
        'a channel of this type is authorized in the browser: sign in as an admin, Settings → Channels → Add channel',
        [],
      )
    default:
      return null
  }
}

async function passwordFrom({ password, passwordFile: file }: Options): Promise<string> {
  const found = password ?? (await readSecret({ file, name: 'PORTICO_CHANNEL_PASSWORD' }))
  return need(found, '--password-file or --password, or set PORTICO_CHANNEL_PASSWORD')
}

function need(value: string | undefined, option: string): string {
  if (value !== undefined) return value
  throw new ApiProblem(`this channel type asks for a credential: add ${option}`, [])
}
