import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { say } from '../say.ts'

export function channelTypeList(channelType: Command): void {
  channelType
    .command('list')
    .description('List the channel types')
    .option('--json', "Front's list envelope")
    .action(async ({ json }: { json?: true }) => {
      const list = await callHub('GET', '/channel_types')
      if (json) say.json(list)
      else say.table(list._results.map((type) => [type.uid, type.name, type.auth_type ?? '', type.server_url ?? '']))
    })
}
