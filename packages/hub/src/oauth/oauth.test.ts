import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it, type TestContext } from 'node:test'
import pino from 'pino'
import { FakeChannelServer, answer as json } from '../../../../tests/harness/channel-server.ts'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { dumpTables } from '../../../../tests/harness/dump.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { clientSecret, OAuthServer } from '../../../../tests/harness/oauth-server.ts'
import { startHub } from '../main.ts'
import { readSettings } from '../settings/settings.ts'

let hub: EmptyHub
let company: StaffedCompany
let cookie: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  cookie = await hub.signIn(company.admin.email)
})
after(() => hub?.close())

interface Setting {
  oauth: OAuthServer
  server: FakeChannelServer
  type: { uid: string; redirect_uri: string; secret: string }
}

interface Wanted {
  type?: object
  oauth2?: object
  access?: number
}

async function register(t: TestContext, { type = {}, oauth2 = {}, access }: Wanted = {}): Promise<Setting> {
  const [oauth, server] = await Promise.all([OAuthServer.start(), FakeChannelServer.startFor(t)])
  t.after(() => oauth.stop())
  const made = await hub.request('POST', '/channel_types', {
    as: cookie,
    body: {
      ...{ name: 'Acme chat', server_url: server.url, auth_type: 'oauth2', wants_message_imported: false },
      oauth2: { ...oauth.settings, ...oauth2 },
      ...type,
    },
  })
  assert.equal(made.status, 201, made.text)
  oauth.open(made.body.redirect_uri, access ? { access } : {})
  return { oauth, server, type: made.body }
}

async function begin({ type }: Setting, body: object = {}): Promise<URL> {
  const fields = { application_uid: type.uid, inbox_id: company.inbox, ...body }
  const {
    status,
    body: started,
    text,
  } = await hub.request('POST', '/channel_authorizations', { as: cookie, body: fields })
  assert.equal(status, 201, text)
  return new URL(started.authorize_url)
}

function finish({ type }: Setting, back: URL | Record<string, string>, as = cookie) {
  const came = back instanceof URL ? Object.fromEntries(back.searchParams) : back
  const { state, code, error, error_description } = came
  const body = { application_uid: type.uid, state, code, error, error_description }
  return hub.request('POST', '/channel_authorizations/finish', { as, body })
}

async function addChannel(setting: Setting, body: object = {}) {
  const back = await setting.oauth.agree((await begin(setting, body)).href)
  const { status, body: finished, text } = await finish(setting, back)
  assert.equal(status, 200, text)
  assert.equal(finished.outcome, 'added')
  return finished.channel
}

async function channelNow(id: string) {
  return (await hub.request('GET', `/channels/${id}`, { as: cookie })).body
}

const bearer = (setting: Setting, index: number) => setting.server.received[index]?.headers.authorization
const errorOf = ({ status, body }: { status: number; body: any }) => [status, body._error?.code]

/** Sends a message through the channel; resolves when its server has it. */
async function send(channelId: string, body: string): Promise<string> {
  const path = `/channels/${channelId}/messages`
  const answer = await hub.request('POST', path, { as: cookie, body: { to: ['ivo'], body } })
  assert.equal(answer.status, 202, answer.text)
  return answer.body.message_uid
}

async function grant() {
  const [row] = await hub.db.query<{
    generation: number
    ended_at: Date | null
    renew_at: Date | null
    failures: number
    last_error: string
  }>(
    'test_grant',
    'select generation, ended_at, renew_at, failures, last_error from oauth_grants order by id desc limit 1',
  )
  assert.ok(row)
  return row
}

async function makeDue() {
  await hub.db.query(
    'test_due',
    'update oauth_grants set renew_at = now() where id = (select max(id) from oauth_grants)',
  )
}

