import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture({ settings: { undo_send_time: 10 } })
  await fixture.receive({ body: 'Are you there?', conversation: 'ann', handle: 'ann', name: 'Ann' })
})
after(() => fixture.close())

async function openThread(options: BrowserContextOptions): Promise<Page> {
  const page = await fixture.open(`/inboxes/${fixture.hub.inbox}`, options)
  await page.getByRole('feed').getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'Ann' }).waitFor()
  return page
}

const composer = (page: Page) => page.getByRole('textbox', { name: /^Answer to/ })
const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox()
  assert.ok(box)
  return box
}
async function assertApart(locator: Locator, other: Locator): Promise<void> {
  const [a, b] = [await boxOf(locator), await boxOf(other)]
  const isApart = a.y + a.height <= b.y || b.y + b.height <= a.y || a.x + a.width <= b.x || b.x + b.width <= a.x
  assert.ok(isApart, JSON.stringify([a, b]))
}

describe('a touch keyboard', () => {
  it('begins a new line with Return, and the button sends both', async () => {
    const page = await openThread(phone)
    await composer(page).tap()
    await page.keyboard.type('First line')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Second line')
    assert.equal(await composer(page).inputValue(), 'First line\nSecond line')
    assert.equal(await composer(page).getAttribute('enterkeyhint'), 'enter')
    await page.getByRole('button', { name: 'Send', exact: true }).tap()
    await page.getByRole('log').getByText('Second line').waitFor()
    assert.equal(await composer(page).inputValue(), '')
    await page.context().close()
  })
})

describe('a device without a keyboard', () => {
  it('shows no shortcuts in empty lists, menus and notices', async () => {
    const page = await fixture.open('/archived', phone)
    await page.getByText('Archive a conversation when it is done.').waitFor()
    for (const [view, hint] of [
      ['assigned', 'Conversations you take or'],
      ['trash', 'Conversations you move to the trash stay here'],
      ['spam', 'What you mark as spam is kept here'],
    ]) {
      await page.goto(`${fixture.origin}/app/${view}`)
      await page.getByText(hint as string).waitFor()
    }
    await page.getByRole('button', { name: 'Open menu' }).tap()
    await page.getByRole('button', { name: /account and appearance/ }).tap()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    assert.equal(await page.getByText('Keyboard shortcuts').count(), 0)
    assert.equal(await page.getByText('Enter sends').count(), 0)
    assert.equal(await page.locator('kbd').filter({ visible: true }).count(), 0)
    await page.context().close()
    const thread = await openThread(phone)
    await thread.getByRole('button', { name: 'Archive' }).tap()
    await thread.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).waitFor()
    assert.equal(await thread.locator('kbd').filter({ visible: true }).count(), 0)
    await thread.getByRole('button', { name: 'Undo' }).tap()
    await thread.context().close()
  })

  it('shows no shortcuts on a tablet with list and thread', async () => {
    const page = await fixture.open('/', { viewport: { width: 1180, height: 820 }, hasTouch: true, isMobile: true })
    await page.getByText('Choose one from the list.').waitFor()
    await page.context().close()
  })
})

describe('the end of a thread', () => {
  it('stays in view while the composer grows, and when a keyboard takes half of the screen', async () => {
    for (let i = 0; i < 15; i++)
      await fixture.receive({ body: `Line ${i}`, conversation: 'ann', handle: 'ann', name: 'Ann' })
    const page = await openThread(phone)
    const fromEnd = () =>
      page
        .getByRole('log')
        .evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop)
    const settles = async (change: () => Promise<void>) => {
      const height = () => page.getByRole('log').evaluate(({ clientHeight }) => clientHeight)
      const before = await height()
      await change()
      await page.waitForFunction((was) => (document.getElementById('messages')?.clientHeight ?? was) < was, before)
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    }
    await page.getByRole('log').getByText('Line 14').waitFor()
    await settles(() => composer(page).fill('One\ntwo\nthree\nfour\nfive'))
    assert.ok((await fromEnd()) <= 1, `${await fromEnd()} px below`)
    await settles(() => page.setViewportSize({ width: 390, height: 480 }))
    assert.ok((await fromEnd()) <= 1, `${await fromEnd()} px below`)
    // the next begins without it
    await composer(page).fill('')
    await page.context().close()
  })
})

describe('a notice covers no composer', () => {
  const screens = { 'on a phone': phone, 'on a tablet': { viewport: { width: 820, height: 1100 } }, 'on a desktop': {} }
  for (const [where, options] of Object.entries(screens)) {
    it(where, async () => {
      const page = await openThread(options)
      await composer(page).fill('One\ntwo\nthree\nfour')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      const notice = page.getByRole('region', { name: 'Notices' }).getByText('Sending…')
      await notice.waitFor()
      await composer(page).fill('One\ntwo\nthree\nfour\nfive\nsix')
      // a toast of the largest width
      await page.locator('main').evaluate((main) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['bytes'], 'plan.png'))
        main.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }))
      })
      const wide = page.getByRole('region', { name: 'Notices' }).getByText('Files are attached to a message')
      await wide.waitFor()
      const form = page.locator('form').filter({ has: composer(page) })
      for (const element of [notice, wide]) {
        await assertApart(element.locator('..'), form)
        await assertApart(element.locator('..'), page.getByRole('heading', { level: 1, name: 'Ann' }))
      }
      await page.keyboard.press('Escape')
      await page.context().close()
    })
  }
})
