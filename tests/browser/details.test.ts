import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
const longName = 'Dr. Anneliese von Hohenstein-Pfaffenhofen-Württemberg (Procurement, third floor)'
const threads: Record<string, string> = {}
before(async () => {
  fixture = await openBrowserFixture()
  for (const [handle, name] of [
    ['ivo@example.com', 'Ivo Petrov'],
    ['a-very-long-handle-of-somebody-at-a-very-long-department-of-a-university', longName],
    ['m', 'محمد العلي'],
  ] as const)
    await fixture.receive({ body: `Hello from ${name}`, conversation: handle, handle, name })
  for (const { id, recipient } of (await fixture.hub.call('GET', '/conversations')).body._results)
    threads[recipient.name] = id
})
after(() => fixture.close())

const path = (name: string) => `/inboxes/${fixture.hub.inbox}/${threads[name]}`
const button = (page: Page) => page.getByRole('button', { name: 'Details', exact: true })
const pane = (page: Page) => page.locator('#details')
const sheet = (page: Page) => page.getByRole('dialog', { name: 'Details' })
const fact = (page: Page, name: string) =>
  page
    .locator('dl > div', { has: page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }) })
    .getByRole('definition')
const says = (page: Page, name: string, text: string | RegExp) => fact(page, name).filter({ hasText: text }).waitFor()