async function untilGrant(condition: (row: Awaited<ReturnType<typeof grant>>) => boolean) {
  for (;;) {
    const row = await grant()
    if (condition(row)) return row
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('a channel type with OAuth 2.0', () => {
  it('is registered with its settings; its client secret is never shown, stays when it is not named, and can be replaced', async (t) => {
    const setting = await register(t)
    const path = `/channel_types/${setting.type.uid}`
    const shown = await hub.request('GET', path, { as: cookie })
    assert.equal(shown.text.includes(clientSecret), false)
    const { client_secret: _, ...given } = setting.oauth.settings
    assert.deepEqual(shown.body.oauth2, {
      ...{ ...given, revocation_url: '', revokes_replaced: false },
      ...{ credentials_mode: 'private', has_client_secret: true },
    })
    assert.equal(shown.body.redirect_uri, `${hub.url}/app/settings/channels/callback/${setting.type.uid}`)
    const change = (oauth2: object) => hub.request('PATCH', path, { as: cookie, body: { oauth2 } })
    assert.equal((await change({ ...given, scopes: ' a   b ' })).body.oauth2.scopes, 'a b')
    assert.equal((await change(given)).body.oauth2.has_client_secret, true)
    assert.equal((await change({ ...given, client_secret: null })).body.oauth2.has_client_secret, false)
    const member = await hub.signIn(company.member.email)
    assert.equal((await hub.request('GET', path, { as: member })).body.oauth2, undefined)
  })

  it('is refused without what its grant needs, and with what it cannot use', async () => {
    const good = {
      grant: 'authorization_code',
      authorize_url: 'http://127.0.0.1:9/a',
      token_url: 'http://127.0.0.1:9/t',
      client_id: 'x',
    }
    const wrong: [object, string, string][] = [
      [{ auth_type: 'oauth2' }, 'invalid_body', 'body.oauth2'],
      [{ auth_type: 'bearer', oauth2: good }, 'unsupported_field', 'body.oauth2'],
      [{ auth_type: 'oauth2', oauth2: { ...good, authorize_url: '' } }, 'invalid_body', 'body.oauth2.authorize_url'],
      [{ auth_type: 'oauth2', oauth2: { ...good, client_id: ' ' } }, 'invalid_body', 'body.oauth2.client_id'],
      [
        { auth_type: 'oauth2', oauth2: { ...good, token_url: 'ftp://x.example' } },
        'url_not_allowed',
        'body.oauth2.token_url',
      ],
      [
        { auth_type: 'oauth2', oauth2: { ...good, authorize_url: 'javascript:alert(1)' } },
        'url_not_allowed',
        'body.oauth2.authorize_url',
      ],
      [
        { auth_type: 'oauth2', oauth2: { ...good, token_url: 'http://10.0.0.1/' } },
        'blocked_address',
        'body.oauth2.token_url',
      ],
      [{ auth_type: 'oauth2', oauth2: { ...good, token_url: `${hub.url}/t` } }, 'loop', 'body.oauth2.token_url'],
      [
        { auth_type: 'oauth2', oauth2: { ...good, revocation_url: 'http://169.254.169.254/' } },
        'blocked_address',
        'body.oauth2.revocation_url',
      ],
      [
        { auth_type: 'oauth2', oauth2: { ...good, revokes_replaced: true } },
        'unsupported_field',
        'body.oauth2.revokes_replaced',
      ],
      [
        { auth_type: 'oauth2', oauth2: good, wants_list_addresses: true },
        'unsupported_field',
        'body.wants_list_addresses',
      ],
      [
        { auth_type: 'oauth2', oauth2: { ...good, grant: 'client_credentials' } },
        'unsupported_field',
        'body.oauth2.authorize_url',
      ],
    ]
    for (const [fields, code, field] of wrong) {
      const body = { name: 'X', server_url: 'http://127.0.0.1:9/', ...fields }
      const answer = await hub.request('POST', '/channel_types', { as: cookie, body })
      assert.deepEqual(errorOf(answer), [400, code], JSON.stringify(fields))
      assert.ok(
        answer.body._error.details.some((one: string) => one.startsWith(field)),
        answer.text,
      )
    }
  })
})

describe('adding a channel at an authorization server', () => {
  it('uses PKCE, state and the exact redirect URI, and authorizes at the channel’s server with the token', async (t) => {
    const setting = await register(t)
    setting.oauth.owner = { front_channel_name: 'Acme desk', front_channel_address: 'desk@acme' }
    const url = await begin(setting, { settings: { undo_send_time: 10 } })
    const query = Object.fromEntries(url.searchParams)
    assert.deepEqual(
      [query.response_type, query.client_id, query.redirect_uri],
      ['code', 'portico', setting.type.redirect_uri],
    )
    assert.deepEqual(
      [query.prompt, query.scope, query.code_challenge_method],
      ['consent', 'openid offline_access', 'S256'],
    )
    const { body, status, text } = await finish(setting, await setting.oauth.agree(url.href))
    assert.equal(status, 200, text)
    const { channel } = body
    assert.deepEqual([channel.name, channel.address, channel.settings.undo_send_time], ['Acme desk', 'desk@acme', 10])
    assert.deepEqual([channel.authorization.state, channel.authorization.owner_name], ['ok', 'desk@acme'])
    const [exchanged] = setting.oauth.calls
    assert.equal(exchanged?.form.redirect_uri, setting.type.redirect_uri)
    const challenge = createHash('sha256')
      .update(exchanged?.form.code_verifier ?? '')
      .digest('base64url')
    assert.equal(challenge, query.code_challenge)
    assert.match(exchanged?.authorization ?? '', /^Basic /)
    const [asked] = setting.server.received
    assert.equal(asked?.raw, `{"type":"authorization","payload":{"channel_id":"${channel.id}"}}`)
    assert.match(asked?.headers.authorization ?? '', /^Bearer ./)
    await send(channel.id, 'Hello')
    await setting.server.until(() => setting.server.messages().length === 1)
    assert.equal(bearer(setting, 1), bearer(setting, 0))
  })

  it('takes a state once, from the session that began, in ten minutes, for its own type', async (t) => {
    const setting = await register(t)
    const other = await register(t)
    const back = await setting.oauth.agree((await begin(setting)).href)
    const expired = [400, 'authorization_expired']
    const forged = new URL(back)
    forged.searchParams.set('state', 'x'.repeat(43))
    assert.deepEqual(errorOf(await finish(setting, forged)), expired)
    const again = await hub.signIn(company.admin.email)
    assert.deepEqual(errorOf(await finish(setting, back, again)), expired)
    assert.equal((await finish(setting, back)).status, 200)
    assert.deepEqual(errorOf(await finish(setting, back)), expired)
    const late = await setting.oauth.agree((await begin(setting)).href)
    await hub.db.query(
      'test_late',
      `update channel_authorizations set expires_at = now() - interval '1 second' where used_at is null`,
    )
    assert.deepEqual(errorOf(await finish(setting, late)), expired)
    const mixed = await setting.oauth.agree((await begin(setting)).href)
    assert.deepEqual(errorOf(await finish(other, mixed)), expired)
    assert.deepEqual(other.oauth.calls, [])
    const token = await hub.request('POST', '/channel_authorizations', {
      as: company.apiToken,
      body: { application_uid: setting.type.uid, inbox_id: company.inbox },
    })
    assert.deepEqual(errorOf(token), [403, 'forbidden'])
    const direct = { type: 'custom', application_uid: setting.type.uid }
    const refused = await hub.request('POST', `/inboxes/${company.inbox}/channels`, { as: cookie, body: direct })
    assert.deepEqual(errorOf(refused), [400, 'authorization_required'])
  })

  it('leaves nothing behind when any side refuses, with a reason that has no secret', async (t) => {
    const setting = await register(t)
    const count = async () =>
      (
        await hub.db.query<{ n: number }>(
          'test_counts',
          'select (select count(*) from channels) + (select count(*) from oauth_grants) as n',
        )
      )[0]?.n
    const before = await count()
    const denied = async (came: Record<string, string>) => {
      const state = (await begin(setting)).searchParams.get('state') ?? ''
      return (await finish(setting, { state, ...came })).body._error
    }
    assert.equal((await denied({ error: 'access_denied' })).code, 'authorization_denied')
    const html = await denied({ error: 'server_error', error_description: '<img src=x onerror=alert(1)>\u001b[31m' })
    assert.equal(
      html.message,
      'The authorization server sent you back without a token: <img src=x onerror=alert(1)> – server_error.',
    )
    const failed = async (answer: (code: string, response: import('node:http').ServerResponse) => void) => {
      const back = await setting.oauth.agree((await begin(setting)).href)
      setting.oauth.intercept = (call, response) => {
        answer(call.form.code ?? '', response)
        return true
      }
      const { status, body } = await finish(setting, back)
      setting.oauth.intercept = null
      return [status, body._error.code, body._error.message]
    }
    const said = (message: string) => [400, 'authorization_failed', message]
    assert.deepEqual(
      await failed((code, response) =>
        json(response, 400, {
          error: 'invalid_grant',
          error_description: `code ${code} and ${clientSecret} are wrong`,
        }),
      ),
      said('The authorization server refused: code … and … are wrong (invalid_grant).'),
    )
    assert.deepEqual(
      await failed(
        (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>'),
      ),
      said('The authorization server answered 200 OK with something that is not JSON.'),
    )
    assert.deepEqual(
      await failed((_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()),
      said(
        'The authorization server redirects elsewhere (302), which is not followed. Register the URL where it really answers.',
      ),
    )
    assert.deepEqual(
      await failed((_, response) => json(response, 200, { access_token: 'a', token_type: 'DPoP' })),
      said('The authorization server answered with a token of the type "DPoP"; Portico sends Bearer tokens only.'),
    )
    assert.deepEqual(
      await failed((_, response) => json(response, 200, { access_token: 'a\r\nX-Evil: 1' })),
      said('The authorization server answered with a token that no header can carry.'),
    )
    assert.deepEqual(
      await failed((_, response) => void response.socket?.destroy()),
      said('The authorization server broke the connection before its answer was complete.'),
    )
    setting.server.authorize = (_, response) => json(response, 401, { type: 'bad_request', message: 'Unknown tenant' })
    const back = await setting.oauth.agree((await begin(setting)).href)
    assert.deepEqual(errorOf(await finish(setting, back)), [400, 'channel_refused'])
    assert.equal(await count(), before)
  })

  it('takes a server that answers a bare token, with the client in the body, for a token that does not expire', async (t) => {
    const setting = await register(t, { oauth2: { introspection_url: '' } })
    setting.oauth.intercept = (call, response) => {
      if (call.authorization) json(response, 401, { error: 'invalid_client' })
      else json(response, 200, { access_token: 'plain-token' })
      return true
    }
    const channel = await addChannel(setting, { name: 'Mine' })
    assert.deepEqual([channel.name, channel.address], ['Mine', channel.id])
    assert.equal(channel.authorization.expires_at, null)
    assert.equal(setting.oauth.calls.at(-1)?.form.client_secret, clientSecret)
    assert.equal(bearer(setting, 0), 'Bearer plain-token')
  })

  it('keeps every token and secret out of the database’s text and the log', async (t) => {
    const setting = await register(t)
    const tokens: string[] = []
    const back = await setting.oauth.agree((await begin(setting)).href)
    assert.equal((await finish(setting, back)).status, 200)
    const [exchanged] = setting.oauth.calls
    tokens.push(clientSecret, back.searchParams.get('code') ?? '', back.searchParams.get('state') ?? '')
    tokens.push(exchanged?.form.code_verifier ?? '', (bearer(setting, 0) ?? '').replace('Bearer ', ''))
    const dump = await dumpTables(hub.db)
    assert.ok(dump.includes(setting.type.uid))
    for (const secret of tokens) {
      assert.ok(secret.length > 10)
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        assert.equal(dump.includes(form), false)
        assert.equal(hub.logged().includes(form), false)
      }
    }
  })
})

describe('a token', () => {
  it('is renewed before it expires, with the refresh token that was rotated last', async (t) => {
    const setting = await register(t, { access: 3 })
    const channel = await addChannel(setting)
    await setting.oauth.until(() => setting.oauth.refreshes().length >= 2)
    const [first, second] = setting.oauth.refreshes()
    assert.notEqual(first?.form.refresh_token, second?.form.refresh_token)
    await untilGrant(({ generation }) => generation >= 3)
    await send(channel.id, 'With a new one')
    await setting.server.until(() => setting.server.messages().length === 1)
    assert.notEqual(bearer(setting, 1), bearer(setting, 0))
    assert.equal((await channelNow(channel.id)).authorization.state, 'ok')
  })

  it('is renewed once when a server refuses it, and the same bytes are sent again', async (t) => {
    const setting = await register(t)
    const channel = await addChannel(setting)
    const [first] = setting.server.received
    setting.server.behave = (received, response) => {
      if (received.headers.authorization === first?.headers.authorization)
        return json(response, 401, { message: 'Token expired' })
      json(response, 200, { type: 'success', external_id: 'e1' })
    }
    await hub.db.query('test_age', `update oauth_grants set obtained_at = now() - interval '10 minutes'`)
    const uid = await send(channel.id, 'Twice asked, once taken')
    await setting.server.until(() => setting.server.messages().length === 2)
    const [refused, taken] = setting.server.messages()
    assert.equal(refused?.raw, taken?.raw)
    assert.equal(setting.oauth.refreshes().length, 1)
    assert.ok(uid)
  })

  it('makes the message fail, with the channel’s message, when it is new and refused', async (t) => {
    const setting = await register(t)
    const channel = await addChannel(setting)
    setting.server.behave = (_, response) =>
      json(response, 401, { type: 'authentication_required', message: 'This account is closed' })
    await send(channel.id, 'Never taken')
    await untilDelivery('failed')
    assert.equal(setting.server.messages().length, 1)
    assert.deepEqual(setting.oauth.refreshes(), [])
  })

  it('is asked for once by two hubs that find it due at the same moment', async (t) => {
    const setting = await register(t)
    await addChannel(setting)
    const settings = readSettings({ PORT: '0', PORTICO_DEMO: '0' })
    const other = await startHub({ settings, db: hub.db, sealer: hub.sealer, log: pino({ level: 'silent' }) })
    t.after(() => other.close())
    for (let generation = 2; generation <= 5; generation++) {
      await makeDue()
      await untilGrant((row) => row.generation === generation)
    }
    assert.equal(setting.oauth.refreshes().length, 4)
    assert.equal((await grant()).ended_at, null)
  })

  it('is claimed by one of many that claim at once', async (t) => {
    await addChannel(await register(t))
    const [made] = await hub.db.query<{ company_id: number; id: number }>(
      'test_held',
      `update oauth_grants set renew_at = now() where id = (select max(id) from oauth_grants) returning company_id, id`,
    )
    // renewals of the hub's own poll count as well
    const claims = Array.from({ length: 10 }, () =>
      hub.db.query('test_claim', 'select * from claim_renewal($1, $2, gen_random_uuid())', [
        made?.company_id,
        made?.id,
      ]),
    )
    const got = (await Promise.all(claims)).filter((rows) => rows.length > 0)
    const { generation } = await grant()
    assert.ok(got.length + (generation - 1) <= 1, `${got.length} claims, generation ${generation}`)
  })

  it('is retried with the reason while it cannot be renewed', async (t) => {
    const setting = await register(t)
    const channel = await addChannel(setting)
    setting.oauth.intercept = (_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
      return true
    }
    await makeDue()
    await untilGrant(({ failures }) => failures === 1)
    const { authorization } = await channelNow(channel.id)
    assert.deepEqual(
      [authorization.state, authorization.last_error],
      ['failing', 'The authorization server answered 502 Bad Gateway with something that is not JSON.'],
    )
    setting.oauth.intercept = null
    await makeDue()
    await untilGrant(({ generation }) => generation === 2)
    assert.equal((await channelNow(channel.id)).authorization.state, 'ok')
  })

  it('is requested again when the hub died between response and commit, and a refusal is shown on the channel', async (t) => {
    const setting = await register(t)
    const channel = await addChannel(setting)
    // the hub that died: the authorization server has answered it, and the refresh token is spent
    await hub.db.query(
      'test_died',
      `update oauth_grants set claim_id = gen_random_uuid(), lease_until = now() + interval '60 seconds', renew_at = now()
       where id = (select max(id) from oauth_grants)`,
    )
    setting.oauth.intercept = (_, response) => {
      json(response, 400, { error: 'invalid_grant', error_description: 'refresh token was used' })
      return true
    }
    assert.deepEqual(setting.oauth.refreshes(), [])
    await hub.db.query('test_lease_over', `update oauth_grants set lease_until = now() where claim_id is not null`)
    await untilGrant(({ ended_at }) => ended_at !== null)
    const { authorization } = await channelNow(channel.id)
    assert.deepEqual(
      [authorization.state, authorization.last_error],
      [
        'ended',
        'Portico was interrupted while it renewed the token. The authorization server refused: refresh token was used (invalid_grant).',
      ],
    )
  })
})

async function untilDelivery(state: string): Promise<void> {
  for (;;) {
    const [row] = await hub.db.query<{ state: string }>(
      'test_delivery',
      'select state from all_deliveries order by message_id desc limit 1',
    )
    if (row?.state === state) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('an authorization that has ended', () => {
  it('holds messages back, and after "Authorize again" they go through the same channel', async (t) => {
    const setting = await register(t)
    setting.oauth.owner = { front_channel_address: 'desk 2' }
    const channel = await addChannel(setting)
    setting.oauth.intercept = (_, response) => {
      json(response, 400, { error: 'invalid_grant' })
      return true
    }
    await makeDue()
    await untilGrant(({ ended_at }) => ended_at !== null)
    setting.oauth.intercept = null
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await send(channel.id, 'Waits')
    await untilDelivery('delayed')
    assert.deepEqual(setting.server.messages(), [])

    setting.oauth.owner = { front_channel_address: 'somebody else' }
    const stranger = await setting.oauth.agree((await begin(setting, { channel_id: channel.id })).href)
    assert.deepEqual(errorOf(await finish(setting, stranger)), [409, 'other_account'])

    setting.oauth.owner = { front_channel_address: 'desk 2' }
    const back = await setting.oauth.agree((await begin(setting, { channel_id: channel.id })).href)
    const { body, text } = await finish(setting, back)
    assert.equal(body.outcome, 'authorized_again', text)
    assert.deepEqual([body.channel.id, body.channel.authorization.state], [channel.id, 'ok'])
    await setting.server.until(() => setting.server.messages().length === 1)
    assert.deepEqual(
      setting.server.received.map(({ body: { type } }) => type),
      ['authorization', 'authorization', 'message'],
    )
  })
})

describe('an address', () => {
  it('belongs to one channel of a type', async (t) => {
    const setting = await register(t)
    setting.oauth.owner = { front_channel_address: 'only one' }
    await addChannel(setting)
    const back = await setting.oauth.agree((await begin(setting)).href)
    assert.deepEqual(errorOf(await finish(setting, back)), [409, 'address_taken'])
  })
})

describe('shared credentials', () => {
  it('list their addresses page by page, and the channels of an owner share one token', async (t) => {
    const setting = await register(t, { type: { wants_list_addresses: true }, oauth2: { credentials_mode: 'shared' } })
    setting.oauth.owner = { resource_owner_id: 'o1', resource_owner_name: 'Acme Ltd' }
    setting.server.behave = ({ body }, response) => {
      if (body.payload.page_token === undefined) {
        return json(response, 200, {
          type: 'success',
          addresses: [{ address: '+1555001', name: 'Support' }, { address: '', name: 'nothing' }, 7],
          pagination: { next_page_token: 'p2' },
        })
      }
      json(response, 200, { type: 'success', addresses: [{ address: '+1555002' }], pagination: null })
    }
    const back = await setting.oauth.agree((await begin(setting)).href)
    const { body, text } = await finish(setting, back)
    assert.equal(body.outcome, 'choose_address', text)
    assert.equal(body.owner_name, 'Acme Ltd')
    assert.deepEqual(body.addresses, [
      { address: '+1555001', name: 'Support', is_taken: false },
      { address: '+1555002', name: '+1555002', is_taken: false },
    ])
    assert.deepEqual(
      setting.server.received.map(({ raw }) => raw),
      ['{"type":"list_addresses","payload":{}}', '{"type":"list_addresses","payload":{"page_token":"p2"}}'],
    )
    const add = (address: string, as = cookie) =>
      hub.request('POST', `/channel_authorizations/${body.authorization_id}/channels`, { as, body: { address } })
    const stranger = await hub.signIn(company.admin.email)
    assert.deepEqual(errorOf(await add('+1555001', stranger)), [404, 'not_found'])
    const first = await add('+1555001')
    assert.deepEqual([first.status, first.body.address], [201, '+1555001'], first.text)
    assert.deepEqual(errorOf(await add('+1555001')), [409, 'address_taken'])
    const second = await add('+1555002')
    assert.equal(second.status, 201, second.text)
    const { body: asked } = setting.server.received.at(-1) ?? {}
    assert.deepEqual(asked?.payload, { channel_id: second.body.id, address: '+1555002' })
    const rows = await hub.db.query<{ n: number }>(
      'test_shared',
      `select count(*) as n from oauth_grants g where g.owner_id = 'o1'`,
    )
    assert.equal(rows[0]?.n, 1)
    for (const channel of [first.body, second.body])
      await hub.request('DELETE', `/channels/${channel.id}`, { as: cookie })
    for (;;) {
      const [left] = await hub.db.query<{ n: number }>(
        'test_left',
        `select count(*) as n from oauth_grants where owner_id = 'o1'`,
      )
      if (left?.n === 0) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
})

describe('a channel with a login of its own', () => {
  it('gets its token with client credentials, which are kept for the next', async (t) => {
    const { url, token_url } = await OAuthServer.start().then((oauth) => {
      t.after(() => oauth.stop())
      oauth.open('http://127.0.0.1:9/unused')
      return { url: oauth.url, token_url: oauth.settings.token_url }
    })
    const server = await FakeChannelServer.startFor(t)
    const type = await hub.request('POST', '/channel_types', {
      as: cookie,
      body: {
        name: 'CC',
        server_url: server.url,
        auth_type: 'oauth2',
        oauth2: { grant: 'client_credentials', token_url },
      },
    })
    assert.equal(type.status, 201, type.text)
    const add = (credentials?: object) =>
      hub.request('POST', `/inboxes/${company.inbox}/channels`, {
        as: cookie,
        body: { type: 'custom', application_uid: type.body.uid, credentials },
        headers: { prefer: 'return=representation' },
      })
    assert.deepEqual(errorOf(await add()), [400, 'invalid_body'])
    const wrong = await add({ client_id: 'portico', client_secret: 'nope' })
    assert.deepEqual(errorOf(wrong), [400, 'authorization_failed'], url)
    const made = await add({ client_id: 'portico', client_secret: clientSecret })
    assert.equal(made.status, 201, made.text)
    assert.equal(made.body.authorization.owner_name, 'portico')
    assert.match(server.received[0]?.headers.authorization ?? '', /^Bearer ./)
    await makeDue()
    await untilGrant(({ generation }) => generation === 2)
  })

  it('forgets a password when it has a refresh token, and asks with it where it has none', async (t) => {
    const oauth = await OAuthServer.start()
    t.after(() => oauth.stop())
    const server = await FakeChannelServer.startFor(t)
    let refresh: string | undefined = 'r1'
    oauth.intercept = (_, response) => {
      json(response, 200, { access_token: 'a', expires_in: '3600', ...(refresh && { refresh_token: refresh }) })
      return true
    }
    const { token_url, client_id, client_secret } = oauth.settings
    const oauth2 = { grant: 'password', token_url, client_id, client_secret }
    const type = await hub.request('POST', '/channel_types', {
      as: cookie,
      body: { name: 'PW', server_url: server.url, auth_type: 'oauth2', oauth2 },
    })
    const add = () =>
      hub.request('POST', `/inboxes/${company.inbox}/channels`, {
        as: cookie,
        body: {
          type: 'custom',
          application_uid: type.body.uid,
          credentials: { username: 'noor', password: 'pass word ' },
        },
      })
    const kept = async () =>
      (
        await hub.db.query<{ kept: boolean }>(
          'test_kept',
          'select sealed_login is not null as kept from oauth_grants order by id desc limit 1',
        )
      )[0]?.kept
    assert.equal((await add()).status, 204)
    assert.equal(await kept(), false)
    refresh = undefined
    assert.equal((await add()).status, 204)
    assert.equal(await kept(), true)
    assert.deepEqual([oauth.calls[0]?.form.username, oauth.calls[0]?.form.password], ['noor', 'pass word '])
  })
})

describe('tokens that no channel uses any more', () => {
  const revocable = async (t: TestContext, oauth2: object = {}, type: object = {}) => {
    const setting = await register(t, { type: { wants_delete: false, ...type } })
    const path = `/channel_types/${setting.type.uid}`
    const { client_secret: _, ...given } = setting.oauth.settings
    const changed = { ...given, revocation_url: `${setting.oauth.url}/token/revocation`, ...oauth2 }
    const answer = await hub.request('PATCH', path, { as: cookie, body: { oauth2: changed } })
    assert.equal(answer.status, 200, answer.text)
    return setting
  }
  const remove = (id: string) => hub.request('DELETE', `/channels/${id}`, { as: cookie })
  const tokenOf = (setting: Setting, index: number) => (bearer(setting, index) ?? '').replace('Bearer ', '')
  const untilRevoked = (setting: Setting, count: number) =>
    setting.oauth.until(() => setting.oauth.revocations().length >= count)
  const waiting = async () =>
    hub.db.query<{ attempts: number }>('test_waiting', 'select attempts from oauth_revocations order by grant_id')
  const untilForgotten = async () => {
    while ((await waiting()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  }

  const settled = () => hub.logged().split('"token revocation"').length - 1
  const untilSettled = async (count: number) => {
    while (settled() < count) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  it('are revoked when the channel is deleted, after its server was told, and then forgotten', async (t) => {
    const setting = await revocable(t, {}, { wants_delete: true })
    const channel = await addChannel(setting)
    const token = tokenOf(setting, 0)
    assert.equal(await setting.oauth.isActive(token), true)
    setting.server.behave = (_, response) => {
      assert.deepEqual(setting.oauth.revocations(), [])
      json(response, 200, { type: 'success' })
    }
    assert.equal((await remove(channel.id)).status, 204)
    await untilRevoked(setting, 2)
    assert.equal(setting.server.received.at(-1)?.body.type, 'delete')
    assert.deepEqual(
      setting.oauth.revocations().map(([hint]) => hint),
      ['refresh_token', 'access_token'],
    )
    assert.equal(setting.oauth.revocations()[1]?.[1], token)
    assert.equal(await setting.oauth.isActive(token), false)
    await untilForgotten()
  })

  it('stay while another channel shares them', async (t) => {
    const setting = await revocable(t, { credentials_mode: 'shared' })
    setting.oauth.owner = { resource_owner_id: 'shared', resource_owner_name: 'Acme Ltd' }
    const first = await addChannel(setting)
    const second = await addChannel(setting)
    const token = tokenOf(setting, 1)
    await remove(first.id)
    assert.deepEqual(await waiting(), [])
    assert.equal(await setting.oauth.isActive(token), true)
    await remove(second.id)
    await untilRevoked(setting, 2)
    assert.equal(setting.oauth.revocations()[1]?.[1], token)
  })

  it('are revoked when an admin authorizes again, where the type asks for it; the new ones stay', async (t) => {
    for (const revokes_replaced of [true, false]) {
      const setting = await revocable(t, { revokes_replaced })
      const channel = await addChannel(setting)
      const before = tokenOf(setting, 0)
      const back = await setting.oauth.agree((await begin(setting, { channel_id: channel.id })).href)
      assert.equal((await finish(setting, back)).body.outcome, 'authorized_again')
      if (revokes_replaced) {
        await untilRevoked(setting, 2)
        await untilForgotten()
      }
      assert.deepEqual(await waiting(), [])
      const active = await Promise.all([before, tokenOf(setting, 1)].map((token) => setting.oauth.isActive(token)))
      assert.deepEqual(active, [!revokes_replaced, true])
      assert.equal((await channelNow(channel.id)).authorization.state, 'ok')
    }
  })

  it('are asked for four times while the server is away, and once when it refuses', async (t) => {
    const setting = await revocable(t)
    const answers = [() => 503, () => 429, () => 502, () => 500]
    setting.oauth.intercept = ({ path }, response) => {
      if (!path.startsWith('/token/revocation')) return false
      json(response, answers.shift()?.() ?? 400, { error: 'unsupported_token_type' })
      return true
    }
    const refusing = await addChannel(setting)
    const [away, other] = [await addChannel(setting), await addChannel(setting)]
    const before = settled()
    await remove(away.id)
    for (const attempt of [1, 2, 3]) {
      await untilSettled(before + attempt)
      assert.equal((await waiting())[0]?.attempts, attempt)
      await hub.db.query('test_now', 'update oauth_revocations set due_at = now()')
    }
    await untilForgotten()
    assert.equal(setting.oauth.revocations().length, 4)
    await remove(refusing.id)
    await untilRevoked(setting, 6)
    await untilForgotten()
    assert.equal(setting.oauth.revocations().length, 6)
    await hub.request('PATCH', `/channel_types/${setting.type.uid}`, {
      as: cookie,
      body: { oauth2: { ...setting.oauth.settings, revocation_url: '' } },
    })
    await remove(other.id)
    assert.deepEqual(await waiting(), [])
  })

  it('of a client of its own are revoked as that client', async (t) => {
    const oauth = await OAuthServer.start()
    t.after(() => oauth.stop())
    oauth.open('http://127.0.0.1:9/unused')
    const server = await FakeChannelServer.startFor(t)
    const { token_url, url } = { ...oauth.settings, url: oauth.url }
    const oauth2 = { grant: 'client_credentials', token_url, revocation_url: `${url}/token/revocation` }
    const fields = { name: 'CC', server_url: server.url, auth_type: 'oauth2', wants_delete: false, oauth2 }
    const type = await hub.request('POST', '/channel_types', { as: cookie, body: fields })
    assert.equal(type.status, 201, type.text)
    const credentials = { client_id: 'portico', client_secret: clientSecret }
    const made = await hub.request('POST', `/inboxes/${company.inbox}/channels`, {
      as: cookie,
      body: { type: 'custom', application_uid: type.body.uid, credentials },
      headers: { prefer: 'return=representation' },
    })
    assert.equal(made.status, 201, made.text)
    const token = (server.received[0]?.headers.authorization ?? '').replace('Bearer ', '')
    await remove(made.body.id)
    await oauth.until(() => oauth.revocations().length === 1)
    assert.deepEqual(oauth.revocations(), [['access_token', token]])
    assert.equal(await oauth.isActive(token), false)
  })

  it('are claimed by one of many that claim at once', async () => {
    await hub.db.query(
      'test_many',
      `insert into oauth_revocations (company_id, grant_id, generation, channel_type_id, sealed_access_token)
       select t.company_id, n, 1, max(t.id), '\\x00' from channel_types t, generate_series(1, 20) n
       where t.company_id = $1 group by 1, 2`,
      [company.companyId],
    )
    const claim = () =>
      hub.db.query<{ grant_id: number }>('test_claim_revocations', 'select * from claim_revocations(8)')
    const claims = await Promise.all(Array.from({ length: 10 }, claim))
    const ids = claims.flat().map(({ grant_id }) => grant_id)
    assert.equal(new Set(ids).size, ids.length)
    await hub.db.query('test_clear', 'delete from oauth_revocations')
  })
})
