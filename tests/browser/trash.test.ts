import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
let colleague: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ann', 'Bob', 'Cem']) {
    await fixture.receive({ body: `Hello from ${name}`, conversation: name, handle: name, name })
  }
  page = await fixture.open('/')
  await row(page, 'Ann').waitFor()
  colleague = await fixture.open('/')
  await row(colleague, 'Ann').waitFor()
})
after(() => fixture.close())

const row = (where: Page, name: string) => where.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const heading = (where: Page, name: string) => where.getByRole('heading', { level: 1, name }).waitFor()

async function open(name: string): Promise<void> {
  await row(page, name).getByRole('link').click()
  await heading(page, name)
}

describe('the trash', () => {
  it('takes a conversation with #, opens the next one, updates every tab, and restores it with z', async () => {
    await open('Cem')
    await page.keyboard.press('#')
    await heading(page, 'Bob')
    await row(page, 'Cem').waitFor({ state: 'detached' })
    await row(colleague, 'Cem').waitFor({ state: 'detached' })
    await page.getByText('Moved to the trash').waitFor()
    await page.keyboard.press('z')
    await row(page, 'Cem').waitFor()
    await row(colleague, 'Cem').waitFor()
  })

  it('lists its conversations, shows them without a composer, and restores them', async () => {
    await open('Cem')
    await page.keyboard.press('#')
    await row(page, 'Cem').waitFor({ state: 'detached' })
    await page.getByRole('navigation').getByRole('link', { name: 'Trash' }).click()
    await open('Cem')
    await page.getByText('This conversation is in the trash.').waitFor()
    assert.equal(await page.locator('#composer').count(), 0)
    await page.getByRole('region', { name: 'Conversation with Cem' }).getByRole('button', { name: 'Restore' }).click()
    await page.getByText('The trash is empty').waitFor()
    await row(colleague, 'Cem').waitFor()
  })

  it('is not spam, which has a list of its own', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Support' }).click()
    await open('Bob')
    await page.keyboard.press('!')
    await row(page, 'Bob').waitFor({ state: 'detached' })
    await row(colleague, 'Bob').waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    await row(page, 'Bob').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.getByText('The trash is empty').waitFor()
  })

  it('removes a permanently deleted conversation from the list, and its open thread reports that', async () => {
    await colleague.getByRole('navigation').getByRole('link', { name: 'Spam' }).click()
    await row(colleague, 'Bob').getByRole('link').click()
    await heading(colleague, 'Bob')
    const [bob] = (await fixture.hub.call('GET', '/conversations?status=spam')).body._results
    assert.equal((await fixture.hub.call('DELETE', `/conversations/${bob.id}`)).status, 204)
    await colleague.getByText('This conversation is not here').waitFor()
    await row(colleague, 'Bob').waitFor({ state: 'detached' })
    assert.deepEqual(
      fixture.consoleErrors.filter((text) => !text.includes('404')),
      [],
    )
  })
})
