import type { Command } from 'commander'

export function start(program: Command): void {
  program
    .command('start')
    .description('Start the hub, with its database unless DATABASE_URL names one')
    .action(async () => {
      const { runPortico } = await import('@portico/hub/run')
      await runPortico()
    })
}
