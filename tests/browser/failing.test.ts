import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { answer } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

/** Tests of the screen when something does not load, or is very long. */
let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
})
after(() => fixture.close())

const phone = { viewport: { width: 390, height: 844 } }
const fail = (page: Page, url: string) =>
  page.route(url, (route) =>
    route.request().resourceType() === 'document' ? route.fallback() : route.fulfill({ status: 500, json: {} }),
  )

describe('a new message whose channels do not load', { timeout: 60_000 }, () => {
  it('shows the reason, and a button to retry', async () => {
    const page = await fixture.open('/')
    await page.getByRole('feed').getByRole('article').waitFor()
    await fail(page, '**/channels')
    await page.goto(`${fixture.origin}/app/new`)
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor({ timeout: 25_000 })
    await page.unroute('**/channels')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
  })

  it('shows that something is loading', async () => {
    const page = await fixture.open('/')
    await page.getByRole('feed').getByRole('article').waitFor()
    await page.route('**/channels', () => {})
    await page.goto(`${fixture.origin}/app/new`)
    await page.getByRole('main').locator('[aria-busy="true"]').waitFor()
    await page.close()
  })
})

describe('a thread that does not load', { timeout: 60_000 }, () => {
  it('has a way back to the list on a phone', async () => {
    const page = await fixture.open('/', phone)
    await fail(page, '**/conversations/*/timeline*')
    await page.getByRole('feed').getByRole('link').click()
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor({ timeout: 25_000 })
    await page.getByRole('link', { name: 'Back to the list' }).click()
    await page.getByRole('feed').getByRole('article').waitFor()
  })
})

describe('code that is loaded on first use', { timeout: 60_000 }, () => {
  it('shows an error when it did not load, breaks nothing else, and is loaded the next time', async () => {
    const page = await fixture.open('/')
    await page.getByRole('feed').getByRole('link').click()
    await page.getByRole('textbox', { name: /^Answer to/ }).waitFor()
    await page.route('**/assets/**', (route) => route.abort())
    await page.getByRole('button', { name: /account and appearance/ }).click()
    await page.getByRole('menu').getByText('Check your connection').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('region', { name: 'Notices' }).getByText('Check your connection').waitFor()
    await page.getByRole('textbox', { name: /^Answer to/ }).waitFor()
    await page.unroute('**/assets/**')
    await page.getByRole('button', { name: /account and appearance/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Commands' }).waitFor()
    await page.close()
  })
})

describe('a page whose code does not load', { timeout: 60_000 }, () => {
  it('shows an error instead, reloads nothing, and is loaded by a retry', async () => {
    const page = await fixture.open('/settings/channels')
    await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor()
    let documents = 0
    page.on('request', (request) => {
      documents += Number(request.resourceType() === 'document')
    })
    await page.route('**/assets/**', (route) => route.abort())
    await page.getByRole('link', { name: 'Teammates' }).click()
    await page.getByRole('alert').filter({ hasText: 'This did not load' }).waitFor()
    await page.unroute('**/assets/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Teammates', level: 1 }).waitFor()
    assert.equal(documents, 0)
    await page.close()
  })
})

describe('the delivery of a message', { timeout: 60_000 }, () => {
  for (const viewport of [{ width: 1280, height: 800 }, phone.viewport]) {
    it(`fits on the screen with any text, and scrolls nothing else: ${viewport.width} px`, async () => {
      const page = await fixture.open('/', { viewport })
      const words = 'This number cannot be reached from here, and that will not change. '.repeat(3)
      fixture.channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: words })
      await page.getByRole('feed').getByRole('link').click()
      await page.getByRole('textbox', { name: /^Answer to/ }).fill(`At ${viewport.width}`)
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      const message = page
        .getByRole('log')
        .getByRole('article')
        .filter({ hasText: `At ${viewport.width}` })
      await message.getByRole('button', { name: /Show the delivery/ }).click()
      const box = page.getByRole('dialog', { name: 'Delivery' })
      await box.getByText('Attempt 1').waitFor()
      await page.waitForFunction(() => {
        const { top, bottom } = document.querySelector('[role="dialog"]')!.getBoundingClientRect()
        return top >= 0 && bottom <= innerHeight
      })
      const first = (await box.getByText('Attempt 1').boundingBox())!
      const seen = (await box.boundingBox())!
      assert.ok(first.y + first.height <= seen.y + seen.height, 'the attempt is seen without scrolling')
      await box.getByText('What the channel’s server said').click()
      const { y, height } = (await box.boundingBox())!
      assert.ok(y >= 0 && y + height <= viewport.height, `${y} to ${y + height} of ${viewport.height}`)
      assert.deepEqual(
        await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollTop]),
        [viewport.height, 0],
      )
      await page.close()
    })
  }
})
