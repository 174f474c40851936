import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { errorCatalogue, issueChannelToken } from '@portico/protocol'
import { RETRY_AFTER } from '../packages/hub/src/channel-callbacks/outcome.ts'
import { undoChoices } from '../packages/inbox/src/channels/undo-times.ts'
import { settingsEn } from '../packages/inbox/src/strings/settings.en.ts'
import { signInEn } from '../packages/inbox/src/strings/sign-in.en.ts'
import { FakeChannelServer } from './harness/channel-server.ts'
import { cookieOf, startTestHub, type TestHub } from './harness/hub.ts'

/** Tests the numbers and statements in the settings' sentences against a running hub. */
let hub: TestHub
let server: FakeChannelServer
let operations: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
before(async () => {
  hub = await startTestHub()
  server = await FakeChannelServer.start()
  operations = (await hub.call('GET', '/openapi.json')).body.paths
})
after(async () => {
  await hub.close()
  await server.stop()
})

interface Schema {
  properties?: Record<string, Schema>
  allOf?: Schema[]
  maxLength?: number
  minLength?: number
  minimum?: number
  maximum?: number
  enum?: number[]
  anyOf?: Schema[]
}

function fieldOf(method: string, path: string, ...names: string[]): Schema {
  let found = operations[path]?.[method]?.requestBody?.content['application/json']?.schema
  for (const name of names) {
    found = [found, ...(found?.allOf ?? [])].map((schema) => schema?.properties?.[name]).find((schema) => schema)
  }
  assert.ok(found, `${method} ${path} ${names.join('.')}`)
  return found
}

const numbersIn = (words: string) => (words.match(/[\d,]*\d/g) ?? []).map((text) => Number(text.replaceAll(',', '')))
const { channels, inboxes, apiTokens, channelTypes: types } = settingsEn
const typeFields = { name: 'Acme SMS', server_url: 'http://127.0.0.1:9/sms' }

describe('the settings texts', () => {
  const longest: [string, string, ...string[]][] = [
    [channels.missing.longName, '/channels/{channel_id}', 'name'],
    [inboxes.missing.longName, '/inboxes', 'name'],
    [apiTokens.missing.longName, '/api_tokens', 'name'],
    [types.missing.longName, '/channel_types', 'name'],
    [types.missing.longDescription, '/channel_types', 'description'],
    [signInEn.missing.longPassword, '/setup', 'password'],
  ]
  for (const [words, path, ...names] of longest) {
    it(`have the hub’s limit of: ${words}`, () => {
      const { maxLength } = fieldOf(path === '/channels/{channel_id}' ? 'patch' : 'post', path, ...names)
      assert.deepEqual(numbersIn(words), [maxLength])
    })
  }

  it('have the hub’s shortest password', () => {
    const { minLength } = fieldOf('post', '/setup', 'password')
    for (const words of [signInEn.missing.shortPassword, signInEn.newPasswordHint]) {
      assert.deepEqual(numbersIn(words), [minLength])
    }
  })

  it('have the hub’s maximum and default of concurrent requests', async () => {
    const { minimum, maximum } = fieldOf('post', '/channel_types', 'max_in_flight')
    assert.deepEqual(numbersIn(types.missing.maxInFlight), [minimum, maximum])
    const { body } = await hub.call('POST', '/channel_types', typeFields)
    assert.deepEqual(numbersIn(types.maxInFlightHint), [minimum, maximum, body.max_in_flight])
  })

  it('have the hub’s limits of the numeric alias', () => {
    const [number] = fieldOf('post', '/channel_types', 'numeric_alias').anyOf ?? []
    assert.deepEqual(numbersIn(types.missing.alias), [number?.minimum, number?.maximum])
  })

  it('have the hub’s time for notifying a server of a deletion', () => {
    const seconds = RETRY_AFTER.reduce((sum, wait) => sum + wait)
    assert.deepEqual(numbersIn(channels.removeNotifies(true)), [Math.floor(seconds / 60)])
  })

  it('have the hub’s undo times', () => {
    const schema = fieldOf('patch', '/channels/{channel_id}', 'settings', 'undo_send_time')
    assert.deepEqual(
      undoChoices.map(({ value }) => Number(value)),
      schema.enum,
    )
  })

  it('have the hub’s limit of an icon', async () => {
    const icon = (size: number) => `data:image/svg+xml;base64,${Buffer.from('<svg>'.padEnd(size)).toString('base64')}`
    const statusOf = async (size: number) =>
      (await hub.call('POST', '/channel_types', { ...typeFields, icon: icon(size) })).status
    assert.deepEqual([await statusOf(64 * 1024), await statusOf(64 * 1024 + 1)], [201, 400])
    assert.deepEqual([numbersIn(types.iconHint)[0], numbersIn(types.missing.largePicture)[0]], [64, 64])
  })
})

