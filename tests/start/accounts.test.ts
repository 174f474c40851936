import assert from 'node:assert/strict'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { findBinaries } from '../../packages/hub/src/db/embedded/binaries.ts'
import { reachableBinaries } from '../../packages/hub/src/db/embedded/location.ts'
import { canEnter, findOwner } from '../../packages/hub/src/db/embedded/owner.ts'
import { spawnPortico, temporaryDirectory } from '../harness/portico.ts'

const isRoot = process.getuid?.() === 0
const rootOnly = isRoot ? {} : { skip: 'only root can try other accounts' }
/** An ordinary account: the overflow account that every Linux has. */
const nobody = { uid: 65_534, gid: 65_534 }

/** A path of 150 characters below `base`. */
function longPath(base: string): string {
  const path = join(base, 'a'.repeat(60), 'b'.repeat(150 - base.length - 62))
  mkdirSync(path, { recursive: true })
  assert.equal(path.length, 150)
  return path
}

interface Account {
  uid?: number
  gid?: number
}

/** Starts Portico, calls it, stops it; returns the data folder. */
async function startOnce(env: NodeJS.ProcessEnv, account: Account = {}): Promise<string> {
  const hub = spawnPortico(['start'], env, account)
  const { url, data } = await hub.ready()
  assert.equal((await fetch(`${url}/readyz`)).status, 200)
  hub.child.kill('SIGINT')
  assert.equal(await hub.ended, 0, hub.output())
  return data
}

async function startTwice(env: NodeJS.ProcessEnv, account: Account = {}): Promise<string> {
  await startOnce(env, account)
  return startOnce(env, account)
}

it('portico starts twice as root in a home closed to others, at a path of 150 characters', rootOnly, async () => {
  const home = temporaryDirectory(0o700)
  const data = longPath(home.path)
  try {
    const dataDirectory = await startTwice({ PORT: '0', PORTICO_DATA: data })
    assert.match(dataDirectory, /^\/var\/lib\/portico\//)
    assert.equal(readFileSync(join(data, 'postgres.path'), 'utf8').trim(), dataDirectory)
    assert.notEqual(statSync(dataDirectory).uid, 0)
    assert.equal(statSync(dataDirectory).mode & 0o777, 0o700)
    assert.equal(existsSync(join(data, 'master.key')), true)
    rmSync(dataDirectory, { recursive: true })
  } finally {
    home.remove()
  }
})

it('portico starts twice as an ordinary user, at a path of 150 characters', rootOnly, async (test) => {
  if (!canEnter(nobody, import.meta.dirname)) return test.skip('this checkout is closed to other accounts')
  const home = temporaryDirectory()
  const data = longPath(home.path)
  chownSync(data, nobody.uid, nobody.gid)
  chmodSync(data, 0o700)
  try {
    const dataDirectory = await startTwice({ PORT: '0', PORTICO_DATA: data }, nobody)
    assert.equal(dataDirectory, join(data, 'postgres'))
    assert.equal(statSync(dataDirectory).uid, nobody.uid)
  } finally {
    home.remove()
  }
})

it('portico runs the database of an ordinary user as that user when root starts it later', rootOnly, async (test) => {
  if (!canEnter(nobody, import.meta.dirname)) return test.skip('this checkout is closed to other accounts')
  const data = temporaryDirectory()
  chownSync(data.path, nobody.uid, nobody.gid)
  try {
    await startOnce({ PORT: '0', PORTICO_DATA: data.path }, nobody)
    const dataDirectory = await startOnce({ PORT: '0', PORTICO_DATA: data.path })
    assert.equal(statSync(join(dataDirectory, 'data/PG_VERSION')).uid, nobody.uid)
  } finally {
    data.remove()
  }
})

it('portico names the owner of a database that root made to an ordinary user', rootOnly, async (test) => {
  if (!canEnter(nobody, import.meta.dirname)) return test.skip('this checkout is closed to other accounts')
  const data = temporaryDirectory()
  try {
    await startOnce({ PORT: '0', PORTICO_DATA: data.path })
    chownSync(data.path, nobody.uid, nobody.gid)
    const refused = spawnPortico(['start'], { PORT: '0', PORTICO_DATA: data.path }, nobody)
    assert.equal(await refused.ended, 1)
    assert.match(refused.output(), /^portico: the database in .* belongs to another account/)
  } finally {
    data.remove()
  }
})

it(
  'portico copies the binaries to a place that PostgreSQL’s account can reach when the checkout is closed to it',
  rootOnly,
  () => {
    const home = temporaryDirectory(0o700)
    const owner = findOwner()
    try {
      const { directory, version } = findBinaries()
      const closed = join(home.path, 'native')
      cpSync(directory, closed, { recursive: true, verbatimSymlinks: true })
      const found = reachableBinaries({ directory: closed, version }, owner)
      assert.match(found, /^\/var\/lib\/portico\/postgresql-/)
      assert.equal(reachableBinaries({ directory: closed, version }, owner), found)
    } finally {
      home.remove()
    }
  },
)
