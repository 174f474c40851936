import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { output } from '../output.ts'

export function channelDelete(channel: Command): void {
  channel
    .command('delete')
    .description('Delete a channel; its conversations stay')
    .argument('<id>', 'channel id, or alt:address:…')
    .option('--json', 'one line of JSON: {"deleted":"cha_…"}')
    .action(async (id: string, { json }: { json?: true }) => {
      await callHub('DELETE', `/channels/${segment(id)}`)
      if (json) output.json({ deleted: id })
      else output.text(`Deleted ${id}`)
    })
}
