import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Page } from 'playwright-core'
import { answer, succeed } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Where is my parcel?', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
  await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, { ...sam, firstName: 'Sam', lastName: 'Oak' })
  page = await fixture.open('/')
})
after(() => fixture.close())

const sam = { email: 'sam@acme.example', password: 'correct horse battery' }
/** Opens the shown conversation in the page of another teammate. */
const openAs = (who: typeof sam) => fixture.open(new URL(page.url()).pathname.slice('/app'.length), {}, who)
const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const composer = () => page.getByRole('textbox', { name: /^Answer to/ })
const bubble = (text: string) => page.getByRole('log').getByRole('article').filter({ hasText: text })
const openRow = async (name: string) => {
  await row(name).getByRole('link').click()
  await composer().waitFor()
}
const state = (text: string, words: RegExp) => bubble(text).getByRole('button', { name: words }).waitFor()
const received = (text: string) => fixture.channel.server.messages().filter(({ body }) => body.payload.text === text)

describe('a conversation in the browser', () => {
  it('is in the list a blink after the customer wrote, without a reload', async () => {
    await row('Ivo').waitFor()
    await fixture.receive({ body: 'Anybody there?', conversation: 'eva', handle: 'eva', name: 'Eva' })
    await row('Eva').getByText('Anybody there?').waitFor()
    const said = page.getByText('New message from Eva: Anybody there?')
    await said.waitFor({ state: 'attached' })
  })

  it('shows when the reply was sent, and the channel got it once', async () => {
    await openRow('Ivo')
    await composer().fill('It left the depot.')
    await composer().press('Enter')
    await state('It left the depot.', /^Sent/)
    assert.equal(await composer().inputValue(), '')
    assert.equal(received('It left the depot.').length, 1)
  })

  it('shows a new message in the open thread and keeps it read', async () => {
    await fixture.receive({ body: 'Thank you!', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
    await bubble('Thank you!').waitFor()
    await page.locator('article[data-open]:not([data-unread])').waitFor({ state: 'attached' })
  })

  it('shows the channel’s message when it refuses, and Retry sends the same message', async () => {
    fixture.channel.server.behave = (_, response) =>
      answer(response, 400, { type: 'bad_request', message: 'number unreachable' })
    await composer().fill('Are you at home?')
    await composer().press('Enter')
    await state('Are you at home?', /^Failed: “number unreachable”/)
    await row('Ivo').getByText('Not sent').waitFor()
    fixture.channel.server.behave = succeed
    await bubble('Are you at home?').getByRole('button', { name: 'Retry' }).click()
    await state('Are you at home?', /^Sent/)
    const ids = received('Are you at home?').map(({ body }) => body.payload.id)
    assert.equal(ids.length, 2)
    assert.equal(new Set(ids).size, 1)
  })

  it('puts the text of a refused message back with Edit, long after it was sent', async () => {
    fixture.channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'too long' })
    await composer().fill('A sentence too many')
    await composer().press('Enter')
    await state('A sentence too many', /^Failed/)
    await page.waitForTimeout(1_500)
    await bubble('A sentence too many').getByRole('button', { name: 'Edit' }).click()
    await page.keyboard.type('?')
    assert.equal(await composer().inputValue(), 'A sentence too many?')
    await composer().fill('')
    fixture.channel.server.behave = succeed
  })

  it('never shows a message as failed that may have arrived', async () => {
    fixture.channel.server.behave = (_, response) => void response.destroy()
    await composer().fill('Shall we ring?')
    await composer().press('Enter')
    await state('Shall we ring?', /^Not confirmed/)
    await bubble('Shall we ring?').getByRole('button', { name: 'Mark as sent' }).click()
    await state('Shall we ring?', /^Marked as sent/)
    assert.equal(received('Shall we ring?').length, 1)
    fixture.channel.server.behave = succeed
  })

  it('shows each attempt with the response of the server', async () => {
    await bubble('Are you at home?')
      .getByRole('button', { name: /Show the delivery/ })
      .click()
    const timeline = page.getByRole('dialog')
    await timeline.getByText('Attempt 1: Failed').waitFor()
    await timeline.getByText('Attempt 2: Sent').waitFor()
    await page.keyboard.press('Escape')
    await timeline.waitFor({ state: 'detached' })
    assert.match(page.url(), /cnv_/)
  })

  it('keeps an unfinished reply through a reload, and shows it to nobody else', async () => {
    await composer().fill('Half a thought')
    await page.reload()
    await page.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('#composer')?.value === 'Half a thought',
    )
    const sams = await openAs(sam)
    await sams.getByRole('log').getByText('Where is my parcel?').waitFor()
    assert.equal(await sams.getByRole('textbox', { name: /^Answer to/ }).inputValue(), '')
    assert.equal(await sams.getByText('Half a thought').count(), 0)
    await sams.context().close()
    await composer().fill('')
  })

  it('renders HTML without running scripts', async () => {
    const body =
      '<p>Dear <b>team</b></p><img src="data:image/png;base64,AA" onerror="window.harmed=1"><script>window.harmed=1</script>'
    await fixture.receive({ body, conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
    await page.locator(`[role=log] b, [role=log] iframe`).first().waitFor()
    assert.equal(await page.evaluate('window.harmed'), undefined)
  })

  it('shows a text of one million letters cut to a readable height', async () => {
    const body = '\u202e🦊'.repeat(5_000) + 'x'.repeat(990_000)
    assert.equal([...body].length, 1_000_000)
    await fixture.receive({ body, conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
    await page.getByRole('button', { name: 'Show all' }).waitFor()
    const tallest = await page.evaluate(
      "Math.max(...[...document.querySelectorAll('[role=log] article')].map((one) => one.clientHeight))",
    )
    assert.ok(Number(tallest) < 700, `${tallest} px`)
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
