import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { output } from '../output.ts'

interface Options {
  name: string
  local?: true
  company?: string
  json?: true
}

export function tokenCreate(token: Command): void {
  token
    .command('create')
    .description('Make an API token; it is shown once')
    .option('--name <name>', 'purpose of the token', 'Command line')
    .option('--local', 'write the token into the database of the data folder (or DATABASE_URL); needs no token')
    .option('--company <number>', 'with --local, when there are several companies')
    .option('--json', 'one line of JSON: {"token":"…"}')
    .action(async (options: Options) => {
      const made = options.local ? await createLocally(options) : await createByHub(options)
      if (options.json) output.json({ token: made })
      else output.text(made)
    })
}

async function createByHub({ name }: Options): Promise<string> {
  return (await callHub('POST', '/api_tokens', { name })).token
}

async function createLocally({ name, company }: Options): Promise<string> {
  const { readSettings } = await import('@portico/hub/settings')
  const { createLocalToken } = await import('@portico/hub/local-token')
  return createLocalToken(readSettings(), { name, companyId: company === undefined ? null : Number(company) })
}
