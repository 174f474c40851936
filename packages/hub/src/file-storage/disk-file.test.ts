import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { DiskFile } from './disk-file.ts'

const content = randomBytes(3_000_001)
const folder = mkdtempSync(join(tmpdir(), 'portico-disk-file-'))
const path = join(folder, 'file')
writeFileSync(path, content)
after(() => rmSync(folder, { recursive: true }))

const whole = { start: 0, end: content.length - 1 }

describe('a file from the disk', () => {
  let server: Server
  let file: FileHandle
  let stream: DiskFile
  let range = whole
  before(async () => {
    server = createServer(async (_request, response) => {
      file = await open(path)
      stream = new DiskFile(file, range)
      stream.on('error', () => response.destroy())
      response.on('close', () => stream.destroy())
      stream.pipe(response)
      server.emit('piped')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())

  async function ask() {
    const { port } = server.address() as AddressInfo
    const [[response]] = await Promise.all([once(get({ port, agent: false }), 'response'), once(server, 'piped')])
    return response
  }

  it('has its bytes, also for a reader who stops again and again', async () => {
    const response = await ask()
    const chunks: Buffer[] = []
    for await (const chunk of response) {
      chunks.push(Buffer.from(chunk))
      await setImmediate()
    }
    assert(Buffer.concat(chunks).equals(content))
    assert.equal(file.fd, -1)
  })

  it('has the bytes of a range, and none of an empty one', async () => {
    range = { start: 262_143, end: 524_288 }
    assert((await buffer(await ask())).equals(content.subarray(262_143, 524_289)))
    range = { start: 0, end: -1 }
    assert.equal((await buffer(await ask())).length, 0)
    range = whole
  })

  it('is closed when its reader goes away', async () => {
    const response = await ask()
    // with an error or without one, as the socket tells it
    const closed = new Promise((resolve) => stream.once('close', resolve))
    response.destroy()
    await closed
    assert.equal(file.fd, -1)
  })

  it('cuts the connection when it is shorter than was said, instead of leaving the reader waiting', async () => {
    range = { start: 0, end: content.length }
    await assert.rejects(buffer(await ask()), { code: 'ECONNRESET' })
    assert.equal(file.fd, -1)
    range = whole
  })

  it('can be read without a pipe', async () => {
    assert((await buffer(new DiskFile(await open(path), whole))).equals(content))
  })
})
