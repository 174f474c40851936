import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { answer, succeed } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ivo', 'Eva']) {
    await fixture.receive({ body: `${name} asks`, conversation: name, handle: name, name })
  }
  page = await fixture.open('/')
})
after(() => fixture.close())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const view = (count: string) => page.getByRole('link', { name: `Not delivered ${count}`.trim(), exact: true })
const names = async () =>
  (await page.getByRole('feed').getByRole('article').allInnerTexts()).map((text) => text.split('\n')[0])
const composer = () => page.getByRole('textbox', { name: /^Answer to/ })
const bubble = (text: string) => page.getByRole('log').getByRole('article').filter({ hasText: text })

async function reply(name: string, text: string): Promise<void> {
  await row(name).getByRole('link').click()
  await page.getByRole('log').getByText(`${name} asks`).waitFor()
  await composer().fill(text)
  await composer().press('Enter')
}

describe('an undelivered message', { timeout: 90_000 }, () => {
  it('marks its row and is counted, whatever the customer writes later', async () => {
    fixture.channel.server.behave = (_, response) =>
      answer(response, 400, { type: 'bad_request', message: 'No such number' })
    await view('').waitFor()
    await reply('Ivo', 'Never arrives')
    await row('Ivo').getByText('Not sent').waitFor()
    await view('1 conversation').waitFor()
    fixture.channel.server.behave = succeed
    await fixture.receive({ body: 'Are you there?', conversation: 'Ivo', handle: 'Ivo', name: 'Ivo' })
    await row('Ivo').getByText('Are you there?').waitFor()
    await row('Ivo').getByText('Not sent').waitFor()
  })

  it('has its own view, and stays there when it is archived', async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Archived' }).focus()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.waitForURL(/\/undelivered$/)
    await row('Ivo').waitFor()
    assert.deepEqual(await names(), ['Ivo'])
    await row('Ivo').getByRole('link').click()
    await bubble('Never arrives').getByText('Failed: “No such number”').waitFor()
    await page.getByRole('log').focus()
    await page.keyboard.press('e')
    await page.getByText('Archived', { exact: true }).nth(1).waitFor()
    await row('Ivo').getByText('Not sent').waitFor()
    await view('1 conversation').waitFor()
  })

  it('leaves that view when a teammate has handled it', async () => {
    // archiving has gone on to the next conversation
    await row('Ivo').getByRole('link').click()
    await bubble('Never arrives').getByRole('button', { name: 'Dismiss' }).click()
    await bubble('Never arrives').getByText('Failed: “No such number” · Dismissed by you').waitFor()
    await page.getByText('Everything was delivered').waitFor()
    await view('').waitFor()
  })

  it('shows the worst state of several, also of those that block others', async () => {
    // nothing is tried again in this time: an attempt in flight is not cancelled
    fixture.channel.server.behave = (_, response) => answer(response, 429, {}, { 'retry-after': '3600' })
    await page.goto(`${fixture.origin}/app/`)
    await reply('Eva', 'Number 1')
    await row('Eva').getByText('Delayed').waitFor()
    await composer().fill('Number 2')
    await composer().press('Enter')
    await bubble('Number 2').getByText('Waits for the one above').waitFor()
    await row('Eva').getByText('Number 2').waitFor()
    await row('Eva').getByText('Delayed').waitFor()
    await view('1 conversation').waitFor()
  })

  it('leaves row, time and order as before when it is cancelled, and one line in the thread', async () => {
    await fixture.receive({ body: 'Mia asks', conversation: 'Mia', handle: 'Mia', name: 'Mia' })
    await row('Mia').waitFor()
    assert.deepEqual(await names(), ['Mia', 'Eva'])
    await composer().fill('Number 3')
    await composer().press('Enter')
    await row('Eva').getByText('Number 3').waitFor()
    assert.deepEqual(await names(), ['Eva', 'Mia'])
    for (const number of [3, 2, 1]) await bubble(`Number ${number}`).getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('log').getByText('3 messages were cancelled').waitFor()
    await row('Eva').getByText('Eva asks').waitFor()
    assert.deepEqual(await names(), ['Mia', 'Eva'])
    await view('').waitFor()
    assert.equal(await row('Eva').getByText('Our answer').count(), 0)
    assert.equal(await bubble('Number 1').getByText('Number 1').isVisible(), false)
    await page.getByText('3 messages were cancelled').click()
    await page.getByText('Cancelled: this was not sent').first().click()
    await bubble('Number 1').getByRole('button', { name: 'Edit' }).click()
    assert.equal(await composer().inputValue(), 'Number 1')
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
