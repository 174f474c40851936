import type { Command } from 'commander'
import { output } from '../output.ts'

export function migrate(program: Command): void {
  program
    .command('migrate')
    .description('Bring the database up to this version, without starting the hub')
    .option('--json', 'one line of JSON')
    .action(async ({ json }: { json?: true }) => {
      const { readSettings } = await import('@portico/hub/settings')
      const { migrateStorage } = await import('@portico/hub/storage')
      const location = await migrateStorage(readSettings())
      if (json) output.json({ migrated: true })
      else output.text(`The database is up to date: ${location}`)
    })
}
