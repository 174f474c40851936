import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Database } from '@portico/hub/database'
import { readSettings } from '@portico/hub/settings'
import { visitDatabase } from '@portico/hub/storage'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { type Answer, type CallOptions, cookieOf, type Fixture } from '../harness/hub.ts'
import { type PorticoProcess, spawnPortico } from '../harness/portico.ts'
import { freePort } from '../harness/spawned-hub.ts'
import { size } from './counting.ts'
import { type DiskModel, makeDiskModel, whyNoDiskModel } from './disk-model.ts'
import { type Load, startLoad } from './load.ts'

/** Something that the hub acknowledged, with the check that it is still there. */
interface Promised {
  what: string
  holds(): Promise<boolean>
}

/** Portico with the embedded database, on a simulated disk that loses what was not flushed. */
class Machine {
  readonly #root = mkdtempSync(join(tmpdir(), 'portico-power-'))
  readonly #state = mkdtempSync(join(tmpdir(), 'portico-disk-'))
  readonly #more: Record<string, string>
  readonly #disk: DiskModel
  readonly #random: () => number
  #port = 0
  #portico: PorticoProcess | undefined
  #visit: Awaited<ReturnType<typeof visitDatabase>> | undefined

  constructor(seed: number, more: Record<string, string> = {}) {
    chmodSync(this.#root, 0o755)
    this.#more = more
    this.#disk = makeDiskModel(this.#root, this.#state, ['data', 'data/postgres'])
    this.#random = randomFrom(seed)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get db(): Database {
    assert.ok(this.#visit, 'the machine is off')
    return this.#visit.db
  }

  get #data(): string {
    return join(this.#root, 'data')
  }

  async start(): Promise<void> {
    const own = await this.#spawn()
    await this.#portico?.ready()
    this.#visit = await visitDatabase(readSettings(own))
  }

  /** Starts, and cuts the power at this operation on the disk. False when the start is done without it. */
  async startAndCut(at: string): Promise<boolean> {
    await this.#spawn({ DISK_MODEL_CUT: at })
    let isOver = false
    this.#portico?.ready().then(
      () => (isOver = true),
      () => (isOver = true),
    )
    while (!isOver && !this.#disk.isOff()) await wait(5)
    const isCut = this.#disk.isOff()
    await this.cutPower()
    return isCut
  }

  async #spawn(more: Record<string, string> = {}) {
    this.#port ||= await freePort()
    const hook = pathToFileURL(join(import.meta.dirname, 'watched-programs.mjs')).href
    const own = { PORTICO_DATA: this.#data, PORT: String(this.#port), PORTICO_DEMO: '0' }
    const watched = { ...this.#disk.environment, NODE_OPTIONS: `--import=${hook}` }
    this.#portico = spawnPortico(['start'], { ...own, ...watched, ...this.#more, ...more })
    return own
  }

  /** Kills all processes at once, and leaves on the disk what a power cut would. */
  async cutPower(): Promise<void> {
    this.#disk.switchOff()
    const hub = this.#portico?.child.pid ?? 0
    for (const pid of descendantsOf(hub)) kill(pid, 'SIGSTOP')
    // including processes that were forked meanwhile
    const pids = descendantsOf(hub)
    for (const pid of pids) kill(pid, 'SIGKILL')
    await this.#portico?.ended
    while (pids.some(isAlive)) await wait(10)
    await this.#visit?.close().catch(() => {})
    this.#visit = undefined
    this.#disk.losePower(this.#random)
  }

  async remove(): Promise<void> {
    await this.#visit?.close().catch(() => {})
    for (const pid of descendantsOf(this.#portico?.child.pid ?? 0)) kill(pid, 'SIGKILL')
    rmSync(this.#root, { recursive: true, force: true })
    this.#disk.remove()
  }

  async call(method: string, path: string, body?: unknown, { token, headers }: CallOptions = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, text, body: text && isJson ? JSON.parse(text) : text }
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // the process has ended
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc').flatMap((name) => {
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
      return [{ pid: Number(name), parent: Number(parent) }]
    } catch {
      return []
    }
  })
  const below = (id: number): number[] => [
    id,
    ...parents.filter(({ parent }) => parent === id).flatMap((child) => below(child.pid)),
  ]
  return pid === 0 ? [] : below(pid)
}

/** Mulberry32: a seed repeats its power cut. With seed 0 nothing survives that was not flushed. */
function randomFrom(seed: number): () => number {
  if (seed === 0) return () => 0
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const password = 'long enough to keep'

/** Makes the first admin, which is the first acknowledged thing. */
async function setUp(machine: Machine) {
  const headers = { origin: machine.url }
  const person = { company_name: 'Acme', first_name: 'Ada', last_name: '', email: 'ada@acme.example', password }
  const made = await machine.call('POST', '/setup', person, { headers })
  assert.equal(made.status, 204, made.text)
  const asAdmin = { headers: { ...headers, cookie: cookieOf(made) } }
  const { body } = await machine.call('POST', '/api_tokens', { name: 'load' }, asAdmin)
  const token: string = body.token
  const call: Fixture['call'] = (method, path, sent, options) => machine.call(method, path, sent, { token, ...options })
  const inbox: string = (await call('GET', '/inboxes')).body._results[0].id
  const fixture = {
    call,
    inbox,
    companyId: 1,
    get db() {
      return machine.db
    },
  } as unknown as Fixture
  return { fixture, signsIn: (email: string) => signsIn(machine, email) }
}

async function signsIn(machine: Machine, email: string): Promise<boolean> {
  const headers = { origin: machine.url }
  await machine.db.query('forget', 'delete from directory.sign_in_attempts')
  return (await machine.call('POST', '/sign_in', { email, password }, { headers })).status === 204
}

/** Settings, accounts, tokens and secrets, one after the other, until it is stopped; what was acknowledged goes into `promised`. */
async function keepChanging(
  machine: Machine,
  fixture: Fixture,
  channel: TestChannel,
  promised: Promised[],
  signal: AbortSignal,
) {
  for (let n = 0; !signal.aborted; n++) {
    await change(machine, fixture, channel, n, promised).catch(() => wait(20))
  }
}

async function change(machine: Machine, fixture: Fixture, channel: TestChannel, n: number, promised: Promised[]) {
  const { call } = fixture
  const email = `teammate-${n}@acme.example`
  const invited = await call('POST', '/invitations', { email })
  const path = `${new URL(invited.body.url).pathname.replace('/app/invitation/', '/invitations/by_token/')}/accept`
  const headers = { origin: machine.url }
  await machine.db.query('forget', 'delete from directory.sign_in_attempts')
  const joined = await machine.call('POST', path, { first_name: 'Tea', password }, { headers })
  if (joined.status === 204) promised.push({ what: `sign-in of ${email}`, holds: () => signsIn(machine, email) })
  const made = await call('POST', '/api_tokens', { name: `token ${n}` })
  if (made.status === 201) {
    const { token } = made.body
    promised.push({
      what: `token ${n}`,
      holds: async () => (await machine.call('GET', '/me', undefined, { token })).status === 200,
    })
  }
  const named = await call('PATCH', `/channels/${channel.id}`, { name: `name ${n}` })
  if (named.status === 204) {
    const holds = async () => {
      const { name } = (await call('GET', `/channels/${channel.id}`)).body
      return Number(/^name (\d+)$/.exec(name)?.[1]) >= n
    }
    promised.push({ what: `name ${n}`, holds })
  }
  const type = await call('POST', '/channel_types', { name: `type ${n}`, server_url: channel.server.url })
  const rotated = type.status === 201 ? await call('POST', `/channel_types/${type.body.uid}/rotate_secret`) : null
  if (rotated?.status !== 200) return
  const holds = async () => {
    const found = (await call('GET', `/channel_types/${type.body.uid}`)).body
    const rows = await machine.db.query<{ n: number }>(
      'count_secrets',
      `select count(*)::integer as n from channel_type_secrets s join channel_types t on t.company_id = s.company_id
         and t.id = s.channel_type_id where t.uid = $1`,
      [type.body.uid],
    )
    return found.secrets?.length === 2 && rows[0]?.n === 2
  }
  promised.push({ what: `secrets of type ${n}`, holds })
}

async function brokenOf(promised: Promised[]): Promise<string[]> {
  const failed = []
  for (const { what, holds } of promised) if (!(await holds())) failed.push(what)
  return failed
}

const skip = whyNoDiskModel() ?? false

describe('a power cut below the file system', { skip, timeout: 600_000 }, () => {
  const machines: Machine[] = []
  after(() => Promise.all(machines.map((machine) => machine.remove())))

  for (const seed of Array.from({ length: size(2, 6) }, (_, index) => index)) {
    it(`loses nothing acknowledged when all unflushed data is lost or torn (seed ${seed})`, async () => {
      const machine = new Machine(seed)
      machines.push(machine)
      await machine.start()
      const { fixture } = await setUp(machine)
      // once the first message was acknowledged
      await machine.cutPower()
      await machine.start()
      assert.equal(await signsIn(machine, 'ada@acme.example'), true)
      const channel = await addTestChannel(fixture, { type: { idempotent: false, max_in_flight: 4 } })
      const over = new AbortController()
      const deadline = AbortSignal.any([over.signal, AbortSignal.timeout(300_000)])
      const changing = new AbortController()
      try {
        const load: Load = await startLoad(channel, fixture, { clients: 4, pushes: 0 }, deadline)
        const promised: Promised[] = []
        const changes = keepChanging(machine, fixture, channel, promised, changing.signal)
        const cuts = size(1, 5)
        for (let cut = 0; cut < cuts; cut++) {
          for (const enough = promised.length + size(8, 40); promised.length < enough; await wait(20))
            deadline.throwIfAborted()
          // waits until a checkpoint has released the log that it made unnecessary
          if ((cut + seed) % 2 === 1) await machine.db.query('checkpoint', 'checkpoint')
          await machine.cutPower()
          await machine.start()
        }
        changing.abort()
        await load.stop()
        await changes
        assert.deepEqual(await brokenOf(promised), [])
        await load.assertOutcome(cuts * 4)
      } finally {
        // a failure would otherwise be reported when the load gives up
        over.abort()
        changing.abort()
        await channel.server.stop()
        await machine.remove()
      }
    })
  }

  const moments = [
    { name: 'its folder for PostgreSQL is made', at: ' d postgres' },
    { name: 'the cluster gets its name', at: ' d unfinished/data' },
    { name: 'the key gets its name', at: ' f master.key' },
  ]
  for (const [index, { name, at }] of moments.slice(0, size(1, 3)).entries()) {
    it(`does not prevent a start when it happened during the first start: ${name}`, async () => {
      for (let seed = index; seed < index + size(1, 4); seed++) {
        const machine = new Machine(seed)
        machines.push(machine)
        assert.equal(await machine.startAndCut(at), true)
        await machine.start()
        await setUp(machine)
        await machine.remove()
      }
    })
  }

  it('loses acknowledged messages when PostgreSQL does not flush, which proves the test', async () => {
    const machine = new Machine(7, { DISK_MODEL_FSYNC: 'off', ALLOW_UNSAFE_DB: '1' })
    machines.push(machine)
    await machine.start()
    await setUp(machine)
    await machine.cutPower()
    const isKept = await machine.start().then(
      () => signsIn(machine, 'ada@acme.example'),
      () => false,
    )
    assert.equal(isKept, false)
  })
})
