import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

/**
 * Tests every field of every body that Front publishes, for every operation that is built. A field is honoured, and this file
 * says how to read that, or a request that uses it is refused and the error names it. A field that is missing here fails the test.
 */
let hub: TestHub
let channel: TestChannel
let teammate: string
let colleague: string
let inbox: string
let tag: string
let contactId: string
let pathParameters: Record<string, string>
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, {
    type: { auth_type: 'basic', allow_compose: true, message_templates: true },
    credentials: login,
  })
  ;[{ id: teammate }] = (await hub.call('GET', '/teammates')).body._results
  const invited = await hub.call('POST', '/inboxes', { name: 'Sales' })
  inbox = invited.body.id
  tag = (await hub.call('POST', '/tags', { name: 'Known' })).body.id
  colleague = `alt:email:${hub.admin.email}`
  pathParameters = {
    team_id: (await hub.call('GET', '/teams')).body._results[0].id,
    tag_id: tag,
    teammate_id: teammate,
    inbox_id: hub.inbox,
    channel_id: channel.id,
    conversation_id: await newConversation(),
    external_id: template.external_id,
  }
  await newCall('a-call')
  await hub.call('PUT', `/channels/${channel.id}/application_message_templates`, template)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const template = {
  external_id: 'greeting',
  name: 'Greeting',
  blurb: 'Hello',
  is_disabled: false,
  status_name: 'APPROVED',
  variable_mappings: [{ uid: '1', type: 'text', name: 'first_name' }],
  template_preview: '<p>Hello {{1}}</p>',
}
const ofTemplate =
  (field: string, id = template.external_id) =>
  async () =>
    (await read(`/channels/${channel.id}/application_message_templates/${id}`))[field]
const ofVariable = (field: string) => async () => (await ofTemplate('variable_mappings')())[0][field]
const variable = { uid: '1', type: 'text', name: 'first_name' }
const templateFields = {
  name: { asks: 'Welcome', seen: ofTemplate('name') },
  blurb: { asks: 'Hi', seen: ofTemplate('blurb') },
  is_disabled: { asks: true, seen: ofTemplate('is_disabled') },
  status_name: { asks: 'PENDING', seen: ofTemplate('status_name') },
  variable_mappings: { asks: [variable], seen: ofTemplate('variable_mappings') },
  'variable_mappings[].uid': { asks: 'one', seen: ofVariable('uid') },
  'variable_mappings[].type': { asks: 'image', seen: ofVariable('type') },
  'variable_mappings[].name': { asks: 'agent', seen: ofVariable('name') },
  template_preview: { asks: '<p>Hi</p>', seen: ofTemplate('template_preview') },
}

const spoken = { speaker_name: 'Ivo', content: 'Hi', start_time_seconds: 1, speaker_type: 'external' }
const login = { username: 'u', password: 'p' }
const publishedFile = join(import.meta.dirname, '../../packages/hub/src/published/operations.tsv')
const published = readFileSync(publishedFile, 'utf8')
  .split('\n')
  .slice(1, -1)
  .map((line) => line.split('\t') as [string, string, string, string, string])

let count = 0
async function newConversation(): Promise<string> {
  const { body } = await channel.push({
    body: 'Hello',
    externalId: `in-${++count}`,
    conversation: `c-${count}`,
    handle: 'ivo',
  })
  return conversationOf(body.message_uid)
}
/** A custom channel, the older kind. */
async function customChannel(): Promise<string> {
  const body = { type: 'custom', name: 'Older', settings: { webhook_url: channel.server.url } }
  const headers = { prefer: 'return=representation' }
  return (await hub.call('POST', `/inboxes/${hub.inbox}/channels`, body, { headers })).body.id
}

/** The one that its updates are tried on. */
async function newCall(external_call_id: string): Promise<void> {
  const call = { external_call_id, direction: 'inbound', initial_status: 'ringing', started_at: 1_600_000_000_000 }
  const body = { ...call, from: { handle: `caller-of-${external_call_id}` } }
  const { status } = await hub.call('POST', `/channels/${channel.id}/calls`, body, { token: channel.token() })
  assert.equal(status, 202)
}
const message = async (uid: string) => (await hub.call('GET', `/messages/alt:uid:${uid}`)).body
async function conversationOf(uid: string): Promise<string> {
  return new URL((await message(uid))._links.related.conversation).pathname.split('/').at(-1) ?? ''
}
const read = async (path: string) => (await hub.call('GET', path)).body

