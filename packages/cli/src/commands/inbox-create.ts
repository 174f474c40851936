import type { Command } from 'commander'
import { callHub } from '../api.ts'
import { say } from '../say.ts'

export function inboxCreate(inbox: Command): void {
  inbox
    .command('create')
    .description('Make an inbox')
    .requiredOption('--name <name>', 'its name')
    .option('--private', 'for invited teammates only')
    .option('--json', 'one line of JSON')
    .action(async ({ name, private: isPrivate, json }: { name: string; private?: true; json?: true }) => {
      const made = await callHub('POST', '/inboxes', { name, is_public: !isPrivate })
      if (json) say.json(made)
      else say.text(`${made.id}  ${made.name}`)
    })
}
