import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { FakeChannelServer } from '../harness/channel-server.ts'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let bridge: FakeChannelServer
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  bridge = await FakeChannelServer.start()
  page = await fixture.open('/settings/channels/new')
})
after(async () => {
  await bridge.stop()
  await fixture.close()
})

const field = (name: string) => page.getByRole('textbox', { name })
const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const channel = async () =>
  (await fixture.hub.call('GET', '/channels')).body._results.find(({ name }: { name: string }) => name === 'Pager')

describe('a custom channel, the older kind', { timeout: 90_000 }, () => {
  it('is added with its webhook URL, which is checked, and nobody is asked', async () => {
    await page.getByRole('link', { name: /^Custom channel with a webhook/ }).click()
    await press('Add channel')
    await page.getByText('Enter the webhook URL of its bridge.').first().waitFor()
    await field('Name').fill('Pager')
    await field('Messages are sent to').fill('bridge.example')
    await press('Add channel')
    await page.getByText('Enter a whole URL').first().waitFor()
    await field('Messages are sent to').fill('https://user:word@bridge.example/')
    await press('Add channel')
    await page.getByText('has no user name or password in it').first().waitFor()
    assert.deepEqual(await findings(page), [])
    await field('Messages are sent to').fill(`${bridge.url}hook`)
    await press('Add channel')
    await page.getByRole('heading', { name: '“Pager” is connected' }).waitFor()
    assert.deepEqual(bridge.received, [])
    assert.equal((await channel()).webhook_url, `${bridge.url}hook`)
  })

  it('gets another webhook URL on its page', async () => {
    await page.goto(`${fixture.hub.url}/app/settings/channels/${(await channel()).id}`)
    await field('Messages are sent to').fill(`${bridge.url}second`)
    await press('Save changes')
    await page.getByText('Saved').first().waitFor()
    assert.equal((await channel()).webhook_url, `${bridge.url}second`)
    await page.reload()
    assert.equal(await field('Messages are sent to').inputValue(), `${bridge.url}second`)
    assert.deepEqual(await findings(page), [])
  })

  it('is offered once, also by the link of its type; other channels have no such field', async () => {
    const { uid } = (await channel()).channel_type
    await page.goto(`${fixture.hub.url}/app/settings/channels/new`)
    await page.getByRole('link', { name: /^Custom channel with a webhook/ }).waitFor()
    assert.equal(await page.getByRole('link', { name: /^Custom channel/ }).count(), 1)
    await page.goto(`${fixture.hub.url}/app/settings/channels/new/${uid}`)
    await page.getByRole('heading', { name: 'Add a custom channel' }).waitFor()
    await page.goto(`${fixture.hub.url}/app/settings/channels/${fixture.channel.id}`)
    await field('Name').waitFor()
    assert.equal(await field('Messages are sent to').count(), 0)
  })
})
