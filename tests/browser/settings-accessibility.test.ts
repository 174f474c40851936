import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let invitation: string
before(async () => {
  fixture = await openBrowserFixture()
  const { body } = await fixture.hub.call('POST', '/invitations', { email: 'ivo@acme.example' })
  invitation = new URL(body.url).pathname.replace('/app', '')
})
after(() => fixture.close())

const pages: [path: () => string, title: string][] = [
  [() => '/settings/channels', 'Channels'],
  [() => '/settings/channels/new', 'Add a channel'],
  [() => `/settings/channels/new/${fixture.channel.typeUid}`, 'Add Test channel'],
  [() => `/settings/channels/${fixture.channel.id}`, 'Test'],
  [() => '/settings/inboxes', 'Inboxes'],
  [() => '/settings/tags', 'Tags'],
  [() => '/settings/tags/new', 'Create a tag'],
  [() => `/settings/inboxes/${fixture.hub.inbox}`, 'Support'],
  [() => '/settings/teammates', 'Teammates'],
  [() => '/settings/teammates/invite', 'Invite a teammate'],
  [() => '/settings/channel-types', 'Channel types'],
  [() => '/settings/channel-types/new', 'Register a channel type'],
  [() => `/settings/channel-types/${fixture.channel.typeUid}`, 'Test channel'],
  [() => '/settings/api-tokens', 'API tokens'],
  [() => '/settings/preferences', 'Preferences'],
  [() => invitation, 'Join Acme'],
]

describe('the settings under WCAG 2.2 AA, as far as axe checks it', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      it(`pass on every page, ${colorScheme}, ${width} px, and nothing is wider than the screen`, async () => {
        const page = await fixture.open('/settings/channels', { colorScheme, viewport: { width, height: 844 } })
        for (const [path, title] of pages) {
          await page.goto(`${fixture.hub.url}/app${path()}`)
          await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
          assert.deepEqual(await findings(page), [], path())
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, path())
        }
        await page.context().close()
      })
    }
  }

  it('hold with a form that was refused, a question asked and a secret shown', async () => {
    const page = await fixture.open('/settings/channel-types/new')
    await page.getByRole('button', { name: 'Register channel type' }).click()
    await page.getByRole('alert').waitFor()
    assert.deepEqual(await findings(page), [], 'refused')
    await page.getByLabel('Name', { exact: true }).fill('Axe')
    await page.getByLabel('Server URL').fill(fixture.channel.server.url)
    await page.getByRole('button', { name: 'Register channel type' }).click()
    await page.getByRole('heading', { name: 'Copy the secret now' }).waitFor()
    assert.deepEqual(await findings(page), [], 'secret')
    await page.getByRole('button', { name: 'Rotate secret' }).click()
    await page.getByRole('dialog').waitFor()
    assert.deepEqual(await findings(page), [], 'question')
    await page.context().close()
  })

  it('lead a phone from the list of settings to a page and back', async () => {
    const page = await fixture.open('/settings', { viewport: { width: 390, height: 844 } })
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    assert.deepEqual(await findings(page), [])
    await page.getByRole('link', { name: 'Teammates' }).click()
    await page.getByRole('heading', { level: 1, name: 'Teammates' }).waitFor()
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await page.context().close()
  })
})
