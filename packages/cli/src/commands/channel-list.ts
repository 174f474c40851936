import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { output } from '../output.ts'

export function channelList(channel: Command): void {
  channel
    .command('list')
    .description('List the channels')
    .option('--json', "Front's list envelope")
    .action(async ({ json }: { json?: true }) => {
      const list = await callHub('GET', '/channels')
      if (json) return output.json(list)
      output.table(
        list._results.map((result) => [
          result.id,
          result.name,
          result.channel_type.name,
          result.inbox_id,
          result.status,
        ]),
      )
    })
}
