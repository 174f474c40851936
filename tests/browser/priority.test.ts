import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const noor = { email: 'noor@acme.example', password: 'correct horse battery' }

let fixture: BrowserFixture
let mine: Page
let noors: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ivo', 'Eva']) {
    await fixture.receive({ body: 'Hello', conversation: name, handle: name, name })
  }
  const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
  const names = { firstName: 'Noor', lastName: 'Ali', isAdmin: true }
  await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, { ...noor, ...names })
  mine = await fixture.open('/')
  noors = await fixture.open('/', {}, noor)
  for (const page of [mine, noors]) await row(page, 'Ivo').getByRole('link').click()
  for (const page of [mine, noors]) await button(page, 'Normal').waitFor()
})
after(() => fixture.close())

const row = (page: Page, name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const button = (page: Page, level: string) => page.getByRole('button', { name: `Priority: ${level}`, exact: true })
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Priority' })
const notices = (page: Page) => page.getByRole('region', { name: 'Notices' })
const inHub = async (page = mine) =>
  (await fixture.hub.call('GET', `/conversations/${page.url().split('/').at(-1)}`)).body.priority
const untilInHub = async (level: string) => {
  while ((await inHub()) !== level) await mine.waitForTimeout(20)
}

async function setByKeys(page: Page, level: string): Promise<void> {
  await page.keyboard.press('p')
  await dialog(page).getByRole('combobox').fill(level)
  await page.keyboard.press('Enter')
  await dialog(page).waitFor({ state: 'detached' })
}

describe('the priority of a conversation', { timeout: 90_000 }, () => {
  it('is set with p, and shown in the header, the row and the timeline of every tab', async () => {
    assert.equal(
      await row(mine, 'Ivo')
        .getByTitle(/^Priority/)
        .count(),
      0,
    )
    await setByKeys(noors, 'high')
    for (const page of [noors, mine]) {
      await button(page, 'High').waitFor()
      await row(page, 'Ivo.*Priority: High').waitFor()
      await page.getByRole('log').getByText('Noor Ali set the priority to high').waitFor()
    }
    assert.equal(
      await row(mine, 'Eva')
        .getByTitle(/^Priority/)
        .count(),
      0,
    )
    assert.equal(await inHub(), 'high')
  })

  it('is undone with z, back to what it was', async () => {
    await setByKeys(mine, 'urgent')
    await notices(mine).getByText('Priority: Urgent').waitFor()
    await button(noors, 'Urgent').waitFor()
    await mine.keyboard.press('z')
    await button(mine, 'High').waitFor()
    await button(noors, 'High').waitFor()
  })

  it('is found in the command bar, and shows which one it is', async () => {
    await mine.keyboard.press('Control+k')
    await mine.getByRole('combobox').fill('urgent')
    await mine.getByRole('option', { name: 'Set the priority' }).waitFor()
    await mine.keyboard.press('Enter')
    await dialog(mine).getByRole('option', { name: 'High' }).getByText('✓').waitFor()
    await dialog(mine).getByRole('option', { name: 'Low' }).click()
    await button(mine, 'Low').waitFor()
    await row(mine, 'Ivo.*Priority: Low').waitFor()
  })

  it('changes nothing and shows nothing when the same value is chosen', async () => {
    await untilInHub('low')
    const lines = () => mine.getByRole('log').getByText('set the priority').count()
    const before = await lines()
    await notices(mine).getByRole('button', { name: 'Dismiss' }).first().click()
    await setByKeys(mine, 'low')
    assert.equal(await notices(mine).getByText('Priority: Low').count(), 0)
    assert.equal(await lines(), before)
  })

  it('is shown at once without a connection, waits on the device, and reaches the hub', async () => {
    await mine.context().setOffline(true)
    await mine.getByText('You are offline').waitFor()
    await setByKeys(mine, 'urgent')
    await button(mine, 'Urgent').waitFor()
    await notices(mine).getByText('Priority: Urgent. Waits on this device').waitFor()
    assert.equal(await inHub(), 'low')
    await mine.context().setOffline(false)
    await untilInHub('urgent')
    await button(noors, 'Urgent').waitFor()
  })

  it('is reverted, with the reason, when the hub refuses it', async () => {
    const message = 'This conversation is closed to changes.'
    await mine.route('**/priority', (route) =>
      route.fulfill({ status: 409, json: { _error: { status: 409, title: 'Conflict', code: 'closed', message } } }),
    )
    await setByKeys(mine, 'normal')
    await notices(mine).getByText(message).waitFor()
    await button(mine, 'Urgent').waitFor()
    await mine.unroute('**/priority')
    fixture.consoleErrors.splice(0)
  })

  it('is set for several conversations from the list, and undone for each', async () => {
    await mine.keyboard.press('Escape')
    await mine.keyboard.press('x')
    await mine.keyboard.press('k')
    await mine.keyboard.press('x')
    await mine.getByText('2 selected').waitFor()
    await mine.getByRole('button', { name: 'Set the priority…' }).click()
    await dialog(mine).getByRole('option', { name: 'High' }).click()
    for (const name of ['Ivo', 'Eva']) await row(noors, `${name}.*Priority: High`).waitFor()
    await mine.keyboard.press('z')
    await row(noors, 'Ivo.*Priority: Urgent').waitFor()
    await row(noors, 'Eva')
      .getByTitle(/^Priority/)
      .waitFor({ state: 'detached' })
  })

  it('is set by touch', async () => {
    const phone = await fixture.open(`/inboxes/${fixture.hub.inbox}`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    await row(phone, 'Eva').getByRole('button', { name: 'Select the conversation with Eva' }).tap()
    await phone.getByRole('button', { name: 'Set the priority…' }).tap()
    await dialog(phone).getByRole('option', { name: 'High' }).tap()
    await row(phone, 'Eva.*Priority: High').getByRole('link').tap()
    await button(phone, 'High').tap()
    await dialog(phone).getByRole('option', { name: 'Urgent' }).tap()
    await button(phone, 'Urgent').waitFor()
    await phone.context().close()
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
