import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let mine: Page
let other: Page
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'visitor-ivo', name: 'Ivo' })
  mine = await fixture.open('/')
  other = await fixture.open('/')
  await row(mine, 'Ivo').getByRole('link').click()
  await mine.getByRole('log').waitFor()
  await mine.getByRole('button', { name: /^Details/ }).click()
})
after(() => fixture.close())

const row = (at: Page, name: string) => at.getByRole('feed').getByRole('article', { name: new RegExp(`^${name}`) })
const edit = () => mine.getByRole('button', { name: 'Edit the name' })
const field = () => mine.getByRole('textbox', { name: 'Name of the customer' })

describe('the name of a customer', { timeout: 60_000 }, () => {
  it('is edited in the details, and stands in the row and the thread of every tab', async () => {
    await edit().click()
    assert.equal(await field().inputValue(), 'Ivo')
    await field().fill('Ivo Petrov of Acme')
    await field().press('Enter')
    await field().waitFor({ state: 'detached' })
    for (const page of [mine, other]) await row(page, 'Ivo Petrov of Acme').waitFor()
    await mine.getByRole('heading', { name: 'Ivo Petrov of Acme', level: 1 }).waitFor()
    assert.equal(await edit().evaluate((button) => button === document.activeElement), true)
  })

  it('stays when the channel tells its own again', async () => {
    await fixture.receive({ body: 'Me again', conversation: 'ivo', handle: 'visitor-ivo', name: 'Ivo' })
    await row(other, 'Ivo Petrov of Acme').getByText('Me again').waitFor()
  })

  it('is left by Escape as it was, and Escape closes nothing else', async () => {
    await edit().click()
    await field().fill('Nobody')
    await field().press('Escape')
    await field().waitFor({ state: 'detached' })
    await mine.getByRole('log').waitFor()
    await edit().waitFor()
    await row(mine, 'Ivo Petrov of Acme').waitFor()
  })

  it('is the channel’s again when it is emptied', async () => {
    await edit().click()
    await field().fill('')
    await field().press('Enter')
    await row(other, 'Ivo').waitFor()
    await row(other, 'Ivo Petrov').waitFor({ state: 'detached' })
  })

  it('is kept in its field when it cannot be saved, with the reason', async () => {
    await mine.route('**/contacts/*', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.fallback(),
    )
    await edit().click()
    await field().fill('Typed without a connection')
    await field().press('Enter')
    await mine
      .getByText(/hub|connection/i)
      .first()
      .waitFor()
    assert.equal(await field().inputValue(), 'Typed without a connection')
  })
})