interface Honoured {
  asks: unknown
  /** Reads the value back after the request; it equals the value that was sent unless `reads` gives another. */
  seen: (answer: any, asked: any) => Promise<unknown>
  reads?: unknown
}
/** A request with this value is refused, and the error names the field; the other values ask for nothing and are accepted. */
interface Refused {
  refused: unknown
  neutral: unknown[]
}
interface Operation {
  as?: 'channel'
  base: () => Record<string, any>
  fields: Record<string, Honoured | Refused>
}

const refused = (value: unknown, ...neutral: unknown[]): Refused => ({ refused: value, neutral: [null, ...neutral] })
const customFields = refused({ language: 'de' }, {})
const sent =
  (field: string) =>
  async ({ message_uid }: { message_uid: string }) =>
    (await message(message_uid))[field]
const recipients = async ({ message_uid }: { message_uid: string }) =>
  (await message(message_uid)).recipients.filter(({ role }: any) => role === 'to').map(({ handle }: any) => handle)
const conversation = async () => read(`/conversations/${pathParameters.conversation_id}`)

const outbound: Operation['fields'] = {
  to: { asks: ['ivo', 'ida'], seen: recipients },
  cc: refused(['ida'], []),
  bcc: refused(['ida'], []),
  sender_name: { asks: 'The team', seen: sent('sender_name') },
  subject: { asks: 'About it', seen: sent('subject') },
  author_id: { asks: 'AUTHOR', seen: async (answer) => (await sent('author')(answer))?.id, reads: 'AUTHOR' },
  body: { asks: 'The words', seen: sent('text') },
  // of email channels only, as should_add_default_signature is
  text: { asks: 'Other words', seen: sent('text'), reads: 'Hi' },
  attachments: refused([{ filename: 'a.png' }], []),
  options: { asks: {}, seen: sent('text'), reads: 'Hi' },
  'options.tag_ids': {
    asks: ['TAG'],
    seen: async ({ message_uid }) => idsOf((await read(`/conversations/${await conversationOf(message_uid)}`)).tags),
  },
  'options.archive': {
    asks: false,
    seen: async ({ message_uid }) =>
      (await read(`/conversations/${await conversationOf(message_uid)}`)).status !== 'archived',
    reads: true,
  },
  signature_id: refused('sig_1', ''),
  should_add_default_signature: { asks: true, seen: sent('text'), reads: 'Hi' },
}

const pushed: Operation['fields'] = {
  subject: { asks: 'Parcel', seen: sent('subject') },
  body: { asks: 'Where is it?', seen: sent('text') },
  metadata: { asks: {}, seen: sent('text'), reads: 'Hi' },
  'metadata.external_id': { asks: 'mine-', seen: metadata('external_id') },
  'metadata.external_conversation_id': {
    asks: 'thread-',
    seen: async ({ message_uid }) =>
      (await read2(`/conversations/${await conversationOf(message_uid)}`)).metadata.external_conversation_ids[0],
  },
  'metadata.referenced_message_external_id': {
    asks: 'in-1',
    seen: async ({ message_uid }) => (await message(message_uid))._links.related.message_replied_to !== undefined,
    reads: true,
  },
  delivered_at: {
    asks: 1_700_000_000,
    // delivered_at is the message's position in its thread
    seen: async (answer) =>
      (await read(`/conversations/${await conversationOf(answer.message_uid)}`)).last_message.created_at,
  },
  attachments: refused([{ filename: 'a.png' }], []),
}

function metadata(field: string) {
  return async ({ message_uid }: any) =>
    (await hub.call('GET', `/messages/alt:uid:${message_uid}`, undefined, { token: channel.token() })).body.metadata[
      field
    ]
}
const read2 = async (path: string) => (await hub.call('GET', path, undefined, { token: channel.token() })).body
const ofPerson =
  (field: string) =>
  async ({ message_uid }: any) =>
    (await message(message_uid)).recipients.find(({ role }: any) => role === 'from')[field]
const toPerson =
  (field: string) =>
  async ({ message_uid }: any) =>
    (await message(message_uid)).recipients.find(({ role }: any) => role === 'to')[field]
function handlesAs(role: string) {
  return async ({ message_uid }: { message_uid: string }) =>
    (await message(message_uid)).recipients.filter((of: any) => of.role === role).map(({ handle }: any) => handle)
}
/** Imports once more, with one field as it was sent. */
async function importAgain(field: string, value: unknown): Promise<string> {
  const body = withField(operations['import-inbox-message']!.base(), field, value)
  return (await hub.call('POST', `/inboxes/${hub.inbox}/imported_messages`, body)).body.message_uid
}
const handlesOf =
  (role: string) =>
  async ({ message_uid }: any) => {
    const found = (await message(message_uid)).recipients.find((recipient: any) => recipient.role === role)
    const contact = await read(new URL(found._links.related.contact).pathname)
    return contact.handles.find(({ source }: any) => source === 'email')?.handle
  }

