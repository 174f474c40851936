import type { Command } from 'commander'
import { ApiProblem, callHub, segment } from '../api.ts'
import { output } from '../output.ts'
import { setting } from '../settings.ts'

interface Options {
  type?: string
  inbox: string
  name?: string
  token?: string
  username?: string
  password?: string
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
    .option('--username <name>', 'when its type asks for basic authentication')
    .option('--password <password>')
    .option('--json', "Front's channel object")
    .action(add)
}

async function add(options: Options): Promise<void> {
  const uid = options.type ?? setting('PORTICO_APP_UID')
  if (uid === undefined) throw new ApiProblem('which channel type? Add --type, or set PORTICO_APP_UID.', [])
  const type = await callHub('GET', `/channel_types/${segment(uid)}`)
  const credentials = credentialsFor(type.auth_type ?? 'none', options)
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

function credentialsFor(authType: string, options: Options): Record<string, string> | null {
  const need = (value: string | undefined, option: string) => {
    if (value !== undefined) return value
    throw new ApiProblem(`this channel type asks for a credential: add ${option}`, [])
  }
  if (authType === 'api_key') return { api_key: need(options.token, '--token') }
  if (authType === 'bearer') return { access_token: need(options.token, '--token') }
  if (authType !== 'basic') return null
  return { username: need(options.username, '--username'), password: need(options.password, '--password') }
}
