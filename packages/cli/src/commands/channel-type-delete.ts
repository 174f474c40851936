import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { say } from '../say.ts'

export function channelTypeDelete(channelType: Command): void {
  channelType
    .command('delete')
    .description('Delete a channel type that has no channels')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"deleted":"app_…"}')
    .action(async (uid: string, { json }: { json?: true }) => {
      await callHub('DELETE', `/channel_types/${segment(uid)}`)
      if (json) say.json({ deleted: uid })
      else say.text(`Deleted ${uid}`)
    })
}
