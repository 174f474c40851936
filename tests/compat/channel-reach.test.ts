import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

/** Tests the part of the Core API that a channel token may use: the conversations and messages of its own channel. */
let hub: TestHub
let mine: TestChannel
let theirs: TestChannel
let routes: { method: string; url: string; access: unknown }[]
const own = { conversation: '', message: '', sent: '' }
const foreign = { conversation: '', message: '', sent: '' }
before(async () => {
  hub = await startTestHub()
  mine = await addTestChannel(hub)
  theirs = await addTestChannel(hub, { type: { name: 'Theirs' } })
  Object.assign(own, await contentsOf(mine, 'mine'))
  Object.assign(foreign, await contentsOf(theirs, 'theirs'))
  routes = hub.hub.app.routeTable
})
after(async () => {
  await mine.server.stop()
  await theirs.server.stop()
  await hub.close()
})

async function contentsOf(channel: TestChannel, externalId: string) {
  const { body } = await channel.push({ body: 'Hello', externalId, conversation: externalId })
  const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  const conversation = new URL(message._links.related.conversation).pathname.split('/').at(-1) ?? ''
  const reply = await hub.call('POST', `/conversations/${conversation}/messages`, {
    body: 'Hi',
    options: { archive: false },
  })
  const sent = (await hub.call('GET', `/messages/alt:uid:${reply.body.message_uid}`)).body.id
  return { conversation, message: message.id, sent }
}

const as = (method: string, path: string, body?: object) => hub.call(method, path, body, { token: mine.token() })

const requests = (of: typeof own): [string, string, object?][] => [
  ['GET', `/conversations/${of.conversation}`],
  ['PATCH', `/conversations/${of.conversation}`, { status: 'archived' }],
  ['PUT', `/conversations/${of.conversation}/assignee`, { assignee_id: `alt:email:${hub.admin.email}` }],
  ['GET', `/conversations/${of.conversation}/messages`],
  ['GET', `/messages/${of.message}`],
  ['GET', `/messages/${of.sent}/seen`],
  ['POST', `/messages/${of.sent}/seen`, {}],
]

describe('the Channel API', () => {
  it('is built: all eleven operations of its published file', async () => {
    const file = join(import.meta.dirname, '../../packages/hub/src/published/operations.tsv')
    const lines = readFileSync(file, 'utf8').trim().split('\n').slice(-11)
    const shape = (path = '') => path.replace(/\{\w+\}/g, '{}')
    const { paths } = (await hub.call('GET', '/openapi.json')).body
    const built = Object.keys(paths).flatMap((path) =>
      Object.keys(paths[path]).map((method) => `${method} ${shape(path)}`),
    )
    const missing = lines
      .map((line) => line.split('\t'))
      .filter(([method = '', path]) => {
        return !built.includes(`${method.toLowerCase()} ${shape(path)}`)
      })
    assert.deepEqual([lines.length, missing], [11, []])
  })
})

describe('a channel token', () => {
  it('reads and changes the conversations and messages of its own channel', async () => {
    for (const [method, path, body] of requests(own)) {
      const { status, text } = await as(method, path, body)
      assert.ok(status === 200 || status === 204, `${method} ${path}: ${status} ${text}`)
    }
    const shown = (await as('GET', `/messages/${own.message}`)).body
    assert.equal(shown.metadata.external_id, 'mine')
    const conversation = (await as('GET', `/conversations/${own.conversation}`)).body
    assert.ok(conversation.metadata.external_conversation_ids.includes('mine'))
  })

  it('does not find those of another channel in the same inbox, and changes nothing of them', async () => {
    const before = (await hub.call('GET', `/conversations/${foreign.conversation}`)).body
    for (const [method, path, body] of requests(foreign)) {
      assert.equal((await as(method, path, body)).status, 404, `${method} ${path}`)
    }
    assert.deepEqual((await hub.call('GET', `/conversations/${foreign.conversation}`)).body, before)
  })

  it('is forbidden everything else', async () => {
    const others = routes.filter(
      ({ access, url, method }) =>
        Array.isArray(access) && !access.includes('channel') && method !== 'HEAD' && url !== '/stream',
    )
    assert.ok(others.length > 60, String(others.length))
    for (const { method, url } of others) {
      const { status } = await as(method, url.replace(/:\w+/g, 'x_1'), method === 'GET' ? undefined : {})
      assert.equal(status, 403, `${method} ${url}`)
    }
  })
})
