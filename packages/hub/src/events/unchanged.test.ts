import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let company: StaffedCompany
let ada: string
const ids = { conversation: '', inbox: '', other: '', ben: '', message: '', channel: '', spare: '', tag: '' }

before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ada = await hub.signIn(company.admin.email)
  const { companyId } = company
  ids.channel = company.channelPublicId
  ids.ben = publicId('tea', companyId, company.memberId)
  ids.inbox = publicId('inb', companyId, company.inboxId)
  ids.other = (await call('POST', '/inboxes', { name: 'Other', is_public: false })).body.id
  ids.tag = (await call('POST', '/tags', { name: 'Late' })).body.id
  ids.spare = (await call('POST', '/inboxes', { name: 'Spare' })).body.id
  const { body } = await call('POST', `/channels/${ids.channel}/inbound_messages`, inbound('first'))
  const message = (await call('GET', `/messages/alt:uid:${body.message_uid}`)).body
  ids.conversation = new URL(message._links.related.conversation).pathname
})
after(() => hub?.close())

const inbound = (id: string) => ({
  sender: { handle: 'ivo' },
  body: 'Hello',
  metadata: { external_id: id, external_conversation_id: 'thread' },
})

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const isChannels = /^\/channels\/[^/]+\/(inbound_messages|conversations)/.test(path)
  const isMine = path.endsWith('/read_position') || path.startsWith('/me/')
  const as = isChannels ? company.channelToken() : isMine ? ada : company.apiToken
  return hub.request(method, path, { as, headers, ...(body !== undefined && { body }) })
}

/** Filters out events of the system, such as deliveries in flight. */
async function eventsSince(number: number): Promise<string[]> {
  const { rows } = await hub.db.pool.query(
    "select type from events where company_id = $1 and number > $2 and actor <> 'system' order by number",
    [company.companyId, number],
  )
  return rows.map(({ type }) => type)
}

async function newest(): Promise<number> {
  const { rows } = await hub.db.pool.query('select last_event from counters where company_id = $1', [company.companyId])
  return rows[0].last_event
}

interface Verb {
  does: string
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: () => string
  body?: () => object
  headers?: Record<string, string>
  /** The events of the first request. */
  emits: string[]
  /** The status of the second request, when it differs from the first. */
  again?: number
}

const conversation = () => ids.conversation
const inboxOf = () => `/inboxes/${ids.inbox}`
const channelOf = () => `/channels/${ids.channel}`
const typeOf = () => `/channel_types/${company.typeUid}`
const ben = () => `/teammates/${ids.ben}`
const patch = (does: string, path: () => string, body: () => object, ...emits: string[]): Verb => ({
  does,
  method: 'PATCH',
  path,
  body,
  emits,
})

const history = () => ({
  channel_id: ids.channel,
  external_ids: [{ channel_id: ids.channel, external_id: 'long ago' }],
  status: 'archived',
  created_at: '2024-01-01T00:00:00Z',
  messages: [
    { external_id: 'old', is_inbound: true, sent_at: '2024-01-01T00:00:00Z', body: 'Hello', body_format: 'text' },
  ],
})

const template = {
  external_id: 'greeting',
  name: 'Greeting',
  blurb: 'Hello {{1}}',
  is_disabled: false,
  status_name: 'APPROVED',
  variable_mappings: [{ uid: '1', type: 'text', name: 'first_name' }],
  template_preview: '<p>Hello {{1}}</p>',
}

