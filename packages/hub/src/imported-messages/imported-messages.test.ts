import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let channel: TestChannel
let admin: string
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { contact_type: 'email' } })
  admin = publicId('tea', hub.companyId, hub.adminId)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const at = 1_700_000_000
const message = (externalId: string, changes: Record<string, unknown> = {}) => ({
  sender: { handle: 'ann@acme.example', name: 'Ann' },
  ...{ to: ['desk@shop.example'], subject: 'Order', body: 'Where is **it**?', external_id: externalId, created_at: at },
  metadata: { is_inbound: true, thread_ref: externalId },
  ...changes,
})
const importing = (body: unknown, inbox = hub.inbox) => hub.call('POST', `/inboxes/${inbox}/imported_messages`, body)
async function imported(body: unknown) {
  const { status, body: answer } = await importing(body)
  assert.equal(status, 202, JSON.stringify(answer))
  return read(answer.message_uid)
}
const read = async (uid: string) => (await hub.call('GET', `/messages/alt:uid:${uid}`)).body
const conversationOf = async (of: { _links: { related: { conversation: string } } }) =>
  (await hub.call('GET', new URL(of._links.related.conversation).pathname)).body
const messagesIn = async ({ id }: { id: string }) =>
  (await hub.call('GET', `/conversations/${id}/messages`)).body._results

describe('an imported message', () => {
  it('is history: in an archived conversation, at its time, with all its recipients and its Markdown as HTML', async () => {
    const stored = await imported(
      message('old', { to: ['desk@shop.example', 'ben@acme.example'], cc: ['cay@acme.example'] }),
    )
    assert.equal(stored.created_at, at)
    assert.equal(stored.is_inbound, true)
    assert.match(stored.body, /<strong>it<\/strong>/)
    assert.deepEqual(
      stored.recipients.map(({ handle, role }: { handle: string; role: string }) => [role, handle]),
      [
        ['from', 'ann@acme.example'],
        ['to', 'desk@shop.example'],
        ['to', 'ben@acme.example'],
        ['cc', 'cay@acme.example'],
      ],
    )
    const conversation = await conversationOf(stored)
    assert.equal(conversation.status, 'archived')
    assert.equal(conversation.subject, 'Order')
  })

  it('is stored once by its external id, and threads by thread_ref, by the handle without it', async () => {
    const first = await imported(message('t-1', { metadata: { is_inbound: true, thread_ref: 'one' } }))
    assert.equal((await imported(message('t-1', { metadata: { is_inbound: true, thread_ref: 'one' } }))).id, first.id)
    await imported(message('t-2', { metadata: { is_inbound: true, thread_ref: 'one' } }))
    assert.equal((await messagesIn(await conversationOf(first))).length, 2)
    const sender = { handle: 'dora@acme.example' }
    const alone = await imported(message('t-3', { sender, metadata: { is_inbound: true } }))
    const answered = await imported(
      message('t-4', {
        ...{ sender: { handle: 'desk@shop.example', name: 'Desk', author_id: `alt:email:${hub.admin.email}` } },
        ...{ to: ['dora@acme.example'], metadata: { is_inbound: false } },
      }),
    )
    assert.equal(answered.is_inbound, false)
    assert.equal(answered.author.email, hub.admin.email)
    assert.deepEqual(
      (await messagesIn(await conversationOf(alone))).map(({ id }: { id: string }) => id).sort(),
      [alone.id, answered.id].sort(),
    )
    assert.equal(channel.server.messages().length, 0)
  })

  it('arrives unread in an open conversation with is_archived: false, and reopens an archived one', async () => {
    const metadata = { is_inbound: true, thread_ref: 'form', is_archived: false }
    const stored = await imported(message('f-1', { metadata, assignee_id: admin }))
    const conversation = await conversationOf(stored)
    assert.equal(conversation.status, 'assigned')
    assert.equal(conversation.assignee.id, admin)
    const events = (await hub.call('GET', `/conversations/${conversation.id}/events`)).body._results
    assert.ok(events.some(({ type }: { type: string }) => type === 'inbound'))
    await hub.call('PATCH', `/conversations/${conversation.id}`, { status: 'archived' })
    await imported(message('f-2', { metadata }))
    assert.equal((await conversationOf(stored)).status, 'assigned')
  })

  it('is added to the conversation that is named, also to one that the channel has no id of', async () => {
    const sent = await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['eva@acme.example'], body: 'Hello' })
    const conversation = await conversationOf(await read(sent.body.message_uid))
    const added = await imported(message('c-1', { conversation_id: conversation.id }))
    assert.equal((await conversationOf(added)).id, conversation.id)
    const refused = await importing(message('c-2', { conversation_id: 'cnv_zzz' }))
    assert.equal(refused.status, 400)
  })

  it('gets tags by their names, which are made where there is none', async () => {
    const known = (await hub.call('POST', '/tags', { name: 'Known' })).body.id
    const stored = await imported(message('tags', { tags: ['known', 'New'] }))
    const tags = (await conversationOf(stored)).tags as { id: string; name: string }[]
    assert.deepEqual(
      tags.map(({ name }) => name),
      ['Known', 'New'],
    )
    assert.equal(tags[0]?.id, known)
  })

  it('takes files of a form', async () => {
    const form = formOf([
      ['sender[handle]', 'flo@acme.example'],
      ['to[0]', 'desk@shop.example'],
      ['body', 'See the picture'],
      ['external_id', 'file-1'],
      ['created_at', String(at)],
      ['metadata[is_inbound]', 'true'],
      ['metadata[is_archived]', 'false'],
      ['attachments[0]', fileOf('words.txt', 'words', 'text/plain')],
    ])
    const answer = await sendForm(hub, `/inboxes/${hub.inbox}/imported_messages`, `Bearer ${hub.token}`, form)
    assert.equal(answer.status, 202, JSON.stringify(answer.body))
    assert.deepEqual(
      (await read(answer.body.message_uid)).attachments.map(({ filename }: { filename: string }) => filename),
      ['words.txt'],
    )
  })

  it('is refused with the field that is wrong', async () => {
    const wrong = async (changes: Record<string, unknown>) => {
      const { status, body } = await importing(message('wrong', changes))
      assert.equal(status, 400)
      return body._error.details[0]
    }
    assert.match(await wrong({ created_at: Date.now() }), /^body\.created_at: /)
    assert.match(await wrong({ assignee_id: 'tea_zz' }), /^body\.assignee_id: /)
    assert.match(await wrong({ type: 'sms' }), /^body\.type: /)
    assert.match(await wrong({ type: 'custom', body_format: 'html' }), /^body\.body_format: /)
    assert.match(await wrong({ to: [], metadata: { is_inbound: false } }), /^body\.to: /)
    assert.match(await wrong({ body: ' ' }), /^body\.body: /)
    assert.match(await wrong({ tags: [' '] }), /^body\.tags/)
  })
})