/** Makes a body with new ids. */
const pushBody = (more: object) => () => ({
  body: 'Hi',
  metadata: { external_id: `push-${++count}`, external_conversation_id: `push-${count}` },
  ...more,
})

const namesOf = (list: any[]) => list.map(({ name }) => name)
const idsOf = (list: any[]) => list.map(({ id }) => id)

let tagCount = 0
const ofTag =
  (field: string) =>
  async ({ id }: any) =>
    (await read(`/tags/${id}`))[field]
const createTag: Operation = {
  base: () => ({ name: `Tag ${++tagCount}` }),
  fields: {
    name: { asks: 'Named-', seen: ofTag('name') },
    description: { asks: 'What it is for', seen: ofTag('description') },
    highlight: { asks: 'light-blue', seen: ofTag('highlight') },
    is_visible_in_conversation_lists: { asks: true, seen: ofTag('is_visible_in_conversation_lists') },
  },
}
const ofContact =
  (field: string, idOf = async ({ id }: any): Promise<string> => id) =>
  async (answer: any) =>
    (await read(`/contacts/${await idOf(answer)}`))[field]
function contactFields(idOf: (answer: any) => Promise<string>): Operation['fields'] {
  return {
    name: { asks: 'Ivo Petrov', seen: ofContact('name', idOf) },
    description: { asks: 'A customer', seen: ofContact('description', idOf) },
    links: { asks: ['https://acme.example'], seen: ofContact('links', idOf) },
    avatar: refused('bytes'),
    group_names: refused(['VIP'], []),
    list_names: refused(['VIP'], []),
    custom_fields: customFields,
  }
}
const lastHandle = async (field: 'handle' | 'source', value: string) =>
  (await read(`/contacts/${contactId}`)).handles.find((handle: any) => handle[field] === value)[field]
const ofChangedTag = (field: string) => async () => (await read(`/tags/${tag}`))[field]
const tagIds = async () => idsOf((await conversation()).tags)

const createInbox: Operation = {
  base: () => ({ name: 'Sales' }),
  fields: {
    name: { asks: 'Returns', seen: async ({ id }) => (await read(`/inboxes/${id}`)).name },
    teammate_ids: {
      asks: ['COLLEAGUE'],
      seen: async ({ id }) => (await read(`/inboxes/${id}/teammates`))._results.map((result: any) => result.id),
      reads: ['AUTHOR'],
    },
    is_public: { asks: false, seen: async ({ id }) => (await read(`/inboxes/${id}`)).is_public },
    custom_fields: customFields,
  },
}

