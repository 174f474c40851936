import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({ settings: { undo_send_time: 30 } })
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('link').click()
})
after(() => fixture.close())

const replies = '**/conversations/*/messages'
const undo = () =>
  page.getByRole('log').getByRole('article').filter({ hasText: 'Not sent yet' }).getByRole('button', { name: 'Undo' })
const isBack = (text: string) =>
  page.waitForFunction((expected) => document.querySelector<HTMLTextAreaElement>('#composer')?.value === expected, text)
const texts = async () => {
  const { body } = await fixture.hub.call('GET', `/conversations/${page.url().split('/').at(-1)}/messages`)
  return body._results.map(({ text }: { text: string }) => text)
}
const composer = () => page.getByRole('textbox', { name: /^Answer to/ })

describe('sending with an undo time', () => {
  it('waits for its undo time, is undone with Undo, and its text is in the composer again', async () => {
    await composer().fill('Too early')
    await composer().press('Enter')
    await page.getByText(/^Sending in \d+ s$/).waitFor()
    await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: /Undo/ }).click()
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#composer')?.value === 'Too early')
    await page.getByText('Cancelled: this was not sent').waitFor()
    assert.equal(fixture.channel.server.messages().length, 0)
    await page.getByText('Draft saved').or(page.getByText('Enter sends')).first().waitFor()
    await page.reload()
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#composer')?.value === 'Too early')
  })

  it('restores text and caret, at any time of the undo time', async () => {
    await composer().fill('Half a minute is long')
    await composer().press('Enter')
    await page.getByText(/^Sending in \d+ s$/).waitFor()
    await page.getByText('Draft saved').waitFor({ state: 'detached' })
    // well after the draft was saved as empty
    await page.waitForTimeout(2_000)
    await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: /Undo/ }).click()
    const isBack = () => {
      const field = document.querySelector<HTMLTextAreaElement>('#composer')
      return field === document.activeElement && field?.value === 'Half a minute is long'
    }
    await page.waitForFunction(isBack)
    await page.keyboard.type('!')
    assert.equal(await composer().inputValue(), 'Half a minute is long!')
    await composer().fill('')
  })

  it('undoes Send and archive completely, and returns to the conversation', async () => {
    await fixture.receive({ body: 'Hello too', conversation: 'eva', handle: 'eva', name: 'Eva' })
    const url = page.url()
    const status = async () => (await fixture.hub.call('GET', `/conversations/${url.split('/').at(-1)}`)).body.status
    for (const undo of ['the button', 'the key']) {
      await composer().fill('Done with this')
      await composer().press('Control+Shift+Enter')
      await page.waitForURL((now) => now.href !== url)
      const button = page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: /Undo/ })
      await button.waitFor()
      assert.equal(await status(), 'archived')
      if (undo === 'the button') await button.click()
      else await page.keyboard.press('z')
      await page.waitForURL(url)
      await page.getByRole('feed').getByRole('article', { name: /Ivo/ }).waitFor()
      await page.waitForFunction(() => {
        const field = document.querySelector<HTMLTextAreaElement>('#composer')
        return field === document.activeElement && field?.value === 'Done with this'
      })
      while ((await status()) !== 'unassigned') await page.waitForTimeout(20)
      await composer().fill('')
      await page.keyboard.press('Escape')
    }
    assert.equal(fixture.channel.server.messages().length, 0)
  })

  it('returns to the conversation that was archived, too', async () => {
    const url = page.url()
    await page.keyboard.press('e')
    await page.waitForURL((now) => now.href !== url)
    await page.keyboard.press('z')
    await page.waitForURL(url)
    await page.getByRole('feed').getByRole('article', { name: /Ivo/ }).waitFor()
  })

  it('keeps a reply that the network swallowed, and sends it once when it is back', async () => {
    await page.context().setOffline(true)
    await composer().fill('Written on the train')
    await composer().press('Enter')
    await page.getByText('Not sent yet: no connection').waitFor()
    await page.getByText('You are offline').waitFor()
    await page.context().setOffline(false)
    const bubbles = page.getByRole('log').getByRole('article').filter({ hasText: 'Written on the train' })
    await bubbles.getByText(/^Sending in/).waitFor()
    assert.equal(await bubbles.count(), 1)
    const { body } = await fixture.hub.call('GET', `/conversations/${page.url().split('/').at(-1)}/messages`)
    const stored = body._results.filter((message: { text: string }) => message.text === 'Written on the train')
    assert.equal(stored.length, 1)
  })

  it('undoes a reply that was not requested yet', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await composer().fill('Never left')
    await composer().press('Enter')
    await undo().click()
    await isBack('Never left')
    await page.getByText('Not sent yet').waitFor({ state: 'detached' })
    await page.context().setOffline(false)
    await page.getByText('You are offline').waitFor({ state: 'detached' })
    assert.ok(!(await texts()).includes('Never left'))
  })

  it('undoes a reply whose response was lost; its text stays in the draft, though the hub empties that', async () => {
    await page.route('**/stream*', (route) => route.abort())
    await page.route(replies, async (route) => {
      if (route.request().method() !== 'POST') return await route.fallback()
      await route.fetch()
      await route.abort('connectionreset')
    })
    await page.reload()
    await composer().fill('Perhaps it arrived')
    await page.getByText('Draft saved').waitFor()
    await composer().press('Enter')
    await undo().click()
    await isBack('Perhaps it arrived')
    await page.getByText('Undone. The message was not sent.').waitFor()
    await page.unroute(replies)
    await page.unroute('**/stream*')
    await page.getByText('Connection lost').waitFor({ state: 'detached' })
    await page
      .getByRole('log')
      .getByRole('article')
      .filter({ hasText: 'Perhaps it arrived' })
      .getByText('Cancelled')
      .waitFor()
    await page.getByText('Draft saved').waitFor()
    assert.equal(await composer().inputValue(), 'Perhaps it arrived')
    assert.equal((await texts()).filter((text: string) => text === 'Perhaps it arrived').length, 1)
    await composer().fill('')
    assert.equal(fixture.channel.server.messages().length, 0)
  })
})