/** The changes in order: each prepares the next. */
const verbs: Verb[] = [
  patch('assigns', conversation, () => ({ assignee_id: ids.ben }), 'assign'),
  {
    does: 'assigns by PUT to another',
    method: 'PUT',
    path: () => `${ids.conversation}/assignee`,
    body: () => ({ assignee_id: publicId('tea', company.companyId, company.adminId) }),
    emits: ['assign'],
  },
  patch('assigns to nobody', conversation, () => ({ assignee_id: null }), 'unassign'),
  patch('moves', conversation, () => ({ inbox_id: ids.other }), 'move'),
  patch(
    'moves, assigns and archives',
    conversation,
    () => ({ inbox_id: ids.inbox, assignee_id: ids.ben, status: 'archived' }),
    'move',
    'assign',
    'archive',
  ),
  patch('reopens', conversation, () => ({ status: 'open' }), 'reopen'),
  patch('trashes', conversation, () => ({ status: 'deleted' }), 'trash'),
  patch('calls it spam', conversation, () => ({ status: 'spam' }), 'trash'),
  patch('restores', conversation, () => ({ status: 'open' }), 'restore'),
  {
    does: 'calls it urgent',
    method: 'PUT',
    path: () => `${ids.conversation}/priority`,
    body: () => ({ priority: 'urgent' }),
    emits: ['prioritize'],
  },
  {
    does: 'tags',
    method: 'POST',
    path: () => `${ids.conversation}/tags`,
    body: () => ({ tag_ids: [ids.tag] }),
    emits: ['tag'],
  },
  {
    does: 'untags',
    method: 'DELETE',
    path: () => `${ids.conversation}/tags`,
    body: () => ({ tag_ids: [ids.tag] }),
    emits: ['untag'],
  },
  patch('leaves it with a tag', conversation, () => ({ tag_ids: [ids.tag] }), 'tag'),
  patch(
    'renames a tag',
    () => `/tags/${ids.tag}`,
    () => ({ name: 'Later' }),
    'tag_changed',
  ),
  {
    does: 'reads',
    method: 'PUT',
    path: () => `${ids.conversation}/read_position`,
    body: () => ({ message_id: null }),
    emits: ['read'],
  },
  {
    does: 'marks unread',
    method: 'PUT',
    path: () => `${ids.conversation}/read_position`,
    body: () => ({ message_id: 'unread' }),
    emits: ['read'],
  },
  patch('switches message templates on', typeOf, () => ({ message_templates: true }), 'channel'),
  {
    does: 'syncs a message template',
    method: 'PUT',
    path: () => `${channelOf()}/application_message_templates`,
    body: () => template,
    emits: ['message_template'],
  },
  patch(
    'disables a message template',
    () => `${channelOf()}/application_message_templates/greeting`,
    () => ({ is_disabled: true }),
    'message_template',
  ),
  patch('renames an inbox', inboxOf, () => ({ name: 'Help' }), 'inbox'),
  patch(
    'closes an inbox',
    () => `/inboxes/${ids.spare}`,
    () => ({ is_public: false }),
    'inbox',
  ),
  patch(
    'opens an inbox',
    () => `/inboxes/${ids.spare}`,
    () => ({ is_public: true }),
    'inbox',
  ),
  {
    does: 'shares an inbox',
    method: 'POST',
    path: () => `/inboxes/${ids.other}/teammates`,
    body: () => ({ teammate_ids: [ids.ben] }),
    emits: ['inbox'],
  },
  {
    does: 'shares it no more',
    method: 'DELETE',
    path: () => `/inboxes/${ids.other}/teammates`,
    body: () => ({ teammate_ids: [ids.ben] }),
    emits: ['inbox'],
  },
  patch('renames a channel', channelOf, () => ({ name: 'Desk' }), 'channel'),
  patch('gives it time to undo', channelOf, () => ({ settings: { undo_send_time: 60 } }), 'channel'),
  patch('takes it off line', channelOf, () => ({ status: 'offline' }), 'channel'),
  patch('brings it back', channelOf, () => ({ status: 'ok' }), 'channel'),
  patch('moves a channel', channelOf, () => ({ inbox_id: ids.spare }), 'channel', 'move'),
  patch('renames a channel type', typeOf, () => ({ name: 'Desks' }), 'channel'),
  patch('lets it send again by itself', typeOf, () => ({ idempotent: true, max_in_flight: 3 }), 'channel'),
  patch('renames a teammate', ben, () => ({ first_name: 'Benjamin', last_name: 'Example' }), 'teammate'),
  patch('sends a teammate home', ben, () => ({ is_available: false }), 'teammate'),
  patch('makes an admin', ben, () => ({ is_admin: true }), 'teammate'),
  patch('makes an admin no more', ben, () => ({ is_admin: false }), 'teammate'),
  patch(
    'chooses',
    () => '/me/teammate',
    () => ({ preferences: { enter_to_send: true } }),
    'teammate',
  ),
  {
    does: 'imports history',
    method: 'POST',
    path: () => '/history/conversations',
    body: () => ({ conversations: [history()] }),
    emits: ['history_imported'],
  },
  {
    does: 'writes in',
    method: 'POST',
    path: () => `${channelOf()}/inbound_messages`,
    body: () => inbound('second'),
    emits: ['inbound'],
  },
  {
    does: 'answers, under one key',
    method: 'POST',
    path: () => `${ids.conversation}/messages`,
    body: () => ({ body: 'Good day' }),
    headers: { 'idempotency-key': 'once', prefer: 'return=representation' },
    emits: ['out_reply', 'archive'],
  },
  {
    does: 'cancels',
    method: 'POST',
    path: () => `/messages/${ids.message}/delivery/cancel`,
    emits: ['delivery', 'reopen'],
    again: 409,
  },
  patch('blocks', ben, () => ({ is_blocked: true }), 'teammate'),
  {
    does: 'removes a teammate',
    method: 'DELETE',
    path: () => `${ben()}?assign_to=nobody`,
    emits: ['unassign', 'teammate'],
    again: 404,
  },
  {
    does: 'deletes an inbox',
    method: 'DELETE',
    path: () => `/inboxes/${ids.other}?move_to=${ids.inbox}`,
    emits: ['inbox'],
    again: 404,
  },
  { does: 'deletes a channel', method: 'DELETE', path: channelOf, emits: ['channel'], again: 404 },
  { does: 'deletes a channel type', method: 'DELETE', path: typeOf, emits: ['channel'], again: 404 },
  patch('throws away', conversation, () => ({ status: 'deleted' }), 'trash'),
  { does: 'deletes for ever', method: 'DELETE', path: conversation, emits: ['conversation_deleted'], again: 404 },
]

