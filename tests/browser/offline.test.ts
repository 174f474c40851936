import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
const ids = new Map<string, string>()
before(async () => {
  fixture = await openBrowserFixture()
  const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
  const sam = { firstName: 'Sam', lastName: 'Oak', email: 'sam@acme.example', password: 'correct horse battery' }
  await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, { ...sam, isAdmin: false })
  for (const name of ['Fay', 'Eli', 'Dan', 'Cem', 'Bob', 'Ann']) {
    await fixture.receive({ body: `Hello from ${name}`, conversation: name, handle: name, name })
  }
  for (const { id, recipient } of (await fixture.hub.call('GET', '/conversations')).body._results) {
    ids.set(recipient.name, id)
  }
  page = await fixture.open('/')
})
after(() => fixture.close())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const waits = (what: string) =>
  page
    .getByRole('region', { name: 'Notices' })
    .getByText(`${what}. Waits on this device for the connection.`, { exact: true })
    .waitFor()
const choose = async (key: string, words: string) => {
  await page.keyboard.press(key)
  await page.getByRole('combobox').fill(words)
  await page.keyboard.press('Enter')
}
/** The files that the page preloads. */
const isLoaded = (part: string) =>
  page.waitForFunction(
    (name) => performance.getEntriesByType('resource').some((entry) => entry.name.includes(name)),
    part,
  )
const inHub = async (name: string) => {
  const { status, is_spam, assignee, priority } = (await fixture.hub.call('GET', `/conversations/${ids.get(name)}`))
    .body
  return [status, is_spam, assignee?.first_name ?? null, priority]
}

describe('a change of a conversation without a connection', { timeout: 60_000 }, () => {
  it('waits on this device, also through a dialog that was never opened before', async () => {
    await row('Ann').getByRole('link').click()
    await page.locator('article[data-open]:not([data-unread])').waitFor({ state: 'attached' })
    await page.keyboard.press('Escape')
    await page.waitForURL(/inb_\w+$/)
    for (const part of ['/AssignPanel', '/ChoiceDialog', '/teammates']) await isLoaded(part)
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await page.keyboard.press('u')
    await waits('Marked as unread')
    await page.locator('article[data-unread]').filter({ hasText: 'Ann' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('m')
    await waits('Assigned to Ada Acme')
    await page.keyboard.press('j')
    await choose('a', 'sam')
    await waits('Assigned to Sam Oak')
    await page.keyboard.press('j')
    await choose('p', 'urgent')
    await waits('Priority: Urgent')
    await page.keyboard.press('j')
    await page.keyboard.press('#')
    await waits('Moved to the trash')
    await row('Eli').waitFor({ state: 'detached' })
    await page.keyboard.press('!')
    await waits('Marked as spam')
    await row('Fay').waitFor({ state: 'detached' })
    await page.getByText('6 changes wait on this device.').waitFor()
    for (const name of ids.keys()) assert.deepEqual(await inHub(name), ['unassigned', false, null, 'normal'])
  })

  it('is shown as done by the next page and sent from there when this one was closed', async () => {
    const context = page.context()
    await page.close()
    await context.setOffline(false)
    const changes = /\/conversations\/cnv_\w+(?:\/\w+)?$/
    await context.route(changes, (route) =>
      ['PATCH', 'PUT'].includes(route.request().method()) ? route.abort() : route.fallback(),
    )
    page = await context.newPage()
    await page.goto(`${fixture.origin}/app/`)
    await page.locator('article[data-unread]').filter({ hasText: 'Ann' }).waitFor()
    await row('Cem').getByText('Assigned to Sam Oak').waitFor({ state: 'attached' })
    for (const name of ['Eli', 'Fay']) assert.equal(await row(name).count(), 0)
    for (const name of ids.keys()) assert.deepEqual(await inHub(name), ['unassigned', false, null, 'normal'])
    await context.unroute(changes)
    const expected = {
      Bob: ['assigned', false, 'Ada', 'normal'],
      Cem: ['assigned', false, 'Sam', 'normal'],
      Dan: ['unassigned', false, null, 'urgent'],
      Eli: ['deleted', false, null, 'normal'],
      Fay: ['deleted', true, null, 'normal'],
    }
    for (const [name, state] of Object.entries(expected)) {
      while (String(await inHub(name)) !== String(state)) await page.waitForTimeout(50)
    }
    // private state of this teammate has no other trace
    await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.includes('.outbox.')))
    await page.reload()
    await page.locator('article[data-unread]').filter({ hasText: 'Ann' }).waitFor()
  })
})
