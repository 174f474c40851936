import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { fileOf, formOf, sendForm } from '../harness/files.ts'
import { type Fixture, makeFixture } from '../harness/hub.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'

const disk = mkdtempSync(join(tmpdir(), 'portico-files-disk-'))
const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk])
const skip = mount.status !== 0 && 'a small disk cannot be mounted here (that needs root)'
process.on('exit', () => {
  if (!skip) spawnSync('umount', ['-l', disk])
  rmdirSync(disk)
})

function form(externalId: string, bytes: Buffer): FormData {
  return formOf([
    ['sender[handle]', 'ivo'],
    ['body', 'A file'],
    ['metadata[external_id]', externalId],
    ['metadata[external_conversation_id]', 'c'],
    ['attachments', fileOf('a.bin', bytes)],
  ])
}

async function count(fixture: Fixture, table: 'attachments' | 'messages'): Promise<number> {
  const [row] = await fixture.db.query<{ n: number }>(`t_count_${table}`, `select count(*)::int as n from ${table}`)
  return row?.n ?? 0
}

describe('a message with files, when the hub is killed', () => {
  let hub: SpawnedHub
  let fixture: Fixture
  let channel: TestChannel
  let data: string
  before(async () => {
    const db = await createDatabase()
    data = mkdtempSync(join(tmpdir(), 'portico-data-'))
    hub = await SpawnedHub.start(db, data)
    fixture = await makeFixture(db, hub.url)
    channel = await addTestChannel(fixture)
  })
  after(async () => {
    await hub.kill()
    await channel.server.stop()
    await fixture.db.drop()
    rmSync(data, { recursive: true })
  })

  it('has its bytes when it was acknowledged, and no message is there without its file', {
    timeout: 120_000,
  }, async () => {
    const acknowledged = new Map<string, string>()
    const path = `/channels/${channel.id}/inbound_messages`
    for (let round = 0; round < 5; round++) {
      const pushing = Array.from({ length: 4 }, async (_, n) => {
        const bytes = randomBytes(1_000_000)
        const answer = await sendForm(hub, path, `Bearer ${channel.token()}`, form(`m-${round}-${n}`, bytes))
        if (answer.status === 202) acknowledged.set(answer.body.message_uid, hashOf(bytes))
      })
      const ended = Promise.allSettled(pushing)
      await wait(20 + 25 * round)
      await hub.kill()
      await ended
      await hub.start()
    }
    const last = randomBytes(1_000)
    const answer = await sendForm(hub, path, `Bearer ${channel.token()}`, form('last', last))
    assert.equal(answer.status, 202, answer.text)
    acknowledged.set(answer.body.message_uid, hashOf(last))
    for (const [uid, hash] of acknowledged) {
      const { body } = await fixture.call('GET', `/messages/alt:uid:${uid}`)
      const response = await fetch(body.attachments[0].url, { headers: { authorization: `Bearer ${channel.token()}` } })
      assert.equal(hashOf(Buffer.from(await response.arrayBuffer())), hash)
    }
    const without = await fixture.db.query(
      't_without',
      `select m.id from messages m where m.attachment_count <> 1 or not exists (
         select from attachments a where a.company_id = m.company_id and a.owner_kind = 'message' and a.owner_id = m.id and a.size > 0)`,
    )
    assert.deepEqual(without, [])
    const rows = await fixture.db.query<{ storage_key: string }>('t_keys', 'select storage_key from attachments')
    const known = new Set(rows.map(({ storage_key }) => storage_key))
    const there = readdirSync(join(data, 'attachments', String(fixture.companyId))).map(
      (name) => `${fixture.companyId}/${name}`,
    )
    assert.deepEqual(
      there.filter((key) => !known.has(key)),
      [],
      'bytes that no row knows of',
    )
  })
})

