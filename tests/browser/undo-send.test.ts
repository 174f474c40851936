import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

/** The channel has no undo time: a message that reaches the hub is sent at once. */
let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('link').click()
})
after(() => fixture.close())

const composer = () => page.getByRole('textbox', { name: /^Answer to/ })
const stands = (text: string) =>
  page.waitForFunction((expected) => document.querySelector<HTMLTextAreaElement>('#composer')?.value === expected, text)
const undo = () =>
  page.getByRole('log').getByRole('article').filter({ hasText: 'Not sent yet' }).getByRole('button', { name: 'Undo' })
const texts = async () => {
  const { body } = await fixture.hub.call('GET', `/conversations/${page.url().split('/').at(-1)}/messages`)
  return body._results.map(({ text }: { text: string }) => text)
}
const replies = '**/conversations/*/messages'
const loseReplies = () =>
  page.route(replies, (route) =>
    route.request().method() === 'POST' ? route.abort('connectionreset') : route.fallback(),
  )

describe('a reply that never reached the hub', { timeout: 60_000 }, () => {
  it('is not sent after Undo send', async () => {
    await loseReplies()
    await composer().fill('Undone in time')
    await composer().press('Enter')
    await undo().click()
    await stands('Undone in time')
    await page.unroute(replies)
    await page.getByText('Undone. The message was not sent.').waitFor()
    assert.deepEqual(await texts(), ['Hello'])
    await composer().fill('The next one')
    await composer().press('Enter')
    await fixture.channel.server.until(() => fixture.channel.server.messages().length > 0)
    assert.deepEqual(
      fixture.channel.server.messages().map(({ body }) => body.payload.text),
      ['The next one'],
    )
  })
})

describe('an answer that is not the hub’s', { timeout: 60_000 }, () => {
  it('is no refusal: a proxy that does not find the hub keeps replies and drafts waiting, in their order', async () => {
    await composer().fill('')
    const before = fixture.channel.server.messages().length
    const foreign = [
      { status: 404, contentType: 'text/plain', body: '404 page not found' },
      { status: 403, contentType: 'text/html', body: '<h1>Forbidden</h1>' },
      { status: 401, contentType: 'text/html', body: '<h1>Sign in to the network</h1>' },
      { status: 408, body: '' },
    ]
    await page.route(replies, (route) => {
      const answer = route.request().method() === 'POST' && foreign.shift()
      return answer ? route.fulfill(answer) : route.fallback()
    })
    for (const text of ['one', 'two', 'three']) {
      await composer().fill(text)
      await composer().press('Enter')
    }
    await page.getByText('the server is not available').first().waitFor()
    const sent = () => fixture.channel.server.messages().map(({ body }) => body.payload.text)
    await fixture.channel.server.until(() => sent().length >= before + 3)
    assert.deepEqual(sent().slice(before), ['one', 'two', 'three'])
    assert.equal(await composer().inputValue(), '')
  })
})
