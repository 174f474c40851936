import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { ChannelError, type ChannelServer, defineChannel } from '../../packages/channel/src/index.ts'
import { nodeListener } from '../../packages/channel/src/node.ts'
import { createDatabase } from '../harness/database.ts'
import { startEmptyHub } from '../harness/hub.ts'
import { clientId, clientSecret, OAuthServer } from '../harness/oauth-server.ts'
import { SpawnedHub } from '../harness/spawned-hub.ts'

/** A channel that a builder wrote with the SDK as in docs/oauth.md: it asks the authorization server about every token. */
async function startSdkChannel(oauth: OAuthServer) {
  const delivered: string[] = []
  /** Tokens that it takes no more, before their time. */
  const revoked = new Set<string>()
  const asked: { address: string | null; credential: string | null }[] = []
  let channel: ChannelServer | undefined
  const server = createServer((request, response) => {
    if (channel) void nodeListener(channel)(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function accountOf(token: string | null) {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const response = await fetch(`${oauth.url}/token/introspection`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ token: token ?? '' }),
    })
    const account = (await response.json()) as { active: boolean }
    if (!account.active || revoked.has(token ?? ''))
      throw new ChannelError('authentication_required', 'This token is not valid any more.')
  }

  return {
    delivered,
    asked,
    revoked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    define(id: string, secret: string): void {
      channel = defineChannel({
        id,
        secret,
        async onAuthorize({ credential, address }) {
          await accountOf(credential)
          asked.push({ address, credential })
        },
        async onListAddresses({ credential, pageToken }) {
          await accountOf(credential)
          return pageToken === null
            ? { addresses: [{ address: '+1555001' }], pagination: { next_page_token: '2' } }
            : { addresses: [{ address: '+1555002', name: 'Sales' }] }
        },
        async onMessage({ credential, payload }) {
          await accountOf(credential)
          delivered.push(payload.text)
          return { external_id: `sdk-${delivered.length}` }
        },
        onDelete() {},
      })
    },
    async stop(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('a channel of the SDK behind an authorization server', () => {
  it('lists its addresses, is added with the chosen one, and gets a message once though its token was revoked', async (t) => {
    const hub = await startEmptyHub({ logLevel: 'silent' })
    const oauth = await OAuthServer.start()
    const sdk = await startSdkChannel(oauth)
    t.after(async () => {
      await hub.close()
      await Promise.all([oauth.stop(), sdk.stop()])
    })
    const company = await hub.addStaffedCompany('acme')
    const as = await hub.signIn(company.admin.email)
    const call = async (method: string, path: string, body: object) => {
      const answer = await hub.request(method, path, { as, body })
      assert.ok(answer.status < 300, answer.text)
      return answer.body
    }
    const type = await call('POST', '/channel_types', {
      ...{ name: 'Lines', server_url: sdk.url, auth_type: 'oauth2', wants_list_addresses: true },
      oauth2: { ...oauth.settings, credentials_mode: 'shared' },
    })
    sdk.define(type.uid, type.secret)
    oauth.open(type.redirect_uri)
    oauth.owner = { resource_owner_id: 'acme', resource_owner_name: 'Acme Ltd' }
    const begun = { application_uid: type.uid, inbox_id: company.inbox }
    const { authorize_url } = await call('POST', '/channel_authorizations', begun)
    const { state, code } = Object.fromEntries((await oauth.agree(authorize_url)).searchParams)
    const finished = await call('POST', '/channel_authorizations/finish', { application_uid: type.uid, state, code })
    assert.deepEqual(
      finished.addresses.map(({ address, name }: { address: string; name: string }) => [address, name]),
      [
        ['+1555001', '+1555001'],
        ['+1555002', 'Sales'],
      ],
    )
    const path = `/channel_authorizations/${finished.authorization_id}/channels`
    const channel = await call('POST', path, { address: '+1555002', name: 'Sales' })
    assert.equal(sdk.asked[0]?.address, '+1555002')

    sdk.revoked.add(sdk.asked[0]?.credential ?? '')
    await hub.db.query('test_age', `update oauth_grants set obtained_at = now() - interval '10 minutes'`)
    const { message_uid } = await call('POST', `/channels/${channel.id}/messages`, { to: ['+1555999'], body: 'Once' })
    for (let delivery = ''; delivery !== 'sent'; ) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      const message = await hub.request('GET', `/messages/alt:uid:${message_uid}`, { as })
      delivery = (await hub.request('GET', `/messages/${message.body.id}/delivery`, { as })).body.state
    }
    assert.deepEqual(sdk.delivered, ['Once'])
    assert.equal(oauth.refreshes().length, 1)
  })
})

describe('a hub that is killed between the answer of the authorization server and its commit', () => {
  it('costs the authorization where refresh tokens rotate, and the channel says so', async (t) => {
    const db = await createDatabase()
    const first = await startEmptyHub({ logLevel: 'silent' }, null, db)
    const oauth = await OAuthServer.start()
    const sdk = await startSdkChannel(oauth)
    const company = await first.addStaffedCompany('acme')
    const as = await first.signIn(company.admin.email)
    const call = async (method: string, path: string, body: object) => {
      const answer = await first.request(method, path, { as, body })
      assert.ok(answer.status < 300, answer.text)
      return answer.body
    }
    const type = await call('POST', '/channel_types', {
      ...{ name: 'Lines', server_url: sdk.url, auth_type: 'oauth2', oauth2: oauth.settings },
    })
    sdk.define(type.uid, type.secret)
    oauth.open(type.redirect_uri)
    const { authorize_url } = await call('POST', '/channel_authorizations', {
      application_uid: type.uid,
      inbox_id: company.inbox,
    })
    const { state, code } = Object.fromEntries((await oauth.agree(authorize_url)).searchParams)
    await call('POST', '/channel_authorizations/finish', { application_uid: type.uid, state, code })
    // from now on another process renews, on the same database
    const { drop } = db
    db.drop = async () => {}
    await first.close()
    db.drop = drop
    const hub = await SpawnedHub.start(db)
    t.after(async () => {
      await hub.kill()
      await Promise.all([oauth.stop(), sdk.stop()])
      await db.drop()
    })
    const killed = Promise.withResolvers<void>()
    oauth.intercept = async () => {
      oauth.intercept = null
      // the server rotates the refresh token all the same, and nobody hears its answer
      await hub.kill()
      killed.resolve()
      return false
    }
    await db.query('test_due', 'update oauth_grants set renew_at = now()')
    await killed.promise
    await oauth.until(() => oauth.refreshes().length === 1)
    await hub.start()
    await db.query('test_lease_over', 'update oauth_grants set lease_until = now()')
    await oauth.until(() => oauth.refreshes().length === 2)
    for (;;) {
      const [row] = await db.query<{ ended_at: Date | null; last_error: string }>(
        'test_grant',
        'select ended_at, last_error from oauth_grants',
      )
      if (row?.ended_at) {
        assert.match(row.last_error, /^Portico was interrupted while it renewed the token\. .*\(invalid_grant\)\.$/)
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.equal(oauth.refreshes()[0]?.form.refresh_token, oauth.refreshes()[1]?.form.refresh_token)
  })
})