describe('a general statement of the settings', () => {
  it('is true of the time in which tokens of the old secret are accepted', async () => {
    const { uid } = (await hub.call('POST', '/channel_types', typeFields)).body
    await hub.call('POST', `/channel_types/${uid}/rotate_secret`)
    const { previous_expires_at } = (await hub.call('POST', `/channel_types/${uid}/secrets/new/sign`)).body
    const hours = Math.round((previous_expires_at - Date.now() / 1000) / 3600)
    assert.deepEqual(numbersIn(types.questions.sign.hints.join(' ')), [hours])
  })

  it('is true of the fields of a used type that may change, and channels keep their URL', async () => {
    assert.match(types.newIntro, /what somebody enters .*, and how its customers are known, only while no channel uses/)
    const { uid } = (await hub.call('POST', '/channel_types', { ...typeFields, server_url: server.url })).body
    const body = { type: 'custom', application_uid: uid }
    const options = { headers: { prefer: 'return=representation' } }
    const channel = (await hub.call('POST', `/inboxes/${hub.inbox}/channels`, body, options)).body
    for (const change of [{ auth_type: 'bearer' }, { contact_type: 'phone' }]) {
      assert.equal((await hub.call('PATCH', `/channel_types/${uid}`, change)).status, 409)
    }
    const moved = { server_url: 'http://127.0.0.1:9/elsewhere', composer: 'advanced', allow_reply: false }
    assert.equal((await hub.call('PATCH', `/channel_types/${uid}`, moved)).status, 200)
    assert.match(types.serverUrlHint, /Channels that exist keep the URL that they have\./)
    const after = (await hub.call('GET', `/channels/${channel.id}`)).body
    assert.equal(after.webhook_url, channel.webhook_url)
  })

  it('is true of equal handles: one contact over all channel types', async () => {
    assert.match(types.contactTypeHint, /whatever their type, an equal number, address or name is one person/)
    const contacts = new Set<string>()
    for (const name of ['One', 'Two']) {
      const type = (await hub.call('POST', '/channel_types', { name, server_url: server.url })).body
      const options = { headers: { prefer: 'return=representation' } }
      const added = { type: 'custom', application_uid: type.uid }
      const channel = (await hub.call('POST', `/inboxes/${hub.inbox}/channels`, added, options)).body
      const token = issueChannelToken({ secret: type.secret, uid: type.uid, channelId: channel.id })
      const metadata = { external_id: name, external_conversation_id: name }
      const body = { sender: { handle: '17' }, body: 'hello', metadata }
      const pushed = await hub.call('POST', `/channels/${channel.id}/inbound_messages`, body, { token })
      const message = (await hub.call('GET', `/messages/alt:uid:${pushed.body.message_uid}`)).body
      contacts.add(message.recipients[0]._links.related.contact)
    }
    assert.equal(contacts.size, 1)
  })

  it('is true of API tokens, which end with the rights of the admin who made them', async () => {
    assert.match(apiTokens.intro, /A token ends when whoever made it is no admin any more\./)
    const invited = await hub.call('POST', '/invitations', { email: 'sam@acme.example', is_admin: true })
    const path = new URL(invited.body.url).pathname.split('/').at(-1)
    const asBrowser = { token: null, headers: { origin: hub.url } }
    const person = { first_name: 'Sam', password: 'long enough' }
    const joined = await hub.call('POST', `/invitations/by_token/${path}/accept`, person, asBrowser)
    const as = { token: null, headers: { origin: hub.url, cookie: cookieOf(joined) } }
    const made = await hub.call('POST', '/api_tokens', { name: 'Sam’s' }, as)
    assert.equal((await hub.call('GET', '/me', undefined, { token: made.body.token })).status, 200)
    await hub.call('PATCH', '/teammates/alt:email:sam%40acme.example', { is_admin: false })
    assert.equal((await hub.call('GET', '/me', undefined, { token: made.body.token })).status, 401)
  })

  it('is true of refused addresses: the hub calls one of this machine', async () => {
    const { body } = await hub.call('POST', '/channel_types', { ...typeFields, server_url: 'http://169.254.169.254/x' })
    assert.equal(body._error.message, '169.254.169.254 is not a public address, and this hub does not call it.')
    assert.equal((await hub.call('POST', '/channel_types', { ...typeFields, server_url: server.url })).status, 201)
  })

  it('names no single cause for an error with several', () => {
    assert.doesNotMatch(errorCatalogue.sign_in_failed.message, /do not match/)
    assert.doesNotMatch(errorCatalogue.storage_unavailable.message, /nothing was stored/)
    assert.doesNotMatch(errorCatalogue.too_many_attempts.message, /sign in/)
    assert.match(errorCatalogue.invitation_expired.message, /was revoked/)
  })
})
