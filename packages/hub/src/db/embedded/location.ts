import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { accessSync, chownSync, constants, cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { flushTree, makeFolder, renameFolder, writeNewFile } from '../durable-files.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { canEnter, findOwner, isRoot, type Owner, ownerOf } from './owner.ts'

/** The folders of the embedded PostgreSQL, and the account that runs it. */
export interface ClusterLocation {
  /** Null: the account that runs the hub. */
  owner: Owner | null
  /** PostgreSQL's own folder: the cluster is `data` in it, the server's log `log`. */
  directory: string
  /** The folder with bin, lib and share. */
  binaries: string
}

/** The data folder exists, and its database belongs to another account. */
export class DataNotOurs extends Error {}

/** Used as root, when PostgreSQL's account cannot reach the data folder or the checkout (a home closed to others). */
const outside = '/var/lib/portico'

/**
 * Finds or makes PostgreSQL's location. It is `postgres` in the data folder; for root with a data folder that others cannot
 * reach it lies outside, and the data folder holds its path in `postgres.path`.
 */
export function findLocation(dataDirectory: string): ClusterLocation {
  const directory = existingDirectory(dataDirectory)
  if (!isRoot())
    return { owner: null, directory: openOwn(directory, dataDirectory), binaries: findBinaries().directory }
  const found = directory ? ownerOf(directory) : null
  // root's own: the start that made the folder ended before it gave it away
  const owner = found && found.uid !== 0 ? found : findOwner()
  if (directory && found?.uid === 0) chownSync(directory, owner.uid, owner.gid)
  return {
    owner,
    directory: directory ?? makeDataDirectory(dataDirectory, owner),
    binaries: reachableBinaries(findBinaries(), owner),
  }
}

/** The folder that an earlier start made, or null. */
export function existingDirectory(dataDirectory: string): string | null {
  const pointer = join(dataDirectory, 'postgres.path')
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim()
  const inside = join(dataDirectory, 'postgres')
  return existsSync(inside) ? inside : null
}

function openOwn(directory: string | null, dataDirectory: string): string {
  if (directory === null) return makeDirectory(join(dataDirectory, 'postgres'), null)
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    return directory
  } catch {
    throw new DataNotOurs(
      `the database in ${directory} belongs to another account, which started Portico before. ` +
        'Start it as root or as that account again, or set PORTICO_DATA to another folder.',
    )
  }
}

function makeDataDirectory(dataDirectory: string, owner: Owner): string {
  if (canEnter(owner, dataDirectory)) return makeDirectory(join(dataDirectory, 'postgres'), owner)
  // a new name each time, because the data folder may have been removed
  const name = randomBytes(6).toString('hex')
  makeFolder(outside, 0o755)
  const directory = makeDirectory(join(outside, name), owner)
  writeNewFile(join(dataDirectory, 'postgres.path'), `${directory}\n`, 0o644)
  return directory
}

function makeDirectory(directory: string, owner: Owner | null): string {
  makeFolder(directory, 0o700)
  if (owner) chownSync(directory, owner.uid, owner.gid)
  return directory
}

/** The folder of the binaries, or of a copy that PostgreSQL's account can run. */
export function reachableBinaries({ directory, version }: Binaries, owner: Owner): string {
  if (canRun(owner, directory)) return directory
  const copy = join(outside, `postgresql-${version}-${process.arch}`)
  if (canRun(owner, copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  cpSync(directory, unfinished, { recursive: true, verbatimSymlinks: true })
  rmSync(copy, { recursive: true, force: true })
  flushTree(unfinished)
  renameFolder(unfinished, copy)
  return copy
}

function canRun(owner: Owner, binaries: string): boolean {
  return spawnSync(join(binaries, 'bin/postgres'), ['--version'], { ...owner, cwd: '/', stdio: 'ignore' }).status === 0
}
