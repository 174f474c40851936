import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { ApiProblem } from '../api.ts'
import { type SettingName, setting } from '../settings.ts'

/** Where a secret is that does not stand among the arguments, which other accounts of the machine can read. */
interface Place {
  /** `-` is standard input. */
  file: string | undefined
  name?: SettingName
}

/** The secret without the newline at its end; undefined where none is given. Throws ApiProblem for a file that cannot be read. */
export async function readSecret({ file, name }: Place): Promise<string | undefined> {
  if (file === undefined) return name && setting(name)
  const written = file === '-' ? await text(process.stdin) : contentsOf(file)
  return written.replace(/\r?\n$/, '')
}

function contentsOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ApiProblem(`${file} cannot be read: ${(error as Error).message}`, [])
  }
}