const operations: Record<string, Operation> = {
  'update-teammate': {
    base: () => ({}),
    fields: {
      ...Object.fromEntries(
        [
          ['username', 'ada_a'],
          ['first_name', 'Adele'],
          ['last_name', 'Acker'],
          ['is_available', false],
        ].map(([field, asks]) => [
          field,
          { asks, seen: async () => (await read(`/teammates/${teammate}`))[String(field)] },
        ]),
      ),
      custom_fields: customFields,
    },
  },
  'create-tag': createTag,
  'create-company-tag': createTag,
  'create-team-tag': createTag,
  'create-child-tag': createTag,
  'update-a-tag': {
    base: () => ({}),
    fields: {
      name: { asks: 'Other-', seen: ofChangedTag('name') },
      description: { asks: 'What it is for', seen: ofChangedTag('description') },
      highlight: { asks: 'purple', seen: ofChangedTag('highlight') },
      parent_tag_id: {
        asks: null,
        seen: async () => (await ofChangedTag('_links')()).related.parent_tag,
      },
      is_visible_in_conversation_lists: { asks: true, seen: ofChangedTag('is_visible_in_conversation_lists') },
    },
  },
  'add-conversation-tag': { base: () => ({}), fields: { tag_ids: { asks: ['TAG'], seen: tagIds } } },
  'remove-conversation-tag': { base: () => ({}), fields: { tag_ids: { asks: ['TAG'], seen: tagIds, reads: [] } } },
  'create-contact': {
    base: () => ({ handles: [{ source: 'custom', handle: `made-${++tagCount}` }] }),
    fields: {
      ...contactFields(async ({ id }) => id),
      handles: { asks: [{ source: 'email', handle: 'made@acme.example' }], seen: ofContact('handles') },
      'handles[].handle': { asks: 'made too', seen: async (answer) => (await ofContact('handles')(answer))[0].handle },
      'handles[].source': { asks: 'twitter', seen: async (answer) => (await ofContact('handles')(answer))[0].source },
    },
  },
  'update-a-contact': { base: () => ({}), fields: contactFields(async () => contactId) },
  'add-contact-handle': {
    base: () => ({ source: 'custom', handle: `added-${++tagCount}` }),
    fields: {
      handle: { asks: 'added', seen: async () => lastHandle('handle', 'added') },
      source: { asks: 'twitter', seen: async () => lastHandle('source', 'twitter') },
    },
  },
  'delete-contact-handle': {
    base: () => ({ source: 'custom', handle: 'kept', force: true }),
    fields: {
      handle: { asks: 'kept', seen: async () => (await hub.call('GET', `/contacts/${contactId}`)).status, reads: 404 },
      source: {
        asks: 'custom',
        seen: async () => (await hub.call('GET', `/contacts/${contactId}`)).status,
        reads: 404,
      },
      force: { asks: true, seen: async () => (await hub.call('GET', `/contacts/${contactId}`)).status, reads: 404 },
    },
  },
  'create-inbox': createInbox,
  'create-team-inbox': createInbox,
  'update-inbox': {
    base: () => ({ name: 'Support' }),
    fields: { custom_fields: customFields },
  },
  'add-inbox-access': {
    base: () => ({ teammate_ids: [] }),
    fields: { teammate_ids: { asks: ['COLLEAGUE'], seen: whoHasIt, reads: ['AUTHOR'] } },
  },
  'removes-inbox-access': {
    base: () => ({ teammate_ids: [] }),
    fields: { teammate_ids: { asks: ['COLLEAGUE'], seen: whoHasIt, reads: [] } },
  },
  'create-a-channel': {
    base: () => ({ type: 'custom', application_uid: channel.typeUid, credentials: login }),
    fields: {
      name: { asks: 'Second', seen: newestChannel('name') },
      settings: { asks: {}, seen: newestChannel('type'), reads: 'custom' },
      'settings.undo_send_time': { asks: 10, seen: async () => (await newestChannel('settings')()).undo_send_time },
      'settings.all_teammates_can_reply': refused(true, false),
      'settings.webhook_url': refused('https://example.com/hook', ''),
      'settings.sid': refused('AC1', ''),
      'settings.auth_token': refused('secret', ''),
      type: { asks: 'custom', seen: newestChannel('type') },
      send_as: refused('+4412345', ''),
      application_uid: { asks: 'UID', seen: async () => (await newestChannel('channel_type')()).uid, reads: 'UID' },
      credentials: { asks: login, seen: newestChannel('type'), reads: 'custom' },
      'credentials.username': { asks: 'me', seen: async () => credentialSent()[0] },
      'credentials.password': { asks: 'word', seen: async () => credentialSent()[1] },
      'credentials.api_key': { refused: 'k', neutral: [] },
      'credentials.access_token': { refused: 't', neutral: [] },
    },
  },
  'update-channel': {
    base: () => ({}),
    fields: {
      name: { asks: 'Renamed', seen: async () => (await read(`/channels/${channel.id}`)).name },
      inbox_id: {
        asks: 'INBOX',
        seen: async () => (await read(`/channels/${channel.id}`)).inbox_id,
        reads: 'INBOX',
      },
      settings: { asks: {}, seen: async () => ({}) },
      'settings.undo_send_time': {
        asks: 0,
        seen: async () => (await read(`/channels/${channel.id}`)).settings.undo_send_time,
      },
      'settings.all_teammates_can_reply': refused(true, false),
      'settings.webhook_url': refused('https://example.com/hook', ''),
      status: { asks: 'offline', seen: async () => (await read(`/channels/${channel.id}`)).status },
    },
  },
  'update-conversation': {
    base: () => ({}),
    fields: {
      assignee_id: { asks: 'AUTHOR', seen: async () => (await conversation()).assignee.id, reads: 'AUTHOR' },
      inbox_id: { asks: 'INBOX', seen: async () => (await conversation()).inbox_id, reads: 'INBOX' },
      status: { asks: 'archived', seen: async () => (await conversation()).status },
      status_id: refused('sts_1', ''),
      tag_ids: { asks: ['TAG'], seen: tagIds },
      description: refused('A parcel', ''),
      due_at: refused(1_900_000_000),
      custom_fields: customFields,
    },
  },
  'update-conversation-assignee': {
    base: () => ({ assignee_id: null }),
    fields: { assignee_id: { asks: 'AUTHOR', seen: async () => (await conversation()).assignee.id, reads: 'AUTHOR' } },
  },
  'create-message-reply': {
    base: () => ({ body: 'Hi', options: { archive: false } }),
    fields: {
      ...outbound,
      channel_id: { asks: 'CHANNEL', seen: sent('channel_id'), reads: 'CHANNEL' },
      quote_body: refused('What was said', ''),
    },
  },
  'create-message': { base: () => ({ to: ['ivo'], body: 'Hi', options: { archive: true } }), fields: outbound },
  'sync-application-message-template': {
    as: 'channel',
    base: () => template,
    fields: { ...templateFields, external_id: { asks: 'goodbye', seen: ofTemplate('external_id', 'goodbye') } },
  },
  'update-application-message-template': {
    as: 'channel',
    base: () => ({ variable_mappings: [variable] }),
    fields: templateFields,
  },
  'sync-inbound-message': {
    as: 'channel',
    base: pushBody({ sender: { handle: 'ivo' } }),
    fields: {
      ...pushed,
      sender: { asks: {}, seen: ofPerson('handle'), reads: 'ivo' },
      'sender.name': { asks: 'Ines', seen: ofPerson('name') },
      'sender.handle': { asks: 'ines', seen: ofPerson('handle') },
      'sender.email': { asks: 'ines@customer.example', seen: handlesOf('from') },
    },
  },
  'sync-outbound-message': {
    as: 'channel',
    base: pushBody({ to: [{ handle: 'iris' }] }),
    fields: {
      ...pushed,
      sender_name: { asks: 'The team', seen: sent('sender_name') },
      author_id: { asks: 'AUTHOR', seen: async (answer) => (await sent('author')(answer)).id, reads: 'AUTHOR' },
      to: { asks: [{ handle: 'ivo' }, { handle: 'ida' }], seen: recipients, reads: ['ivo', 'ida'] },
      'to[].name': { asks: 'Ines', seen: toPerson('name') },
      'to[].handle': { asks: 'ines', seen: toPerson('handle') },
      'to[].email': { asks: 'iris@customer.example', seen: handlesOf('to') },
    },
  },
  'import-inbox-message': {
    base: () => ({
      ...{ sender: { handle: 'ivo' }, to: ['ada'], body: 'Hi', created_at: 1_700_000_000, type: 'custom' },
      ...{ external_id: `import-${++count}`, metadata: { is_inbound: true } },
    }),
    fields: {
      sender: { asks: { handle: 'ida' }, seen: ofPerson('handle'), reads: 'ida' },
      'sender.handle': { asks: 'ida', seen: ofPerson('handle') },
      'sender.name': { asks: 'Ida', seen: ofPerson('name') },
      'sender.author_id': { asks: 'AUTHOR', seen: sent('author'), reads: null },
      to: { asks: ['ada', 'ben'], seen: recipients },
      cc: { asks: ['cay'], seen: handlesAs('cc') },
      bcc: { asks: ['dan'], seen: handlesAs('bcc') },
      subject: { asks: 'Parcel', seen: sent('subject') },
      body: { asks: 'Where is it?', seen: sent('text') },
      body_format: refused('html'),
      external_id: {
        asks: 'import-',
        seen: async ({ message_uid }, asked) => (await importAgain('external_id', asked)) === message_uid,
        reads: true,
      },
      created_at: { asks: 1_600_000_000, seen: sent('created_at') },
      type: { asks: 'email', seen: sent('body'), reads: '<p>Hi</p>' },
      assignee_id: {
        asks: 'COLLEAGUE',
        seen: async ({ message_uid }) =>
          (await read(`/conversations/${await conversationOf(message_uid)}`)).assignee.id,
        reads: 'AUTHOR',
      },
      tags: {
        asks: ['Late'],
        seen: async ({ message_uid }) =>
          namesOf((await read(`/conversations/${await conversationOf(message_uid)}`)).tags),
      },
      conversation_id: { asks: 'CONVERSATION', seen: async ({ message_uid }) => conversationOf(message_uid) },
      metadata: { asks: { is_inbound: false }, seen: sent('is_inbound'), reads: false },
      'metadata.thread_ref': {
        asks: 'ref-',
        seen: async ({ message_uid }, asked) =>
          (await conversationOf(await importAgain('metadata.thread_ref', asked))) ===
          (await conversationOf(message_uid)),
        reads: true,
      },
      'metadata.is_inbound': { asks: false, seen: sent('is_inbound') },
      'metadata.is_archived': {
        asks: false,
        seen: async ({ message_uid }) =>
          (await read(`/conversations/${await conversationOf(message_uid)}`)).status !== 'archived',
        reads: true,
      },
      // there are no rules yet
      'metadata.should_skip_rules': { asks: false, seen: sent('text'), reads: 'Hi' },
      // files come in a form, which packages/hub/src/imported-messages/imported-messages.test.ts sends
      attachments: refused([{ filename: 'a.png' }], []),
    },
  },
  'receive-custom-messages': {
    base: () => ({ sender: { handle: 'ivo' }, body: 'Hi' }),
    fields: {
      sender: { asks: { name: 'Ivo' }, seen: ofPerson('name'), reads: 'Ivo' },
      'sender.handle': { asks: 'ida', seen: ofPerson('handle') },
      'sender.name': { asks: 'Ida', seen: ofPerson('name') },
      'sender.contact_id': { asks: 'alt:custom:ivo', seen: ofPerson('handle'), reads: 'ivo' },
      subject: { asks: 'Parcel', seen: sent('subject') },
      body: { asks: 'It is **late**', seen: sent('body'), reads: '<p>It is <strong>late</strong></p>' },
      body_format: { asks: 'html', seen: sent('text'), reads: 'Hi' },
      metadata: { asks: {}, seen: sent('text'), reads: 'Hi' },
      'metadata.thread_ref': {
        asks: 'ref-',
        seen: async ({ message_uid }) =>
          (
            await hub.db.query<{ external_id: string }>(
              'newest_thread',
              'select external_id from conversation_external_ids where company_id = $1 order by id desc limit 1',
              [hub.companyId],
            )
          )[0]?.external_id ?? message_uid,
      },
      'metadata.headers': {
        asks: { a: 'b' },
        seen: async ({ message_uid }) => (await message(message_uid)).metadata.headers,
      },
      attachments: refused([{ filename: 'a.png' }], []),
    },
  },
  'update-external-message-status': {
    as: 'channel',
    base: () => ({ status: 'failed', reason: 'No such number' }),
    fields: {
      status: { asks: 'failed', seen: failure('error_type'), reads: 'reported_by_channel' },
      reason: { asks: 'Gone away', seen: failure('error_message') },
    },
  },
  'create-call': {
    as: 'channel',
    base: () => {
      const call = { external_call_id: `call-${++count}`, direction: 'inbound', initial_status: 'ringing' }
      return { ...call, from: { handle: `caller-${count}` }, to: { handle: `callee-${count}` } }
    },
    fields: {
      external_call_id: { asks: 'mine-', seen: ofCall(() => true), reads: true },
      direction: { asks: 'outbound', seen: ofCall(({ direction }) => direction) },
      initial_status: { asks: 'queued', seen: ofCall(({ state }) => state) },
      from: { asks: { name: 'Ida' }, seen: ofCall(({ party }) => party.name), reads: 'Ida' },
      'from.handle': { asks: 'caller-', seen: ofCall(({ party }) => party.handle) },
      'from.name': { asks: 'Ida', seen: ofCall(({ party }) => party.name) },
      to: { asks: { name: 'Ida' }, seen: ofCall(({ party }) => party.name), reads: null },
      // the callee of an inbound call is the channel
      'to.handle': { asks: 'callee-', seen: ofCall(({ party }) => party.handle.startsWith('caller-')), reads: true },
      'to.name': { asks: 'Ida', seen: ofCall(({ party }) => party.name), reads: null },
      started_at: { asks: 1_700_000_000_500, seen: ofCall(({ started_at }) => started_at * 1_000) },
      parent_external_call_id: { asks: 'a-call', seen: ofCall(({ legs }) => legs.length), reads: 2 },
      agent_email_address: { asks: 'ben@acme.example', seen: ofCall(({ agent_email }) => agent_email) },
    },
  },
  'update-call': {
    as: 'channel',
    base: () => ({ call_status: 'connected' }),
    fields: {
      call_status: { asks: 'hold', seen: ofCall(({ state }) => state) },
      occurred_at: { asks: 1_700_000_000_500, seen: ofCall(({ answered_at }) => answered_at * 1_000) },
      agent_email_address: { asks: 'ben@acme.example', seen: ofCall(({ agent_email }) => agent_email) },
    },
  },
  'add-call-summary': {
    as: 'channel',
    base: () => ({ content: 'About it' }),
    fields: { content: { asks: 'About a parcel', seen: ofCall(({ legs }) => legs[0].summary) } },
  },
  'add-call-transcript': {
    as: 'channel',
    base: () => ({ lines: [spoken] }),
    fields: {
      lines: { asks: [spoken, spoken], seen: ofCall(({ legs }) => legs[0].transcript_lines), reads: 2 },
      'lines[].speaker_name': { asks: 'Ida', seen: ofLine('speaker_name') },
      'lines[].content': { asks: 'Hello', seen: ofLine('content') },
      'lines[].start_time_seconds': { asks: 7.5, seen: ofLine('start_time_seconds') },
      'lines[].speaker_type': { asks: 'internal', seen: ofLine('speaker_type') },
    },
  },
}