describe('the details beside a conversation', () => {
  it('are hidden until they are opened, and show the contact and the conversation', async () => {
    const page = await fixture.open(path('Ivo Petrov'))
    await page.getByRole('heading', { level: 1, name: 'Ivo Petrov' }).waitFor()
    assert.equal(await pane(page).count(), 0)
    assert.equal(await button(page).getAttribute('aria-expanded'), 'false')
    await button(page).click()
    await pane(page).getByRole('heading', { name: 'Customer' }).waitFor()
    await pane(page).getByText('Ivo Petrov').waitFor()
    await says(page, 'Handle', 'ivo@example.com')
    await says(page, 'Status', 'Open')
    await says(page, 'Assignee', 'Unassigned')
    await says(page, 'Inbox', 'Support')
    await says(page, 'Channel', 'Test')
    await says(page, 'Began', new RegExp(String(new Date().getFullYear())))
    assert.equal(await button(page).getAttribute('aria-expanded'), 'true')
    await page.context().close()
  })

  it('stay through a reload and with the next conversation, and go where they came from', async () => {
    const page = await fixture.open(path('Ivo Petrov'))
    await button(page).click()
    await says(page, 'Handle', 'ivo@example.com')
    await page.reload()
    await says(page, 'Handle', 'ivo@example.com')
    await page.getByRole('feed').getByRole('link', { name: /محمد/ }).click()
    await says(page, 'Handle', /^m$/)
    await page.getByRole('button', { name: 'Close the details' }).click()
    await pane(page).waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Details')
    await page.context().close()
  })

  it('close with Escape at their button and within them; the conversation stays open', async () => {
    const page = await fixture.open(path('Ivo Petrov'))
    for (const place of [button(page), page.getByRole('button', { name: 'Close the details' })]) {
      await button(page).click()
      await says(page, 'Handle', 'ivo@example.com')
      await place.focus()
      await page.keyboard.press('Escape')
      await pane(page).waitFor({ state: 'detached' })
      await page.waitForFunction(() => document.activeElement?.id === 'details-button')
      await page.getByRole('heading', { level: 1, name: 'Ivo Petrov' }).waitFor()
    }
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { level: 1, name: 'Ivo Petrov' }).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('follow what happens to the conversation', async () => {
    const page = await fixture.open(path('Ivo Petrov'))
    await page.getByRole('log').getByRole('article').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('details')
    await page.getByRole('option', { name: 'Show the details' }).waitFor()
    await page.keyboard.press('Enter')
    await says(page, 'Assignee', 'Unassigned')
    const id = threads['Ivo Petrov']
    const [admin] = (await fixture.hub.call('GET', '/teammates')).body._results
    await fixture.hub.call('PATCH', `/conversations/${id}`, { assignee_id: admin.id })
    await says(page, 'Assignee', 'Ada Acme')
    await fixture.hub.call('PATCH', `/conversations/${id}`, { status: 'archived' })
    await says(page, 'Status', 'Archived')
    await fixture.hub.call('PATCH', `/conversations/${id}`, { status: 'open', assignee_id: null })
    await says(page, 'Status', 'Open')
    await page.context().close()
  })

  it('say so when the handles cannot be read, and ask again', async () => {
    const page = await fixture.open('/archived')
    await page.route('**/contacts/*', (route) =>
      route.fulfill({
        status: 404,
        json: { _error: { status: 404, title: 'Not found', message: 'There is no such thing.' } },
      }),
    )
    await page.goto(`${fixture.origin}/app${path('Ivo Petrov')}`)
    await button(page).click()
    await pane(page).getByRole('alert').getByText('There is no such thing.').waitFor()
    await says(page, 'Handle', 'ivo@example.com')
    await page.unroute('**/contacts/*')
    await pane(page).getByRole('button', { name: 'Try again' }).click()
    await pane(page).getByRole('alert').waitFor({ state: 'detached' })
    await says(page, 'Handle', 'ivo@example.com')
    await page.context().close()
    fixture.consoleErrors.length = 0
  })

  it('leave room for the conversation, and cut no name', async () => {
    const page = await fixture.open(path(longName), { viewport: { width: 1280, height: 800 } })
    await button(page).click()
    await says(page, 'Handle', 'a-very-long-handle')
    const sizes = await page.evaluate(() => {
      const [log, details] = [document.getElementById('messages'), document.getElementById('details')]
      const cut = [...(details?.querySelectorAll('*') ?? [])].filter(
        (element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0,
      )
      return {
        log: log?.clientWidth ?? 0,
        cut: cut.map((element) => element.outerHTML.slice(0, 80)),
        page: document.documentElement.scrollWidth,
      }
    })
    assert.ok(sizes.log >= 400, String(sizes.log))
    assert.deepEqual([sizes.cut, sizes.page], [[], 1280])
    await page.context().close()
  })
})

describe('the details without room beside the conversation', () => {
  for (const [width, height] of [
    [1024, 768],
    [390, 844],
  ] as const)
    it(`open above it and give the focus back at ${width} px`, async () => {
      const page = await fixture.open(path('Ivo Petrov'), { viewport: { width, height } })
      assert.equal(await button(page).getAttribute('aria-haspopup'), 'dialog')
      await button(page).focus()
      await page.keyboard.press('Enter')
      await sheet(page).waitFor()
      await says(page, 'Handle', 'ivo@example.com')
      assert.deepEqual(await findings(page), [])
      await page.keyboard.press('Escape')
      await sheet(page).waitFor({ state: 'detached' })
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Details')
      await page.context().close()
    })

  it('close with the conversation, and when the window grows', async () => {
    const page = await fixture.open('/', { viewport: { width: 390, height: 844 } })
    await page.getByRole('feed').getByRole('link', { name: /Ivo/ }).click()
    await button(page).click()
    await sheet(page).waitFor()
    await page.goBack()
    await sheet(page).waitFor({ state: 'detached' })
    await page.goForward()
    await button(page).click()
    await sheet(page).waitFor()
    await page.setViewportSize({ width: 1440, height: 900 })
    await sheet(page).waitFor({ state: 'detached' })
    await page.context().close()
  })
})

it('the pane meets WCAG 2.2 AA, as far as axe checks it', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await fixture.open(path(longName), { colorScheme, viewport: { width: 1280, height: 720 } })
    await button(page).click()
    await says(page, 'Handle', 'a-very-long-handle')
    assert.deepEqual(await findings(page), [], colorScheme)
    await page.context().close()
  }
})

it('the page logs no errors on the console', () => {
  assert.deepEqual(fixture.consoleErrors, [])
})
