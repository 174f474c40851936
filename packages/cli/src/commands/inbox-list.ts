import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { output } from '../output.ts'

export function inboxList(inbox: Command): void {
  inbox
    .command('list')
    .description('List the inboxes')
    .option('--json', "Front's list envelope")
    .action(async ({ json }: { json?: true }) => {
      const list = await callHub('GET', '/inboxes')
      if (json) output.json(list)
      else output.table(list._results.map(({ id, name, is_public }) => [id, name, is_public ? '' : 'private']))
    })
}
