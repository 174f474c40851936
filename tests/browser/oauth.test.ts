import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { FakeChannelServer, answer as json } from '../harness/channel-server.ts'
import { clientSecret, OAuthServer } from '../harness/oauth-server.ts'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let server: FakeChannelServer
let oauth: OAuthServer
before(async () => {
  fixture = await openBrowserFixture()
  server = await FakeChannelServer.start()
  oauth = await OAuthServer.start()
})
after(async () => {
  await fixture.close()
  await Promise.all([server.stop(), oauth.stop()])
})

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

async function register(page: Page, name: string, isShared = false): Promise<string> {
  await page.goto(`${fixture.hub.url}/app/settings/channel-types/new`)
  const fields: [string, string][] = [
    ['Authorization URL', oauth.settings.authorize_url],
    ['Token URL', oauth.settings.token_url],
    ['Introspection URL (optional)', oauth.settings.introspection_url],
    ['Revocation URL (optional)', `${oauth.url}/token/revocation`],
    ['Client ID', oauth.settings.client_id],
    ['Client secret', clientSecret],
    ['Scopes (optional)', oauth.settings.scopes],
  ]
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Server URL').fill(server.url)
  await page.getByLabel(/an authorization server gives a token/).check()
  await button(page, 'Register channel type').click()
  await page.getByRole('link', { name: 'Enter the client ID.' }).waitFor()
  for (const [label, value] of fields) await page.getByLabel(label, { exact: true }).fill(value)
  if (isShared) {
    await page.getByLabel(/Several channels/).check()
    await page.getByLabel(/The server lists the addresses/).check()
  }
  await page.getByLabel(/Also end the tokens/).check()
  const stored = await page.evaluate('JSON.stringify({...sessionStorage})')
  assert.ok(!String(stored).includes(clientSecret))
  await button(page, 'Register channel type').click()
  await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor()
  const uid = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const redirect = await page.locator('code', { hasText: '/settings/channels/callback/' }).innerText()
  const { oauth2 } = (await fixture.hub.call('GET', `/channel_types/${uid}`)).body
  assert.deepEqual([oauth2.revocation_url, oauth2.revokes_replaced], [`${oauth.url}/token/revocation`, true])
  oauth.open(redirect.trim())
  return uid
}

/** Signs in at the authorization server and agrees. */
async function agree(page: Page): Promise<void> {
  await page.locator('input[name=login]').fill('noor')
  await page.locator('input[name=password]').fill('x')
  await page.locator('button[type=submit]').click()
  await page.locator('form[action$="/consent"], form:has(input[value=consent])').waitFor()
  await page.locator('button[type=submit]').click()
}

describe('a channel at an authorization server', () => {
  let channelId = ''

  it('is registered, added by an admin who agrees there, and leaves no code in the address', async () => {
    const page = await fixture.open('/settings/channel-types')
    const uid = await register(page, 'Acme chat')
    await page.goto(`${fixture.hub.url}/app/settings/channels/new/${uid}`)
    await page.getByLabel('Name', { exact: true }).fill('Desk')
    await button(page, /^Continue to 127\.0\.0\.1/).click()
    await agree(page)
    await heading(page, '“Desk” is connected').waitFor()
    assert.equal(new URL(page.url()).search, '')
    await page.getByRole('link', { name: 'Channel settings' }).click()
    await page.getByText('Portico has a valid token for its server.').waitFor()
    channelId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    assert.deepEqual(await findings(page), [])
    await page.context().close()
  })

  it('shows when its authorization has ended, and can be authorized again on a phone', async () => {
    await fixture.hub.db.query(
      'test_ended',
      `update oauth_grants set ended_at = now(), renew_at = null, last_error = 'The authorization server refused: <b>revoked</b> (invalid_grant).'`,
    )
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await fixture.open(`/settings/channels/${channelId}`, { ...phone, colorScheme })
      await page.getByText('<b>revoked</b>').waitFor()
      await page.getByText(/^The authorization ended/).waitFor()
      assert.deepEqual(await findings(page), [])
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= 390'), true)
      await page.context().close()
    }
    const page = await fixture.open(`/settings/channels/${channelId}`, phone)
    await button(page, 'Authorize again').click()
    await agree(page)
    await page.getByText('“Desk” is authorized again. Messages that waited go now.').waitFor()
    await page.getByRole('link', { name: 'Channel settings' }).click()
    await page.getByText('Portico has a valid token for its server.').waitFor()
    assert.ok(page.url().endsWith(channelId))
    await page.context().close()
  })

  it('shows the message of the authorization server as text, and returns to the form with its input', async () => {
    const page = await fixture.open('/settings/channel-types')
    const uid = await register(page, 'Denied')
    await page.goto(`${fixture.hub.url}/app/settings/channels/new/${uid}`)
    await page.getByLabel('Name', { exact: true }).fill('Typed before')
    await button(page, /^Continue to/).click()
    await page.locator('input[name=login]').waitFor()
    const [row] = await fixture.hub.db.query<{ n: number }>(
      'test_waits',
      'select count(*) as n from channel_authorizations where used_at is null',
    )
    assert.equal(row?.n, 1)
    const state = oauth.lastState()
    const back = `${fixture.hub.url}/app/settings/channels/callback/${uid}`
    const query = new URLSearchParams({ state, error: 'x', error_description: '<img src=x onerror=alert(1)>' })
    await page.goto(`${back}?${query}`)
    await heading(page, 'The channel was not connected').waitFor()
    await page.getByText('<img src=x onerror=alert(1)>').waitFor()
    await page.getByRole('link', { name: 'Begin again' }).click()
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Typed before')
    await page.goto(`${back}?state=made-up&code=1`)
    await page.getByText('was used already, is older than ten minutes').waitFor()
    await page.goto(back)
    await heading(page, 'Nothing came back').waitFor()
    await page.context().close()
    fixture.consoleErrors.splice(0)
  })

  it('is one of the addresses of an account, of which an admin chooses', async () => {
    server.behave = (_, response) =>
      json(response, 200, {
        type: 'success',
        addresses: Array.from({ length: 30 }, (_, n) => ({ address: `+1555${100 + n}`, name: `Line ${n}` })),
      })
    oauth.owner = { resource_owner_id: 'acme', resource_owner_name: 'Acme Ltd' }
    const page = await fixture.open('/settings/channel-types', phone)
    const uid = await register(page, 'Lines', true)
    await page.goto(`${fixture.hub.url}/app/settings/channels/new/${uid}`)
    await button(page, /^Continue to/).click()
    await agree(page)
    await heading(page, 'Which address?').waitFor()
    await page.getByText('Acme Ltd has these.').waitFor()
    assert.deepEqual(await findings(page), [])
    await page.getByLabel('Search addresses').fill('5117')
    await button(page, 'Add +1555117').click()
    await heading(page, '“Line 17” is connected').waitFor()
    await page.context().close()
    // the pages of the authorization server load fonts from elsewhere
    assert.deepEqual(
      fixture.consoleErrors.filter((line) => !line.includes('ERR_NAME_NOT_RESOLVED')),
      [],
    )
  })
})
