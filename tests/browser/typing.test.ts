import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({ type: { name: 'Chat', capabilities: ['typing'] } })
  for (let n = 0; n < 12; n++)
    await fixture.receive({ body: `Line ${n}\n`.repeat(4), conversation: 'Ivo', handle: 'Ivo', name: 'Ivo' })
  await fixture.receive({ body: 'Hello', conversation: 'Eva', handle: 'Eva', name: 'Eva' })
  page = await fixture.open('/')
  await row('Ivo').getByRole('link').click()
  await field().waitFor()
  await line().waitFor({ state: 'attached' })
})
after(() => fixture.close())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const field = (name = 'Ivo') => page.getByRole('textbox', { name: new RegExp(name) })
const line = () => page.getByRole('region', { name: /Ivo/ }).locator('p[role=status]')
const report = (is_typing: boolean, who = 'Ivo', conversation = who) =>
  fixture.hub.call(
    'POST',
    `/channels/${fixture.channel.id}/typing`,
    { sender: { handle: who, name: who }, is_typing, metadata: { external_conversation_id: conversation } },
    { token: fixture.channel.token() },
  )
const told = () =>
  fixture.channel.server.received.flatMap(({ body }) => (body.type === 'typing' ? [body.payload.is_typing] : []))
const untilTold = (...states: boolean[]) =>
  fixture.channel.server.until(() => JSON.stringify(told()) === JSON.stringify(states))
const messagesAt = () =>
  page.getByRole('log').evaluate((log) => [log.scrollTop, log.clientHeight, log.getBoundingClientRect().top])

describe('a customer who writes', { timeout: 90_000 }, () => {
  it('is shown below the thread and in the row, and nothing moves', async () => {
    const before = await messagesAt()
    await report(true)
    await line().getByText('Ivo is typing…').waitFor()
    await row('Ivo is typing…').waitFor()
    assert.deepEqual(await messagesAt(), before)
    assert.deepEqual(await findings(page), [])
    await report(false)
    await line().getByText('Ivo is typing…').waitFor({ state: 'detached' })
    assert.equal(await row('is typing').count(), 0)
    assert.deepEqual(await messagesAt(), before)
  })

  it('is shown in the row of a conversation that is not open, until the message comes', async () => {
    await report(true, 'Eva')
    await row('Eva is typing…').waitFor()
    assert.equal(await line().textContent(), '')
    await fixture.receive({ body: 'Here it is', conversation: 'Eva', handle: 'Eva' })
    await row('Here it is').waitFor()
    assert.equal(await row('is typing').count(), 0)
  })

  it('is named with the others of a group', async () => {
    await report(true, 'Max', 'Ivo')
    await report(true, 'Zoé', 'Ivo')
    await line().getByText('Max and Zoé are typing…').waitFor()
    await report(false, 'Max', 'Ivo')
    await line().getByText('Zoé is typing…').waitFor()
    await report(false, 'Zoé', 'Ivo')
    await line().getByText('typing').waitFor({ state: 'detached' })
  })

  it('ends by itself after 6 seconds', async () => {
    await page.clock.install()
    await report(true, 'Lea', 'Ivo')
    await line().getByText('Lea is typing…').waitFor()
    await page.clock.fastForward(5_900)
    await line().getByText('Lea is typing…').waitFor()
    await page.clock.fastForward(200)
    await line().getByText('typing').waitFor({ state: 'detached' })
    await page.clock.resume()
  })
})

describe('a teammate who writes', { timeout: 90_000 }, () => {
  it('is told to the channel, not for blanks, and not again within 3 seconds', async () => {
    await field().focus()
    await page.keyboard.type('  ')
    assert.deepEqual(told(), [])
    await page.keyboard.type('On its way')
    await untilTold(true)
    await field().fill('')
    await untilTold(true, false)
  })

  it('is told while an input method composes only what was written of it', async () => {
    fixture.channel.server.received.splice(0)
    await row('Eva').getByRole('link').click()
    await field('Eva').focus()
    const input = await page.context().newCDPSession(page)
    await input.send('Input.imeSetComposition', { text: 'か', selectionStart: 1, selectionEnd: 1 })
    assert.equal(await field('Eva').inputValue(), 'か')
    assert.deepEqual(told(), [])
    await input.send('Input.insertText', { text: '科' })
    await untilTold(true)
  })

  it('has stopped when the message is sent', async () => {
    await field('Eva').press('Control+Enter')
    await untilTold(true, false)
    await fixture.channel.server.until(() => fixture.channel.server.messages().length === 1)
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
