import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startOf } from '../../packages/hub/src/db/embedded/process.ts'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { type Banner, type PorticoProcess, spawnPortico, temporaryDirectory } from '../harness/portico.ts'

const processesOf = (data: string) => {
  const pid = readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]
  return { postmaster: Number(pid) }
}

async function untilGone(pid: number): Promise<void> {
  while (startOf(pid) !== null) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('portico start', () => {
  const data = temporaryDirectory()
  const env = { PORT: '0', PORTICO_DATA: data.path }
  let first: Banner
  let hub: PorticoProcess
  before(async () => {
    hub = spawnPortico(['start'], env)
    first = await hub.ready()
  })
  after(async () => {
    hub.child.kill('SIGTERM')
    await hub.ended
    data.remove()
  })

  const restart = async () => {
    hub = spawnPortico(['start'], env)
    return hub.ready()
  }

  it('makes the demo on a fresh machine: inbox, customer page, a first token', async () => {
    const headers = { authorization: `Bearer ${first.token}` }
    const answer = await fetch(`${first.url}/conversations`, { headers })
    const { _results } = (await answer.json()) as { _results: unknown[] }
    assert.equal(answer.status, 200)
    assert.ok(_results.length >= 3)
    assert.equal((await fetch(first.customer ?? '')).status, 200)
    assert.equal((await fetch(`${first.url}/readyz`)).status, 200)
  })

  it('keeps the key for its own account only', () => {
    assert.equal(statSync(join(data.path, 'master.key')).mode & 0o777, 0o600)
  })

  it('refuses a second hub on the same data, names the first, and touches nothing', async () => {
    // the log goes on: the first hub writes it
    const listing = () =>
      readdirSync(data.path).map((name) => [name, name === 'hub.log' || statSync(join(data.path, name)).mtimeMs])
    const before = [listing(), processesOf(data.path)]
    const second = spawnPortico(['start'], { ...env })
    assert.equal(await second.ended, 1)
    assert.match(second.output(), new RegExp(`data directory in use by pid ${hub.child.pid}\\b`))
    assert.deepEqual([listing(), processesOf(data.path)], before)
    assert.equal((await fetch(`${first.url}/readyz`)).status, 200)
  })

  it('issues a token to everybody who can open the data, while the hub runs', async () => {
    const create = spawnPortico(['token', 'create', '--local', '--json'], env)
    assert.equal(await create.ended, 0, create.output())
    const { token } = JSON.parse(create.output()) as { token: string }
    const answer = await fetch(`${first.url}/inboxes`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(answer.status, 200)
  })

  it('reports a port in use, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const other = temporaryDirectory()
    const second = spawnPortico(['start'], { PORT: String(port), PORTICO_DATA: other.path })
    assert.equal(await second.ended, 1)
    assert.match(second.output(), new RegExp(`port ${port} is taken`))
    assert.equal(existsSync(join(other.path, 'postgres/data/postmaster.pid')), false)
    taken.close()
    other.remove()
  })

  it('takes its database and sample channel with it when it is killed, and starts again on what was left', async () => {
    const { postmaster } = processesOf(data.path)
    hub.child.kill('SIGKILL')
    await hub.ended
    const again = await restart()
    assert.notEqual(processesOf(data.path).postmaster, postmaster)
    assert.equal(startOf(postmaster), null)
    const headers = { authorization: `Bearer ${first.token}` }
    assert.equal((await fetch(`${again.url}/inboxes`, { headers })).status, 200)
    assert.equal(again.token, null, 'a token is shown once')
  })

  it('stops an orphaned database whose watchdog was killed, too', async () => {
    const { postmaster } = processesOf(data.path)
    const shell = Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${postmaster}/stat`, 'utf8'))?.[1])
    const watchdogs = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === shell)
    for (const pid of watchdogs.map(Number).filter((pid) => pid !== postmaster)) process.kill(pid, 'SIGKILL')
    process.kill(shell, 'SIGKILL')
    hub.child.kill('SIGKILL')
    await hub.ended
    assert.notEqual(startOf(postmaster), null, 'the orphan lives')
    await restart()
    assert.equal(startOf(postmaster), null)
  })

  it('starts its database again when that is killed', async () => {
    const { postmaster } = processesOf(data.path)
    process.kill(postmaster, 'SIGKILL')
    await untilGone(postmaster)
    const headers = { authorization: `Bearer ${first.token}` }
    const url = (await hub.ready()).url
    let status = 0
    while (status !== 200) status = (await fetch(`${url}/inboxes`, { headers })).status
    assert.notEqual(processesOf(data.path).postmaster, postmaster)
  })

  it('has a durable embedded database, with any PGOPTIONS', async () => {
    hub.child.kill('SIGTERM')
    await hub.ended
    hub = spawnPortico(['start'], { ...env, PGOPTIONS: '-c synchronous_commit=off' })
    await hub.ready()
  })

  it('exits on SIGTERM with its child processes and code 0', async () => {
    const { postmaster } = processesOf(data.path)
    hub.child.kill('SIGTERM')
    assert.equal(await hub.ended, 0)
    assert.equal(startOf(postmaster), null)
    assert.deepEqual(readdirSync(data.path).sort(), ['hub.log', 'master.key', 'postgres', 'sample-channel.json'])
  })

  it('refuses a master key that is not this database’s, with exit code 78', async () => {
    const wrong = spawnPortico(['start'], { ...env, PORTICO_MASTER_KEY: Buffer.alloc(32).toString('base64') })
    assert.equal(await wrong.ended, 78)
    assert.match(wrong.output(), /master key does not match/)
  })

  it('refuses to make a new key for a database that has one', async () => {
    const file = join(data.path, 'master.key')
    const key = readFileSync(file)
    rmSync(file)
    const keyless = spawnPortico(['start'], env)
    assert.equal(await keyless.ended, 78)
    assert.match(keyless.output(), /no master key for this database/)
    assert.equal(existsSync(file), false)
    writeFileSync(file, key, { mode: 0o600 })
  })
})

function parentOf(pid: string): number {
  try {
    return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}

describe('portico start with an external database', () => {
  let db: TestDatabase
  const data = temporaryDirectory()
  before(async () => {
    db = await createDatabase()
  })
  after(async () => {
    await db.drop()
    data.remove()
  })
  const env = () => ({ PORT: '0', PORTICO_DATA: data.path, DATABASE_URL: db.url })

  it('makes no demo there, and asks for a first company', async () => {
    const hub = spawnPortico(['start'], env())
    const { url, customer } = await hub.ready()
    const setUp = (await (await fetch(`${url}/setup`)).json()) as object
    hub.child.kill('SIGINT')
    assert.equal(await hub.ended, 0)
    assert.deepEqual(setUp, { needed: true, code_required: false, demo: null })
    assert.equal(customer, null)
    assert.match(hub.output(), /\/app\/set-up/)
  })

  it('prints a set-up code where others can reach it', async () => {
    const hub = spawnPortico(['start'], { ...env(), PUBLIC_URL: 'https://inbox.example' })
    await hub.ready()
    hub.child.kill('SIGTERM')
    await hub.ended
    assert.match(hub.output(), /Set-up code +[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}/)
  })

  it('refuses one that is not durable, with exit code 78, unless allowed', async () => {
    await db.pool.query(`alter database ${new URL(db.url).pathname.slice(1)} set synchronous_commit = off`)
    const refused = spawnPortico(['start'], env())
    assert.equal(await refused.ended, 78)
    assert.match(refused.output(), /^portico: .*synchronous_commit off.*ALLOW_UNSAFE_DB=1.*\n$/)
    const allowed = spawnPortico(['start'], { ...env(), ALLOW_UNSAFE_DB: '1' })
    await allowed.ready()
    allowed.child.kill('SIGTERM')
    assert.equal(await allowed.ended, 0)
    assert.match(allowed.output(), /! The database may lose what was acknowledged/)
  })

  it('names an invalid setting, with exit code 78', async () => {
    for (const [name, value] of [
      ['PORT', 'eighty'],
      ['PUBLIC_URL', 'inbox.example'],
    ] as const) {
      const refused = spawnPortico(['start'], { ...env(), [name]: value })
      assert.equal(await refused.ended, 78)
      assert.match(refused.output(), new RegExp(`^portico: ${name} is "${value}"`))
    }
  })

  it('reports an unreachable database without its password', async () => {
    const refused = spawnPortico(['start'], { ...env(), DATABASE_URL: 'postgres://me:secret-word@127.0.0.1:1/x' })
    assert.equal(await refused.ended, 1)
    assert.match(refused.output(), /the database cannot be reached/)
    assert.doesNotMatch(refused.output(), /secret-word/)
  })

  it('ends at once for a second signal', async () => {
    await db.pool.query(`alter database ${new URL(db.url).pathname.slice(1)} reset synchronous_commit`)
    const hub = spawnPortico(['start'], env())
    await hub.ready()
    hub.child.kill('SIGTERM')
    hub.child.kill('SIGINT')
    assert.ok([0, 130, 143].includes((await hub.ended) as number))
  })
})
