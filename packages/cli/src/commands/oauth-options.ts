import type { AnswerOf, BodyOf } from '@portico/protocol/operations'
import { type Command, Option } from 'commander'
import { ApiProblem } from '../api.ts'
import { readSecret } from './read-secret.ts'

type OAuth2Body = NonNullable<BodyOf<'PATCH', `/channel_types/${string}`>['oauth2']>
type OAuth2Settings = AnswerOf<'GET', `/channel_types/${string}`>['oauth2']

export interface OAuthOptions {
  grant?: OAuth2Body['grant']
  authorizeUrl?: string
  tokenUrl?: string
  introspectionUrl?: string
  revocationUrl?: string
  revokesReplaced?: boolean
  clientId?: string
  clientSecretFile?: string
  scopes?: string
  credentialsMode?: OAuth2Body['credentials_mode']
}

/** The settings of a channel type whose server asks for OAuth 2.0. */
export function addOAuthOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--grant <grant>', 'OAuth 2.0: how a token is got').choices([
        'authorization_code',
        'client_credentials',
        'password',
      ]),
    )
    .option('--authorize-url <url>', 'OAuth 2.0: where an admin agrees; for authorization_code')
    .option('--token-url <url>', 'OAuth 2.0: where tokens are got')
    .option('--introspection-url <url>', 'OAuth 2.0: where Portico asks whose token it is')
    .option('--revocation-url <url>', 'OAuth 2.0: where the tokens of a deleted channel are ended')
    .option('--revokes-replaced', 'OAuth 2.0: end also those that an authorization again replaces')
    .option('--no-revokes-replaced', 'OAuth 2.0: leave those')
    .option('--client-id <id>', 'OAuth 2.0: of Portico; not for client_credentials')
    .option(
      '--client-secret-file <file>',
      'OAuth 2.0: a file with the client secret, "-" for standard input; PORTICO_CLIENT_SECRET when absent',
    )
    .option('--scopes <scopes>', 'OAuth 2.0: separated by spaces')
    .addOption(
      new Option(
        '--credentials-mode <mode>',
        'OAuth 2.0: whether channels of one owner share an authorization',
      ).choices(['private', 'shared']),
    )
}

/** The settings as the options change them; undefined when none is given. Throws ApiProblem. */
export async function oauthFrom(options: OAuthOptions, before?: OAuth2Settings): Promise<OAuth2Body | undefined> {
  const given = withoutAbsent({
    grant: options.grant,
    authorize_url: options.authorizeUrl,
    token_url: options.tokenUrl,
    introspection_url: options.introspectionUrl,
    revocation_url: options.revocationUrl,
    revokes_replaced: options.revokesReplaced,
    client_id: options.clientId,
    scopes: options.scopes,
    credentials_mode: options.credentialsMode,
  })
  const secret = await secretFor(options, before)
  if (Object.keys(given).length === 0 && secret === undefined) return undefined
  const { has_client_secret: _, ...kept } = before ?? { has_client_secret: false }
  const { grant, token_url, ...others } = { ...kept, ...given }
  if (grant === undefined || token_url === undefined) {
    throw new ApiProblem('a channel type with OAuth 2.0 needs --grant and --token-url', [])
  }
  return { grant, token_url, ...others, ...(secret !== undefined && { client_secret: secret }) }
}

/** A change takes the secret only where a file names it: the environment may have that of another type. */
function secretFor({ grant, clientSecretFile: file }: OAuthOptions, before: OAuth2Settings | undefined) {
  const isNew = before === undefined && grant !== undefined && grant !== 'client_credentials'
  return readSecret({ file, ...(isNew && { name: 'PORTICO_CLIENT_SECRET' }) })
}

function withoutAbsent<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields
}
