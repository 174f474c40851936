import { createReadStream, statSync } from 'node:fs'
import type { Command } from 'commander'
import { ApiProblem } from '../api.ts'
import { HistoryImport } from '../history/import.ts'
import { Progress, textOf } from '../history/progress.ts'
import { readLines } from '../history/read-lines.ts'
import { output } from '../output.ts'

interface Options {
  channel?: string[]
  skipBad?: true
  json?: true
}

export function historyImport(program: Command): void {
  program
    .command('import')
    .description(
      'Store conversations that `npx @portico/cli export` wrote, as history: nothing is sent, nobody is notified',
    )
    .argument('<file>', 'JSON lines; - is standard input')
    .option('--channel <number=id...>', 'the channel here for one of the file: 1=cha_…')
    .option('--skip-bad', 'report lines that cannot be stored, and go on')
    .option(
      '--json',
      'at the end one line of JSON: {"conversations":…,"messages":…,"known":…,"files":…,"skipped":…,"seconds":…}',
    )
    .action(run)
}

async function run(file: string, options: Options): Promise<void> {
  const stream = file === '-' ? process.stdin : createReadStream(file)
  const size = file === '-' ? undefined : sizeOf(file)
  const progress = new Progress('Imported')
  const report = (line: number, reason: string) => process.stderr.write(`portico: line ${line}: ${reason}; skipped\n`)
  const history = new HistoryImport({ channels: channelsOf(options.channel), ...(options.skipBad && { report }) })
  try {
    for await (const line of readLines(stream)) {
      await history.take(line)
      progress.show(history.counts, size && line.end / size)
    }
    await history.end()
  } finally {
    history.counts.seconds = progress.end()
  }
  const { seconds, ...counts } = history.counts
  if (options.json) output.json({ ...counts, seconds })
  else output.text(`Imported ${textOf(counts)}.`)
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (error) {
    throw new ApiProblem(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, [])
  }
}

function channelsOf(given: string[] = []): Map<number, string> {
  return new Map(
    given.map((text) => {
      const [, number, id] = /^(\d+)=(cha_\w+)$/.exec(text) ?? []
      if (number === undefined || id === undefined) throw new ApiProblem(`--channel ${text}: write 1=cha_…`, [])
      return [Number(number), id]
    }),
  )
}
