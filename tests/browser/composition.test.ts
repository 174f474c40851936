import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { start } from '../../channels/sample/src/test-fixture.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'もしもし', conversation: 'yuki', handle: 'yuki', name: 'Yuki' })
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('link').click()
})
after(() => fixture.close())

const composer = () => page.getByRole('textbox', { name: /^Answer to/ })

/** The Enter that takes a conversion, in the order of each browser. */
const confirmations: Record<string, { keyCode: number; isComposing: boolean; isAfterEnd: boolean }> = {
  'as Chromium tells it': { keyCode: 229, isComposing: true, isAfterEnd: false },
  'as Safari tells it': { keyCode: 229, isComposing: false, isAfterEnd: true },
  'as other WebKits tell it': { keyCode: 13, isComposing: false, isAfterEnd: true },
}

const confirm = (field: Locator, init: (typeof confirmations)[string]) =>
  field.evaluate((target, { isAfterEnd, ...key }) => {
    target.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    const ended = new CompositionEvent('compositionend', { bubbles: true, data: '今日' })
    const enter = new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...key })
    for (const event of isAfterEnd ? [ended, enter] : [enter, ended]) target.dispatchEvent(event)
    if (isAfterEnd) return
    // in this order the next Enter is a real one, however soon it follows
    const next = new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', cancelable: true })
    let isHeard = false
    const listener = (event: Event) => {
      isHeard ||= event === next
      event.stopImmediatePropagation()
    }
    document.documentElement.addEventListener('keydown', listener, true)
    target.dispatchEvent(next)
    document.documentElement.removeEventListener('keydown', listener, true)
    if (!isHeard) throw new Error('the Enter after the confirmation was taken for it')
  }, init)

for (const [how, init] of Object.entries(confirmations)) {
  describe(`the Enter that confirms a conversion, ${how}`, { timeout: 60_000 }, () => {
    it('sends no half sentence; the next Enter sends the whole', async () => {
      await composer().fill('今日')
      await confirm(composer(), init)
      assert.equal(await composer().inputValue(), '今日')
      await composer().press('Enter')
      await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#composer')?.value === '')
      await fixture.channel.server.until(() => fixture.channel.server.messages().length > 0)
      fixture.channel.server.received.length = 0
    })

    it('chooses nothing in the command bar and in a chooser', async () => {
      for (const key of ['Control+k', 'a']) {
        await composer().press('Escape')
        await page.waitForFunction(() => document.activeElement?.id === 'messages')
        await page.keyboard.press(key)
        const field = page.getByRole('combobox')
        await field.waitFor()
        const url = page.url()
        await confirm(field, init)
        assert.ok(await field.isVisible())
        assert.equal(page.url(), url)
        await field.press('Escape')
        await field.waitFor({ state: 'detached' })
      }
    })

    it("sends nothing from the sample channel's page", async (t) => {
      const { url } = await start(t, {})
      const sample = (await page.context().browser()?.newPage()) as Page
      await sample.goto(url)
      const field = sample.locator('#text')
      await field.evaluate((text: HTMLTextAreaElement) => {
        text.disabled = false
        // no channel is connected, so the page locks its field whenever it draws
        Object.defineProperty(text, 'disabled', { get: () => false, set: () => {} })
        text.form?.addEventListener('submit', () => text.setAttribute('data-submitted', ''), true)
      })
      await field.fill('今日')
      await confirm(field, init)
      assert.equal(await field.getAttribute('data-submitted'), null)
      await field.press('Enter')
      assert.equal(await field.getAttribute('data-submitted'), '')
      await sample.close()
      // the keys go to the page in front
      await page.bringToFront()
    })
  })
}