describe('a request that changes nothing', () => {
  for (const { does, method, path, body, headers, emits, again } of verbs) {
    it(`emits no event when a teammate ${does} a second time`, async () => {
      const start = await newest()
      const once = await call(method, path(), body?.(), headers)
      assert.ok(once.status < 300, `${method} ${path()}: ${once.status} ${once.text}`)
      if (once.body?.id?.startsWith('msg_')) ids.message = once.body.id
      assert.deepEqual(await eventsSince(start), emits)
      const then = await newest()
      const twice = await call(method, path(), body?.(), headers)
      assert.equal(twice.status, again ?? once.status, twice.text)
      assert.deepEqual(await eventsSince(then), [])
    })
  }

  it('emits no event for Try now on a due message and for Dismiss on a dismissed one', async () => {
    const company = await startDeliveryFixture()
    try {
      const channelId = await company.addChannel({ url: 'http://127.0.0.1:9/' })
      const id = await company.send(await company.addConversation(channelId), channelId, 'Hello')
      const change = async (verb: string) => {
        const last = 'select last_event from counters where company_id = $1'
        const before = (await company.db.pool.query(last, [company.companyId])).rows[0].last_event
        const done = 'select change_delivery($1, $2, $3, $4, 1) as outcome'
        const { rows } = await company.db.pool.query(done, [company.companyId, id, verb, 'api'])
        const after = (await company.db.pool.query(last, [company.companyId])).rows[0].last_event
        return [rows[0].outcome, after - before]
      }
      assert.deepEqual(await change('try_now'), ['changed', 0])
      await company.db.pool.query("update outbox set due_at = now() + interval '1 hour'")
      assert.deepEqual(await change('try_now'), ['changed', 1])
      assert.deepEqual(await change('try_now'), ['changed', 0])
      await company.db.pool.query(
        `with gone as (delete from outbox returning *)
         insert into deliveries (company_id, message_id, conversation_id, channel_id, state)
         select company_id, message_id, conversation_id, channel_id, 'failed' from gone`,
      )
      assert.deepEqual(await change('dismiss'), ['changed', 1])
      assert.deepEqual(await change('dismiss'), ['changed', 0])
    } finally {
      await company.close()
    }
  })
})
