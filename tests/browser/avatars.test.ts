import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  page = await fixture.open('/settings/preferences')
})
after(() => fixture.close())

const account = () =>
  page
    .getByRole('button', { name: /^Account/ })
    .or(page.getByRole('button', { name: /Ada Acme/ }))
    .first()
const choose = async (name: string, buffer: Buffer) => {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /(Choose a|Change the) picture/ }).click()
  await (await chooser).setFiles({ name, mimeType: 'image/png', buffer })
}
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe("a teammate's picture", { timeout: 90_000 }, () => {
  it('is chosen in the preferences, and stands in place of the initials at once', async () => {
    assert.equal(await page.locator('img[src*="/avatar/"]').count(), 0)
    await choose('me.png', png)
    await page.getByRole('button', { name: 'Change the picture' }).waitFor()
    await account().locator('img[src*="/avatar/"]').waitFor()
    const loaded = await account()
      .locator('img')
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))
    assert.equal(loaded, 256)
    assert.deepEqual(await findings(page), [])
  })

  it('is refused in words when it is none, and the one before stays', async () => {
    await choose('me.png', Buffer.from('no picture'))
    await page.getByRole('alert').getByText('This picture cannot be read').waitFor()
    assert.equal(await account().locator('img').count(), 1)
    fixture.consoleErrors.splice(0)
  })

  it('is removed, and the initials are back', async () => {
    await page.getByRole('button', { name: 'Remove the picture' }).click()
    await page.getByRole('button', { name: 'Choose a picture' }).waitFor()
    await account().locator('img').waitFor({ state: 'detached' })
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
