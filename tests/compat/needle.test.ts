import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import needle from 'needle'
import { addTestChannel } from '../harness/channel.ts'
import { startTestHub } from '../harness/hub.ts'

describe('needle, the client of Front’s own import example', () => {
  it('imports a message with files, as it sends nested fields', async (t) => {
    const hub = await startTestHub()
    const channel = await addTestChannel(hub)
    t.after(async () => {
      await channel.server.stop()
      await hub.close()
    })
    const files = [randomBytes(300_000), Buffer.from('\r\n--not the boundary\r\n')]
    const form: needle.BodyData = {
      sender: { handle: 'ivo', name: 'Ivo Marić' },
      body: 'A photo & a note',
      metadata: { external_id: 'm-1', external_conversation_id: 'c-1' },
      delivered_at: 1_767_225_590,
      attachments: files.map((buffer, n) => ({
        buffer,
        filename: `file ${n}.bin`,
        content_type: 'application/octet-stream',
      })),
    }
    const headers = { authorization: `Bearer ${channel.token()}` }
    const path = `${hub.url}/channels/${channel.id}/inbound_messages`
    const answer = await needle('post', path, form, { multipart: true, headers })
    assert.equal(answer.statusCode, 202, JSON.stringify(answer.body))
    const { body } = await hub.call('GET', `/messages/alt:uid:${answer.body.message_uid}`)
    assert.deepEqual(
      [body.text, body.created_at, body.recipients[0].handle],
      ['A photo & a note', 1_767_225_590, 'ivo'],
    )
    assert.deepEqual(
      body.attachments.map(({ filename, size }: { filename: string; size: number }) => [filename, size]),
      files.map(({ length }, n) => [`file ${n}.bin`, length]),
    )
    for (const [n, { url }] of body.attachments.entries()) {
      const read = await needle('get', url, { headers, parse: false })
      assert.equal(hashOf(read.raw), hashOf(files[n] ?? Buffer.alloc(0)))
    }
  })
})

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
