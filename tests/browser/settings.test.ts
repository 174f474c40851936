import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { answer, FakeChannelServer } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let server: FakeChannelServer
before(async () => {
  fixture = await openBrowserFixture()
  server = await FakeChannelServer.start()
})
after(async () => {
  await fixture.close()
  await server.stop()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const copied = (page: Page, label: string) =>
  page.getByText(label, { exact: true }).locator('xpath=..').locator('code').first().innerText()

async function registerType(page: Page, name: string): Promise<{ uid: string; secret: string }> {
  await page.goto(`${fixture.hub.url}/app/settings/channel-types/new`)
  await page.getByLabel('Name', { exact: true }).fill(`  ${name} `)
  await page.getByLabel('Server URL').fill(` ${server.url} `)
  await button(page, 'Register channel type').click()
  await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor()
  return { uid: await copied(page, 'App UID'), secret: await copied(page, 'Secret') }
}

describe('an admin who built a channel', () => {
  it('registers its type, and sees its secret once', async () => {
    const page = await fixture.open('/settings/channel-types/new')
    await button(page, 'Register channel type').click()
    await page.getByRole('link', { name: 'Enter the URL of the server.' }).waitFor()
    assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'alert')
    const { uid, secret } = await registerType(page, 'Parcel SMS')
    assert.match(uid, /^app_[0-9a-f]{16}$/)
    assert.match(secret, /^[0-9a-f]{64}$/)
    await page.reload()
    await heading(page, 'Parcel SMS').waitFor()
    await page.getByText('Current secret').waitFor()
    assert.ok(!(await page.content()).includes(secret))
    const stored = await page.evaluate('JSON.stringify([{...localStorage}, {...sessionStorage}])')
    assert.ok(!String(stored).includes(secret))
    await page.context().close()
  })

  it('rotates the secret: creates, brings it to the server, signs with it, ends the old one early', async () => {
    const page = await fixture.open('/settings/channel-types')
    const { uid, secret } = await registerType(page, 'Rotating')
    await button(page, 'I have stored it').click()
    await button(page, 'Rotate secret').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click()
    await page.getByText('Until then Portico signs with the current one').waitFor()
    assert.notEqual(await copied(page, 'Secret'), secret)
    const secrets = async () =>
      (await fixture.hub.call('GET', `/channel_types/${uid}`)).body.secrets.map(
        (secret: { state: string }) => secret.state,
      )
    assert.deepEqual(await secrets(), ['new', 'current'])
    await button(page, 'Sign with it now').click()
    await button(page, 'Sign with the new secret').click()
    await page.getByText('Portico signs with the new secret now').waitFor()
    assert.deepEqual(await secrets(), ['current', 'previous'])
    await button(page, 'End it now').click()
    await button(page, 'End the old secret').click()
    await page.getByText('The old secret is not accepted any more').waitFor()
    assert.deepEqual(await secrets(), ['current'])
    await page.context().close()
  })

  it('keeps what was typed into the form over a reload', async () => {
    const page = await fixture.open('/settings/channel-types/new')
    await page.getByLabel('Name', { exact: true }).fill('Half done')
    await page.reload()
    await page.getByLabel('Name', { exact: true }).waitFor()
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Half done')
    await page.context().close()
  })

  it('deletes a type by name, but not while a channel uses it', async () => {
    const page = await fixture.open(`/settings/channel-types/${fixture.channel.typeUid}`)
    await page.getByText('“Test channel” cannot be deleted while a channel uses it.').waitFor()
    assert.equal(await button(page, 'Delete “Test channel”').count(), 0)
    const { uid } = await registerType(page, 'Mistake')
    await button(page, 'Delete “Mistake”').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete “Mistake”' }).click()
    await heading(page, 'Channel types').waitFor()
    assert.equal((await fixture.hub.call('GET', `/channel_types/${uid}`)).status, 404)
    await page.context().close()
  })
})

describe('an admin who adds a channel', () => {
  it('reads the exact reason of a refusal, keeps the input, and succeeds with the right token', async () => {
    const page = await fixture.open('/settings/channel-types')
    await registerType(page, 'Gateway')
    await page.goto(`${fixture.hub.url}/app/settings/channels/new`)
    await page.getByRole('link', { name: 'Gateway' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Gateway Berlin')
    await page.getByLabel('API key', { exact: true }).fill(' tok_old ')
    let release = () => {}
    server.authorize = ({ headers }, response) => {
      if (headers.authorization === 'Bearer tok_new') return answer(response, 200, { type: 'success' })
      release = () => answer(response, 401, { type: 'unauthorized', message: 'This token was revoked on 3 March.' })
    }
    await button(page, 'Add channel').click()
    await page.getByText(/^Asking 127\.0\.0\.1/).waitFor()
    await server.until(() => server.received.some(({ headers }) => headers.authorization === 'Bearer tok_old'))
    release()
    const summary = page.getByRole('alert')
    await summary.getByText('This token was revoked on 3 March.').waitFor()
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Gateway Berlin')
    const named = async () =>
      (await fixture.hub.call('GET', '/channels')).body._results.filter(
        ({ name }: { name: string }) => name === 'Gateway Berlin',
      )
    assert.deepEqual(await named(), [])
    await page.getByLabel('API key', { exact: true }).fill('tok_new')
    await button(page, 'Add channel').click()
    await heading(page, '“Gateway Berlin” is connected').waitFor()
    assert.equal((await named()).length, 1)
    await page.context().close()
  })

  it('reads a plain reason when the server is unreachable, and the technical one on demand', async () => {
    const page = await fixture.open('/settings/channel-types')
    const { uid } = await registerType(page, 'Nobody there')
    await fixture.hub.call('PATCH', `/channel_types/${uid}`, { server_url: 'http://127.0.0.1:9/' })
    await page.goto(`${fixture.hub.url}/app/settings/channels/new/${uid}`)
    await page.getByLabel('API key', { exact: true }).fill('tok')
    await button(page, 'Add channel').click()
    const summary = page.getByRole('alert')
    await summary.getByText(/could not be reached: the connection was refused\. Check that it runs/).waitFor()
    assert.equal(await summary.getByText('connect ECONNREFUSED').isVisible(), false)
    await summary.getByText('Technical reason').click()
    await summary.getByText('connect ECONNREFUSED').waitFor()
    await page.context().close()
  })

  it('renames it, gives it another undo time, moves it, and deletes it by name', async () => {
    const inbox = await fixture.hub.call('POST', '/inboxes', { name: 'Returns', is_public: true })
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}`)
    await page.getByLabel('Name', { exact: true }).fill('Chat on the website')
    await page.getByLabel('Inbox', { exact: true }).selectOption('Returns')
    await page.getByLabel('Undo time').selectOption('30 seconds')
    await button(page, 'Save changes').click()
    await heading(page, 'Chat on the website').waitFor()
    const { body } = await fixture.hub.call('GET', `/channels/${fixture.channel.id}`)
    assert.deepEqual(
      [body.name, body.inbox_id, body.settings.undo_send_time],
      ['Chat on the website', inbox.body.id, 30],
    )
    await button(page, 'Delete “Chat on the website”').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete “Chat on the website”' }).click()
    await heading(page, 'Channels').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Chat on the website' }).count(), 0)
    await page.context().close()
  })
})
