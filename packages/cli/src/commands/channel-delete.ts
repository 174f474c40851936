import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { say } from '../say.ts'

export function channelDelete(channel: Command): void {
  channel
    .command('delete')
    .description('Delete a channel; its conversations stay')
    .argument('<id>', 'channel id, or alt:address:…')
    .option('--json', 'one line of JSON: {"deleted":"cha_…"}')
    .action(async (id: string, { json }: { json?: true }) => {
      await callHub('DELETE', `/channels/${segment(id)}`)
      if (json) say.json({ deleted: id })
      else say.text(`Deleted ${id}`)
    })
}