describe('many large uploads at once', () => {
  const size = 25 * 1024 * 1024
  const bytes = randomBytes(size)
  let hub: SpawnedHub
  let data: string
  const channels: TestChannel[] = []
  let db: TestDatabase
  before(async () => {
    db = await createDatabase()
    data = mkdtempSync(join(tmpdir(), 'portico-data-'))
    hub = await SpawnedHub.start(db, data)
    for (let n = 0; n < 3; n++) channels.push(await addTestChannel(await makeFixture(db, hub.url)))
  })
  after(async () => {
    await hub.kill()
    for (const { server } of channels) await server.stop()
    await db.drop()
    rmSync(data, { recursive: true })
  })

  /** The status, or null where the connection was cut before one came. */
  function push(channel: TestChannel, externalId: string): Promise<number | null> {
    const texts = {
      'sender[handle]': 'ivo',
      'metadata[external_id]': externalId,
      'metadata[external_conversation_id]': 'c',
    }
    const part = (disposition: string) => `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`
    const fields = Object.entries({ ...texts, body: 'A film' }).map(
      ([name, text]) => `${part(`name="${name}"`)}${text}\r\n`,
    )
    const [head, tail] = [`${fields.join('')}${part('name="attachments"; filename="a.mov"')}`, '\r\n--x--\r\n']
    const headers = {
      authorization: `Bearer ${channel.token()}`,
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': head.length + size + tail.length,
    }
    return new Promise((resolve) => {
      const sending = request(`${hub.url}/channels/${channel.id}/inbound_messages`, { method: 'POST', headers })
      sending.on('response', (response) => resolve(response.resume().statusCode ?? null))
      sending.on('error', () => resolve(null))
      sending.write(head)
      sending.write(bytes)
      sending.end(tail)
    })
  }

  it('stay within the memory for them: what is too much is refused, and nothing is kept by half', {
    timeout: 120_000,
  }, async () => {
    const before = residentMb(hub.pid)
    let most = before
    const watch = setInterval(() => {
      most = Math.max(most, residentMb(hub.pid))
    }, 50)
    const statuses = await Promise.all(Array.from({ length: 50 }, (_, n) => push(channels[n % 3]!, `m-${n}`)))
    clearInterval(watch)
    const accepted = statuses.filter((status) => status === 202).length
    assert.ok(accepted > 0 && statuses.every((status) => [202, 429, 503, null].includes(status)), statuses.join())
    assert.ok(most - before < 128, `${before} MB grew to ${most} MB`)
    const timeout = AbortSignal.timeout(20_000)
    const rows = () =>
      db.query<{ storage_key: string; size: number; owner_kind: string }>(
        't_large',
        'select storage_key, size::integer, owner_kind from attachments',
      )
    while ((await rows()).some(({ owner_kind }) => owner_kind !== 'message')) {
      assert.ok(!timeout.aborted, 'files that nobody has are left')
      await wait(50)
    }
    const kept = await rows()
    assert.ok(kept.length >= accepted && kept.every((row) => row.size === size))
    const folder = join(data, 'attachments')
    const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    assert.deepEqual(there.map(({ name }) => name).sort(), kept.map((row) => row.storage_key.split('/')[1]).sort())
    const [{ n } = { n: 0 }] = await db.query<{ n: number }>('t_large_m', 'select count(*)::integer as n from messages')
    assert.equal(n, kept.length)
    assert.equal((await channels[0]!.push({ body: 'No file', externalId: 'after' })).status, 202)
  })
})

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_000
}

describe('the disk of files is full', { skip }, () => {
  let hub: SpawnedHub
  let fixture: Fixture
  let channel: TestChannel
  before(async () => {
    const db = await createDatabase()
    hub = await SpawnedHub.start(db, disk)
    fixture = await makeFixture(db, hub.url)
    channel = await addTestChannel(fixture)
  })
  after(async () => {
    await hub.kill()
    await channel.server.stop()
    await fixture.db.drop()
  })

  it('and a message is refused as a whole, with 507; others go on, and it is stored when there is room', {
    timeout: 60_000,
  }, async () => {
    const path = `/channels/${channel.id}/inbound_messages`
    const push = () => sendForm(hub, path, `Bearer ${channel.token()}`, form('m', randomBytes(3_000_000)))
    const ballast = join(disk, 'ballast')
    fill(ballast)
    const refused = await push()
    assert.deepEqual([refused.status, refused.body._error.code], [507, 'file_storage_full'])
    const timeout = AbortSignal.timeout(10_000)
    while ((await count(fixture, 'attachments')) > 0) {
      assert.ok(!timeout.aborted, 'rows are left')
      await wait(20)
    }
    assert.equal(await count(fixture, 'messages'), 0)
    const files = readdirSync(disk, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    assert.deepEqual(
      files.map(({ name }) => name),
      ['ballast'],
    )
    assert.equal((await channel.push({ body: 'No file', externalId: 'plain' })).status, 202)
    rmSync(ballast)
    assert.equal((await push()).status, 202)
  })
})

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Writes until the disk is full. */
function fill(file: string): void {
  const piece = Buffer.alloc(65_536)
  try {
    for (;;) appendFileSync(file, piece)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}