/** The call of the last call event. */
function ofCall(pick: (call: any) => unknown) {
  return async () => pick(await newestCall())
}
async function newestCall(): Promise<any> {
  const types = ['call_started', 'call_connected', 'call_on_hold', 'call_summary_added', 'call_transcript_added']
  const query = types.map((type) => `q[types][]=${type}`).join('&')
  return (await read(`/events?limit=1&${query}`))._results[0].target.data
}
function ofLine(field: string) {
  return async () => (await read(`/calls/${(await newestCall()).id}/transcript`)).lines[0][field]
}

async function whoHasIt(): Promise<string[]> {
  return (await read(`/inboxes/${pathParameters.inbox_id}/teammates`))._results.map(({ id }: any) => id)
}

/** Makes a private inbox that nobody has, or the teammate alone. */
async function privateInbox(isTheirs: boolean): Promise<string> {
  const body = { name: 'Private', is_public: false, teammate_ids: isTheirs ? [teammate] : [] }
  return (await hub.call('POST', '/inboxes', body)).body.id
}

function newestChannel(field: string) {
  return async () => {
    const all = (await read(`/inboxes/${hub.inbox}/channels`))._results
    return all.toSorted((a: any, b: any) => a.created_at - b.created_at).at(-1)[field]
  }
}

