import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
// @ts-expect-error: it has no types
import S3rver from 's3rver'
import { addTestChannel } from '../../../../tests/harness/channel.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { startTestHub } from '../../../../tests/harness/hub.ts'
import { s3SettingsOf } from '../settings/file-storage.ts'
import type { FileStorage } from './file-storage.ts'
import { FileMissing, FileStorageUnavailable } from './file-storage.ts'
import { openFileStorage } from './open.ts'

const directory = mkdtempSync(join(tmpdir(), 'portico-s3-'))
/** Speaks S3 over HTTP, and checks signatures. */
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory,
  configureBuckets: [{ name: 'files' }],
})

let storage: FileStorage
let url: string
before(async () => {
  const { port } = await server.run()
  url = `s3://files/portico?endpoint=http://127.0.0.1:${port}`
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' })
  storage = await openFileStorage(settings())
})
after(async () => {
  await server.close()
  rmSync(directory, { recursive: true, force: true })
})

function settings(text = url) {
  const found = s3SettingsOf(text)
  assert.ok(found)
  return found
}

async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

async function read(key: string, range?: { start: number; end: number }): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(await storage.read(key, range)))
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('files in S3', () => {
  it('are written as they come, small and in several parts, and read in whole and in part', async () => {
    for (const size of [0, 10, 12_000_000]) {
      const bytes = randomBytes(size)
      await storage.write(`1/${size}`, inPieces(bytes))
      assert.equal(hash(await read(`1/${size}`)), hash(bytes))
      if (size > 0) assert.deepEqual(await read(`1/${size}`, { start: 2, end: 5 }), bytes.subarray(2, 6))
    }
  })

  it('are not there when their bytes did not come to an end', async () => {
    const failing = async function* () {
      yield* inPieces(randomBytes(6_000_000))
      throw new RangeError('the caller went away')
    }
    await assert.rejects(storage.write('1/failing', failing()), RangeError)
    await assert.rejects(storage.read('1/failing'), FileMissing)
  })

  it('are removed, also those that are not there', async () => {
    await storage.write('1/gone', inPieces(Buffer.from('x')))
    await storage.remove(['1/gone', '1/never-there'])
    await assert.rejects(storage.read('1/gone'), FileMissing)
  })

  it('are refused as not available when nobody answers', async () => {
    const away = await openFileStorage(settings('s3://files?endpoint=http://127.0.0.1:9'))
    await assert.rejects(away.write('1/x', inPieces(Buffer.from('x'))), FileStorageUnavailable)
  })

  it('come and go through the hub as files on disk do', async (t) => {
    const hub = await startTestHub({ files: settings() })
    const channel = await addTestChannel(hub)
    t.after(async () => {
      await channel.server.stop()
      await hub.close()
    })
    const bytes = randomBytes(6_000_000)
    const form = formOf([
      ['sender[handle]', 'ivo'],
      ['body', ''],
      ['metadata[external_id]', 'm'],
      ['metadata[external_conversation_id]', 'c'],
      ['attachments', fileOf('a.bin', bytes)],
    ])
    const answer = await sendForm(hub, `/channels/${channel.id}/inbound_messages`, `Bearer ${channel.token()}`, form)
    assert.equal(answer.status, 202, answer.text)
    const { body } = await hub.call('GET', `/messages/alt:uid:${answer.body.message_uid}`)
    const response = await fetch(body.attachments[0].url, {
      headers: { authorization: `Bearer ${channel.token()}`, range: 'bytes=1-3' },
    })
    assert.deepEqual([response.status, Buffer.from(await response.arrayBuffer())], [206, bytes.subarray(1, 4)])
  })
})

describe('the address of a bucket', () => {
  it('names bucket, prefix, region and endpoint, and no secret', () => {
    assert.deepEqual(s3SettingsOf('s3://my-bucket/a/b?region=eu-central-1'), {
      ...{ kind: 's3', bucket: 'my-bucket', prefix: 'a/b/', region: 'eu-central-1', endpoint: null },
    })
    assert.equal(s3SettingsOf('s3://bucket')?.prefix, '')
    for (const wrong of ['', 'bucket', 'https://bucket', 's3://', 's3://key:secret@bucket', 's3://b?endpoint=ftp://x'])
      assert.equal(s3SettingsOf(wrong), null, wrong)
  })
})
