import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { output } from '../output.ts'

export function channelTypeDelete(parent: Command): void {
  parent
    .command('delete')
    .description('Delete a channel type that has no channels')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"deleted":"app_…"}')
    .action(async (uid: string, { json }: { json?: true }) => {
      await callHub('DELETE', `/channel_types/${segment(uid)}`)
      if (json) output.json({ deleted: uid })
      else output.text(`Deleted ${uid}`)
    })
}
