import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { output } from '../output.ts'

export function inboxCreate(inbox: Command): void {
  inbox
    .command('create')
    .description('Make an inbox')
    .requiredOption('--name <name>', 'name of the inbox')
    .option('--private', 'for invited teammates only')
    .option('--json', 'one line of JSON')
    .action(async ({ name, private: isPrivate, json }: { name: string; private?: true; json?: true }) => {
      const made = await callHub('POST', '/inboxes', { name, is_public: !isPrivate })
      if (json) output.json(made)
      else output.text(`${made.id}  ${made.name}`)
    })
}