function credentialSent(): string[] {
  const authorization = String(
    channel.server.received.findLast(({ body }) => body.type === 'authorization')?.headers.authorization,
  )
  return Buffer.from(authorization.slice('Basic '.length), 'base64').toString().split(':')
}

function failure(field: string) {
  return async () => (await read(`/conversations/${pathParameters.failed_conversation}/messages`))._results[0][field]
}

/** The base body with one field set at its path. */
function withField(base: Record<string, any>, path: string, value: unknown): Record<string, any> {
  const [first = '', ...rest] = path.split(/\.|(?=\[\])/)
  if (rest.length === 0) return { ...base, [first]: value }
  if (rest[0] === '[]') return { ...base, [first]: [withField(base[first]?.[0] ?? {}, rest.slice(1).join('.'), value)] }
  return { ...base, [first]: withField(base[first] ?? {}, rest.join('.'), value) }
}

/** Ids that are only known when the hub runs. */
function resolved<T>(value: T): T {
  const known: Record<string, string> = {
    AUTHOR: teammate,
    COLLEAGUE: colleague,
    INBOX: inbox,
    CHANNEL: channel.id,
    TAG: tag,
    UID: channel.typeUid,
    CONVERSATION: pathParameters.conversation_id ?? '',
  }
  return JSON.parse(JSON.stringify(value ?? null), (_key, text) => known[text] ?? text)
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

describe('a documented field of a body', () => {
  it('is known here, for every operation that is built', async () => {
    const { paths } = await read('/openapi.json')
    const names = Object.values(paths).flatMap((all) =>
      Object.values(all as object).map((result) => result.operationId),
    )
    for (const [, , operationId, , body] of published) {
      // a form, which packages/hub/src/calls/calls.test.ts sends with each field
      if (operationId === 'add-call-recording') continue
      if (!names.includes(operationId) || body === '') continue
      const fields = Object.keys(operations[operationId]?.fields ?? {})
      assert.deepEqual(
        body.split(',').filter((field) => !fields.includes(field)),
        [],
        operationId,
      )
    }
  })

  for (const [operationId, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = published.find(([, , id]) => id === operationId) ?? [
      'PATCH',
      '/inboxes/{inbox_id}',
    ]
    const ask = async (body: unknown) => {
      pathParameters.conversation_id = await newConversation()
      pathParameters.inbox_id = /access/.test(operationId) ? await privateInbox(/removes/.test(operationId)) : hub.inbox
      pathParameters.channel_id = operationId === 'receive-custom-messages' ? await customChannel() : channel.id
      if (operationId === 'update-external-message-status') Object.assign(pathParameters, await failedOne())
      if (/contact/.test(operationId)) {
        const handles = [
          { source: 'custom', handle: operationId === 'delete-contact-handle' ? 'kept' : `known-${++count}` },
        ]
        contactId = (await hub.call('POST', '/contacts', { handles })).body.id
        pathParameters.contact_id = contactId
      }
      pathParameters.external_call_id = `call-${++count}`
      if (/^(update|add)-call/.test(operationId)) await newCall(pathParameters.external_call_id)
      const url = path.replace(/\{(\w+)\}/g, (_, name) => pathParameters[name] ?? name)
      const as = operation.as === 'channel' ? { token: channel.token() } : {}
      return hub.call(method, url, body, as)
    }
    for (const [field, about] of Object.entries(operation.fields)) {
      if ('refused' in about) {
        it(`${operationId}: ${field} is refused by name, and accepted when it is empty`, async () => {
          const answer = await ask(withField(operation.base(), field, about.refused))
          assert.equal(answer.status, 400, JSON.stringify(answer.body))
          assert.equal(answer.body._error.code, 'unsupported_field')
          assert.deepEqual(
            answer.body._error.details.map((line: string) => line.split(':')[0]),
            [`body.${field}`],
          )
          for (const neutral of about.neutral) {
            const { status, body } = await ask(withField(operation.base(), field, neutral))
            assert.ok(status < 300, `${JSON.stringify(neutral)}: ${JSON.stringify(body)}`)
          }
        })
      } else {
        it(`${operationId}: ${field} is honoured`, async () => {
          let asked = resolved(about.asks)
          if (typeof asked === 'string' && asked.endsWith('-')) asked = `${asked}${++count}` as never
          const given = isObject(asked) ? { ...operation.base()[field], ...(asked as object) } : asked
          const answer = await ask(withField(operation.base(), field, given))
          assert.ok(answer.status < 300, JSON.stringify(answer.body))
          assert.deepEqual(await about.seen(answer.body, asked), resolved('reads' in about ? about.reads : asked))
        })
      }
    }
  }

  it('that is unknown is ignored in pushes of channels', async () => {
    const body = operations['sync-inbound-message']?.base() ?? {}
    const more = {
      ...body,
      body_format: 'markdown',
      nonsense: { deep: [1] },
      metadata: { ...body.metadata, thread_ref: 'x' },
    }
    const { status } = await hub.call('POST', `/channels/${channel.id}/inbound_messages`, more, {
      token: channel.token(),
    })
    assert.equal(status, 202)
  })
})

describe('an author', () => {
  it('other than the signed-in teammate is refused, not replaced', async () => {
    const actor = { companyId: hub.companyId, kind: 'system', id: null } as const
    const sam = { email: 'sam@acme.example', password: 'a long password', firstName: 'Sam', lastName: 'Acme' }
    await createTeammate(hub.db, hub.hub.bus, actor, sam)
    const cookie = await signIn()
    const id = await newConversation()
    const as = { token: null, headers: { cookie, origin: hub.url } }
    const reply = (author_id: string) =>
      hub.call('POST', `/conversations/${id}/messages`, { body: 'Hi', author_id }, as)
    assert.equal((await reply(teammate)).status, 202)
    const answer = await reply(`alt:email:${sam.email}`)
    assert.deepEqual([answer.status, answer.body._error.code], [403, 'forbidden'])
  })
})

async function signIn(): Promise<string> {
  const { headers } = await hub.call('POST', '/sign_in', hub.admin, { token: null })
  return headers
    .getSetCookie()
    .map((result) => result.split(';')[0])
    .join('; ')
}

/** Sends a reply, and resolves with the ids that its channel gave it. */
async function failedOne(): Promise<Record<string, string>> {
  const id = await newConversation()
  await hub.call('POST', `/conversations/${id}/messages`, { body: 'Hi' })
  for (;;) {
    const [reply] = (await read2(`/conversations/${id}/messages`))._results
    if (!reply.metadata.external_id || reply.is_inbound) continue
    return { failed_conversation: id, conv_ext_id: `c-${count}`, message_ext_id: reply.metadata.external_id }
  }
}
