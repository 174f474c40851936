import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { output } from '../output.ts'

export function channelTypeList(parent: Command): void {
  parent
    .command('list')
    .description('List the channel types')
    .option('--json', "Front's list envelope")
    .action(async ({ json }: { json?: true }) => {
      const list = await callHub('GET', '/channel_types')
      if (json) output.json(list)
      else output.table(list._results.map((type) => [type.uid, type.name, type.auth_type ?? '', type.server_url ?? '']))
    })
}
