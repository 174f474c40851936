import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { accessSync, chownSync, constants, cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { flushTree, makeFolder, renameFolder, writeNewFile } from '../durable-files.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { canEnter, findOwner, isRoot, type Owner, ownerOf } from './owner.ts'

/** Where the embedded PostgreSQL lies and who runs it. */
export interface Place {
  /** Null: whoever runs the hub. */
  owner: Owner | null
  /** PostgreSQL's own folder: the cluster is `data` in it, the server's log `log`. */
  directory: string
  /** Holds bin, lib and share. */
  binaries: string
}

/** The data folder exists, but its database is another account's. */
export class DataNotOurs extends Error {}

/** For root, when PostgreSQL's account can reach neither the data folder nor the checkout (a home closed to others). */
const outside = '/var/lib/portico'

/**
 * Finds or makes PostgreSQL's place. It is `postgres` in the data folder; for root with a data folder that others cannot
 * reach it lies outside, and the data folder holds its path in `postgres.path`.
 */
export function findPlace(dataDirectory: string): Place {
  const directory = placeFromBefore(dataDirectory)
  if (!isRoot())
    return { owner: null, directory: openOwn(directory, dataDirectory), binaries: findBinaries().directory }
  const owner = directory ? ownerOf(directory) : findOwner()
  return {
    owner,
    directory: directory ?? makePlace(dataDirectory, owner),
    binaries: reachableBinaries(findBinaries(), owner),
  }
}

/** Where an earlier start put it. */
export function placeFromBefore(dataDirectory: string): string | null {
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

function makePlace(dataDirectory: string, owner: Owner): string {
  if (canEnter(owner, dataDirectory)) return makeDirectory(join(dataDirectory, 'postgres'), owner)
  // a new name each time: whoever removed the data folder begins anew
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

/** The binaries where they are, or a copy where PostgreSQL's account can run them. */
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
