import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { issueChannelToken } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'
import { PublishedApi } from './published-api.ts'

let hub: TestHub
let channel: TestChannel
let conversation: string
let inbound: string
let teammate: string
let team: string
let tag: string
let event: string
let core: PublishedApi
let channels: PublishedApi

before(async () => {
  core = new PublishedApi('core-api')
  channels = new PublishedApi('channel-api')
  hub = await startTestHub()
  channel = await addTestChannel(hub)
  await channel.push({ body: 'Where is my parcel?', externalId: 'm1', conversation: 'c1', name: 'Ivo' })
  await channel.push({ body: '<p>Still <b>waiting</b></p>', externalId: 'm2', conversation: 'c1', name: 'Ivo' })
  teammate = (await hub.call('GET', '/teammates')).body._results[0].id
  tag = (await hub.call('POST', '/tags', { name: 'Late', description: 'Too late', highlight: 'red' })).body.id
  await hub.call('POST', `/tags/${tag}/children`, { name: 'Lost' })
  team = (await hub.call('GET', '/teams')).body._results[0].id
  event = (await hub.call('GET', '/events')).body._results[0].id
  conversation = (await hub.call('GET', `/inboxes/${hub.inbox}/conversations`)).body._results[0].id
  inbound = (await hub.call('GET', `/conversations/${conversation}/messages`)).body._results[0].id
  await hub.call('PATCH', `/conversations/${conversation}`, { assignee_id: teammate })
  await hub.call('POST', `/conversations/${conversation}/tags`, { tag_ids: [tag] })
  await hub.call('POST', `/conversations/${conversation}/messages`, { body: 'On its way', author_id: teammate })
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const withIds = (path: string) =>
  path
    .replace('{teammate_id}', teammate)
    .replace('{inbox_id}', hub.inbox)
    .replace('{channel_id}', channel.id)
    .replace('{conversation_id}', conversation)
    .replace('{message_id}', inbound)
    .replace('{team_id}', team)
    .replace('{tag_id}', tag)
    .replace('{contact_id}', 'alt:custom:ivo')
    .replace('{event_id}', event)

describe('the published Core API', () => {
  const reads = [
    '/me',
    '/teammates',
    '/teammates/{teammate_id}',
    '/teammates/{teammate_id}/inboxes',
    '/inboxes',
    '/inboxes/{inbox_id}',
    '/inboxes/{inbox_id}/teammates',
    '/inboxes/{inbox_id}/channels',
    '/inboxes/{inbox_id}/conversations',
    '/channels',
    '/channels/{channel_id}',
    '/conversations',
    '/conversations/{conversation_id}',
    '/conversations/{conversation_id}/messages',
    '/conversations/{conversation_id}/events',
    '/conversations/{conversation_id}/inboxes',
    '/conversations/{conversation_id}/followers',
    '/conversations/{conversation_id}/comments',
    '/messages/{message_id}',
    '/messages/{message_id}/seen',
    '/teammates/{teammate_id}/conversations',
    '/teams',
    '/teams/{team_id}',
    '/teams/{team_id}/inboxes',
    '/teams/{team_id}/channels',
    '/teams/{team_id}/tags',
    '/tags',
    '/tags/{tag_id}',
    '/tags/{tag_id}/children',
    '/tags/{tag_id}/conversations',
    '/company/tags',
    '/contacts',
    '/contacts/{contact_id}',
    '/contacts/{contact_id}/conversations',
    '/events',
    '/events/{event_id}',
  ]
  it('is held against every GET of it that is built', async () => {
    const { paths } = (await hub.call('GET', '/openapi.json')).body
    const built = Object.keys(paths).filter((path) => paths[path].get && core.has('GET', path))
    assert.deepEqual(
      // a download is no JSON
      built.filter((path) => !reads.includes(path) && !path.includes('/download/')),
      [],
    )
  })

  it('has a string as name of an unnamed contact', async () => {
    await channel.push({ body: 'Hello', externalId: 'm3', conversation: 'c3', handle: 'nobody' })
    const { status, body } = await hub.call('GET', '/contacts/alt:custom:nobody')
    assert.deepEqual(core.schemaErrors('GET', '/contacts/{contact_id}', status, body), [])
  })

  for (const path of reads) {
    it(`describes the response of GET ${path}`, async () => {
      const { status, body } = await hub.call('GET', withIds(path))
      assert.deepEqual(core.schemaErrors('GET', path, status, body), [], JSON.stringify(body, null, 1))
    })

    it(`knows no query parameter of GET ${path} that is refused`, async () => {
      for (const name of core.queryParameters('GET', path)) {
        const value = name === 'sort_by' ? sortBy(path) : parameters[name]
        assert.ok(value !== undefined, `a value for ${name}`)
        const { status } = await hub.call('GET', `${withIds(path)}?${name}=${encodeURIComponent(value)}`)
        assert.equal(status, 200, name)
      }
    })
  }

  for (const { method, path, body } of writes()) {
    it(`describes ${method} ${path}, with every field it may have`, async () => {
      const named = core.bodyFields(method, path)
      const unknown = Object.keys(body()).filter((field) => !named.includes(field))
      assert.deepEqual(unknown, [], 'fields that are not published')
      const answer = await hub.call(method, withIds(path), body())
      assert.deepEqual(core.schemaErrors(method, path, answer.status, answer.body), [], JSON.stringify(answer.body))
      const left = named.filter((field) => !(field in body()))
      assert.deepEqual(left, [], 'published fields that were not tried')
    })
  }
})

const parameters: Record<string, string> = {
  q: '',
  limit: '10',
  page_token: '',
  sort_order: 'asc',
}

const sortBy = (path: string) =>
  path.endsWith('conversations') ? 'date' : /tags|children/.test(path) ? 'id' : 'created_at'

function writes() {
  return [
    {
      method: 'PATCH',
      path: '/teammates/{teammate_id}',
      body: () => ({ username: 'ada', first_name: 'Ada', last_name: 'Acme', is_available: true, custom_fields: {} }),
    },
    {
      method: 'POST',
      path: '/inboxes',
      body: () => ({ name: 'Sales', teammate_ids: [teammate], is_public: false, custom_fields: {} }),
    },
    { method: 'POST', path: '/inboxes/{inbox_id}/teammates', body: () => ({ teammate_ids: [teammate] }) },
    { method: 'DELETE', path: '/inboxes/{inbox_id}/teammates', body: () => ({ teammate_ids: [teammate] }) },
    {
      method: 'POST',
      path: '/inboxes/{inbox_id}/channels',
      body: () => ({
        type: 'custom',
        application_uid: channel.typeUid,
        name: 'Second',
        settings: { undo_send_time: 5, all_teammates_can_reply: false },
        send_as: '',
        credentials: {},
      }),
    },
    {
      method: 'PATCH',
      path: '/channels/{channel_id}',
      body: () => ({ name: 'Renamed', inbox_id: hub.inbox, settings: { undo_send_time: 0 } }),
    },
    {
      method: 'PATCH',
      path: '/conversations/{conversation_id}',
      body: () => ({
        assignee_id: teammate,
        inbox_id: hub.inbox,
        status: 'open',
        status_id: null,
        tag_ids: [tag],
        description: null,
        due_at: null,
        custom_fields: {},
      }),
    },
    {
      method: 'POST',
      path: '/contacts',
      body: () => ({
        ...contact(),
        handles: [{ source: 'twitter', handle: `ann${++tagNumber}` }],
      }),
    },
    { method: 'PATCH', path: '/contacts/{contact_id}', body: contact },
    {
      method: 'POST',
      path: '/contacts/{contact_id}/handles',
      body: () => ({ source: 'email', handle: 'ivo@acme.example' }),
    },
    {
      method: 'DELETE',
      path: '/contacts/{contact_id}/handles',
      body: () => ({ source: 'email', handle: 'ivo@acme.example', force: false }),
    },
    ...['/tags', '/company/tags', '/teams/{team_id}/tags', '/tags/{tag_id}/children'].map((path) => ({
      method: 'POST',
      path,
      body: newTag,
    })),
    {
      method: 'PATCH',
      path: '/tags/{tag_id}',
      body: () => ({ ...newTag(), parent_tag_id: null }),
    },
    { method: 'POST', path: '/conversations/{conversation_id}/tags', body: () => ({ tag_ids: [tag] }) },
    { method: 'DELETE', path: '/conversations/{conversation_id}/tags', body: () => ({ tag_ids: [tag] }) },
    { method: 'PUT', path: '/conversations/{conversation_id}/assignee', body: () => ({ assignee_id: teammate }) },
    {
      method: 'POST',
      path: '/conversations/{conversation_id}/messages',
      body: () => ({ ...message(), channel_id: channel.id, quote_body: '' }),
    },
    { method: 'POST', path: '/channels/{channel_id}/messages', body: message },
  ]
}

function contact() {
  return {
    ...{ name: 'Ivo', description: 'A customer', avatar: null, links: ['https://acme.example'] },
    ...{ group_names: [], list_names: [], custom_fields: {} },
  }
}

let tagNumber = 0
function newTag() {
  return {
    name: `Tag ${++tagNumber}`,
    description: 'For parcels',
    highlight: 'light-blue',
    is_visible_in_conversation_lists: true,
  }
}

function message() {
  return {
    to: ['ivo'],
    cc: [],
    bcc: [],
    sender_name: 'Ada',
    subject: 'Your parcel',
    author_id: teammate,
    body: '<p>Tomorrow</p>',
    text: '',
    options: { tag_ids: [], archive: false },
    attachments: [],
    signature_id: null,
    should_add_default_signature: false,
  }
}

describe('the published Channel API', () => {
  const token = () => issueChannelToken({ secret: channel.secret, uid: channel.typeUid, channelId: channel.id })
  const calls = [
    {
      method: 'POST',
      path: '/channels/{channel_id}/inbound_messages',
      body: {
        sender: { name: 'Ivo', handle: 'ivo' },
        subject: 'Parcel',
        body: 'Any news?',
        metadata: { external_id: 'p1', external_conversation_id: 'c1' },
        delivered_at: 1_453_770_984,
        attachments: [],
      },
    },
    {
      method: 'POST',
      path: '/channels/{channel_id}/outbound_messages',
      body: {
        sender_name: 'Ada',
        to: [{ name: 'Ivo', handle: 'ivo' }],
        subject: 'Parcel',
        author_id: 'alt:email:AUTHOR',
        body: 'It left.',
        metadata: { external_id: 'p2', external_conversation_id: 'c1' },
        delivered_at: 1_453_770_985,
        attachments: [],
      },
    },
    { method: 'PATCH', path: '/channels/{channel_id}', body: { status: 'offline' } },
    {
      method: 'PUT',
      path: '/channels/{channel_id}/conversations/{conv_ext_id}/messages/{message_ext_id}/status',
      body: { status: 'failed', reason: 'The number is not in use' },
    },
  ]
  for (const { method, path, body } of calls) {
    it(`describes ${method} ${path}, with every field it may have`, async () => {
      const named = channels.bodyFields(method, path)
      const address = withIds(path).replace('{conv_ext_id}', 'c1').replace('{message_ext_id}', 'p2')
      const sent = JSON.stringify(body).replace('AUTHOR', hub.admin.email)
      const answer = await hub.call(method, address, sent, { token: token() })
      assert.deepEqual(channels.schemaErrors(method, path, answer.status, answer.body), [], JSON.stringify(answer.body))
      assert.deepEqual(
        named.filter((field) => !(field in body)),
        [],
        'published fields that were not tried',
      )
    })
  }
})
