import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { defineChannel, HubRefusal } from './index.ts'

const handlers = { onAuthorize() {}, onMessage() {}, onDelete() {} }
const channelAt = (hub: string) =>
  defineChannel({ id: 'app_1', secret: 'a secret', hub, retryForMs: 0, ...handlers }).channel('cha_1a2b')

async function serve(t: TestContext, answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const attachment = (url: string) => ({
  ...{ id: 'fil_1', filename: 'a.txt', url, content_type: 'text/plain', size: 4, metadata: { is_inline: false } },
})

const textOf = (bytes: ReadableStream<Uint8Array>) => new Response(bytes as BodyInit).text()

test('a message with files is sent as a form, in names that Front-compatible hosts read', async (t) => {
  let seen = new FormData()
  const hub = await serve(t, async (request, response) => {
    const chunks = await Array.fromAsync(request)
    const headers = { 'content-type': String(request.headers['content-type']) }
    seen = await new Response(Buffer.concat(chunks), { headers }).formData()
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"accepted","message_uid":"1"}')
  })
  const files = ['one', 'two'].map((text) => new File([text], `${text}.txt`, { type: 'text/plain' }))
  await channelAt(hub).sent(
    {
      to: [{ handle: 'ivo', name: null }],
      body: '',
      metadata: { external_id: 'm', external_conversation_id: 'c' },
      delivered_at: 1_767_225_600,
    },
    { files },
  )
  assert.deepEqual(
    [...seen].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]),
    [
      ['to[0][handle]', 'ivo'],
      ['body', ''],
      ['metadata[external_id]', 'm'],
      ['metadata[external_conversation_id]', 'c'],
      ['delivered_at', '1767225600'],
      ['attachments', 'one.txt'],
      ['attachments', 'two.txt'],
    ],
  )
})

test('a download shows the token to the hub alone, and follows a redirect without it', async (t) => {
  const tokens: (string | undefined)[] = []
  const store = await serve(t, (request, response) => {
    tokens.push(request.headers.authorization)
    response.end('here')
  })
  const hub = await serve(t, (request, response) => {
    tokens.push(request.headers.authorization?.slice(0, 7))
    if (request.url === '/moved') response.writeHead(302, { location: `${store}/object` }).end()
    else if (request.url === '/gone') response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
    else response.end('file')
  })
  const channel = channelAt(hub)
  assert.equal(await textOf(await channel.download(attachment(`${hub}/download/fil_1`))), 'file')
  assert.equal(await textOf(await channel.download(attachment(`${hub}/moved`))), 'here')
  assert.deepEqual(tokens, ['Bearer ', 'Bearer ', undefined])
  await assert.rejects(channel.download(attachment(`${hub}/gone`)), HubRefusal)
  await assert.rejects(channel.download(attachment(`${store}/object`)), TypeError)
  assert.equal(tokens.length, 4)
})
