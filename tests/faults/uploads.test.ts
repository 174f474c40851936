import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { createDatabase } from '../harness/database.ts'
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
