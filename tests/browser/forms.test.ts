import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
})
after(() => fixture.close())

const name = (page: Page) => page.getByLabel('Name', { exact: true })
const create = (page: Page) => page.getByRole('button', { name: /^(Create inbox|Saving…)$/ })
const problemOf = (page: Page, words: string) => page.locator('form p', { hasText: words })

async function openForm(): Promise<Page> {
  const page = await fixture.open('/settings/inboxes/new')
  await name(page).waitFor()
  return page
}

describe('a form', () => {
  it('with missing fields lists all of them above, each with a link to its field', async () => {
    const page = await openForm()
    await page.getByText('Only teammates I choose').click()
    await page.getByRole('checkbox').uncheck()
    await create(page).click()
    const summary = page.getByRole('alert')
    await summary.waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'alert')
    assert.deepEqual(await summary.getByRole('link').allTextContents(), [
      'Give the inbox a name.',
      'Choose at least one teammate.',
    ])
    await summary.getByRole('link', { name: 'Choose at least one teammate.' }).click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'FIELDSET')
    await summary.getByRole('link', { name: 'Give the inbox a name.' }).click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
    assert.equal(await name(page).getAttribute('aria-invalid'), 'true')
    await page.context().close()
  })

  it('is checked on blur, without errors for empty fields, and removes solved errors at once', async () => {
    const page = await openForm()
    await name(page).focus()
    await page.keyboard.press('Tab')
    assert.equal(await name(page).getAttribute('aria-invalid'), null)
    await name(page).fill('x'.repeat(121))
    assert.equal(await name(page).getAttribute('aria-invalid'), null)
    await page.keyboard.press('Tab')
    await problemOf(page, 'Use at most 120 characters for the name.').waitFor()
    await name(page).press('End')
    await name(page).press('Backspace')
    await problemOf(page, 'Use at most 120 characters').waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('is submitted by a press on its button, though leaving a field shows an error above the button', async () => {
    const page = await openForm()
    await name(page).fill('x'.repeat(121))
    const box = await create(page).boundingBox()
    assert(box)
    await page.mouse.move(box.x + box.width / 2, box.y + 3)
    await page.mouse.down()
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    await page.mouse.up()
    await page.getByRole('alert').getByRole('link', { name: 'Use at most 120 characters for the name.' }).waitFor()
    await page.context().close()
  })

  it('takes what was pasted without the space around it', async () => {
    const page = await openForm()
    await name(page).fill('  Returns  ')
    await page.keyboard.press('Tab')
    assert.equal(await name(page).inputValue(), 'Returns')
    await page.context().close()
  })

  it('without a connection keeps its input, shows the error above, and is sent by the next press', async () => {
    const page = await openForm()
    await name(page).fill('Sales')
    await page.route('**/inboxes', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
    await create(page).click()
    await page.getByRole('alert').getByText('The server did not answer.').waitFor()
    assert.equal(await name(page).inputValue(), 'Sales')
    await page.unroute('**/inboxes')
    await create(page).click()
    await page.getByText('“Sales” was created').waitFor()
    await page.context().close()
  })

  it('is sent once for repeated presses, and its button keeps the focus meanwhile', async () => {
    const page = await openForm()
    await name(page).fill('Support 2')
    const { promise: answered, resolve: letThrough } = Promise.withResolvers<void>()
    let sent = 0
    await page.route('**/inboxes', (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      sent++
      return answered.then(() => route.continue())
    })
    await create(page).click()
    await page.getByRole('button', { name: 'Saving…' }).waitFor()
    // the button is busy, and is pressed nevertheless
    await create(page).click({ force: true })
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Saving…')
    letThrough()
    await page.getByText('“Support 2” was created').waitFor()
    assert.equal(sent, 1)
    await page.context().close()
  })
})
