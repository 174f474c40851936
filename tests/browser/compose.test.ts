import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
})
beforeEach(async () => {
  page = await fixture.open('/new')
  await field('body').waitFor()
})
after(() => fixture.close())

const field = (name: 'recipient' | 'body') => page.locator(`#new-${name}`)
const write = async (recipient: string, body: string) => {
  await field('recipient').fill(recipient)
  await field('body').fill(body)
}
const sendButton = () => page.getByRole('button', { name: 'Send', exact: true })
const received = (text: string) => fixture.channel.server.messages().filter(({ body }) => body.payload.text === text)
const isSent = (text: string) => fixture.channel.server.until(() => received(text).length > 0)
const messages = '**/channels/*/messages'
/** Its own, or that in its inbox, to which it leads. */
const conversationAddress = /\/cnv_/

describe('a new message whose response is lost', { timeout: 60_000 }, () => {
  it('is asked for again, and sent once', async () => {
    await page.route(
      messages,
      async (route) => {
        await route.fetch()
        await route.abort('connectionreset')
      },
      { times: 2 },
    )
    await write('ida', 'Lost twice')
    await sendButton().click()
    await page.waitForURL(conversationAddress)
    await isSent('Lost twice')
    assert.equal(received('Lost twice').length, 1)
  })

  it('is sent once after a reload and a second press of Send', async () => {
    const ids = new Set<string>()
    await page.route(messages, async (route) => {
      ids.add((await (await route.fetch()).json()).id)
      await route.abort('connectionreset')
    })
    // nothing of it is with the hub, which could tell that it was sent
    await page.route('**/drafts/new', (route) =>
      route.request().method() === 'PUT' ? route.abort() : route.fallback(),
    )
    await write('eva', 'Lost for ever')
    await sendButton().click()
    await isSent('Lost for ever')
    await page.getByRole('alert').waitFor()
    await page.unroute(messages)
    await page.reload()
    await field('body').waitFor()
    assert.equal(await field('body').inputValue(), 'Lost for ever')
    const answer = page.waitForResponse(messages)
    await sendButton().click()
    ids.add((await (await answer).json()).id)
    assert.equal(ids.size, 1)
    await page.waitForURL(conversationAddress)
    await page.unroute('**/drafts/new')
  })

  it('is not reported as a failure when the page failed after it was sent', async () => {
    // of both fields: no other save is planned then
    const saved = page.waitForResponse(
      (response) =>
        response.url().endsWith('/drafts/new') &&
        /eli.*Sent all the same|Sent all the same.*eli/.test(response.request().postData() ?? ''),
    )
    await write('eli', 'Sent all the same')
    await saved
    await page.evaluate(() => {
      const originalSetTimeout = window.setTimeout
      // the draft that was emptied is saved after this rest
      window.setTimeout = ((work: () => void, ms?: number) => {
        if (ms !== 600) return originalSetTimeout(work, ms)
        window.setTimeout = originalSetTimeout
        throw new Error('no timers')
      }) as typeof window.setTimeout
    })
    await sendButton().click()
    await page.getByText('On its way to eli').waitFor()
    await page.waitForURL(conversationAddress)
    assert.equal(await page.getByText('no timers').count(), 0)
  })

  it('keeps text that is typed while it is being sent', async () => {
    let releaseResponse = () => {}
    const released = new Promise<void>((resolve) => {
      releaseResponse = resolve
    })
    await page.route(messages, async (route) => {
      await released
      await route.fallback()
    })
    await write('ivo', 'On its way')
    await sendButton().click()
    await page.getByRole('button', { name: 'Sending…' }).waitFor()
    await field('body').fill('On its way, and an afterthought')
    releaseResponse()
    await page.waitForURL(conversationAddress)
    await page.goBack()
    assert.equal(await field('body').inputValue(), 'On its way, and an afterthought')
    await page.getByRole('button', { name: 'Discard' }).click()
  })
})

describe('Undo send of a new message', { timeout: 60_000 }, () => {
  let slow: BrowserFixture
  before(async () => {
    slow = await openBrowserFixture({ settings: { undo_send_time: 60 } })
  })
  after(() => slow.close())

  it('restores the new message with its recipient and subject, beside a draft begun meanwhile', async () => {
    const screen = await slow.open('/new')
    const value = (name: string) => screen.locator(`#new-${name}`).inputValue()
    await screen.locator('#new-recipient').fill('zoe')
    await screen.locator('#new-subject').fill('Your lamp')
    await screen.locator('#new-body').fill('Too soon')
    await screen.getByRole('button', { name: 'Send', exact: true }).click()
    await screen.getByRole('button', { name: 'Undo' }).click()
    await screen.waitForURL('**/new')
    assert.deepEqual(
      [await value('recipient'), await value('subject'), await value('body')],
      ['zoe', 'Your lamp', 'Too soon'],
    )
    await screen.getByText('Undone. The message was not sent.').waitFor()
    await screen.reload()
    await screen.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#new-body')?.value === 'Too soon')

    await screen.getByRole('button', { name: 'Send', exact: true }).click()
    await screen.waitForURL(conversationAddress)
    const thread = screen.url()
    await screen.goto(`${slow.origin}/app/new`)
    await screen.locator('#new-body').fill('Another thought')
    await screen.getByText('Draft saved').waitFor()
    await screen.goto(thread)
    await screen.getByRole('button', { name: 'Undo' }).click()
    await screen.waitForURL('**/new')
    await screen.getByText('Another thought').waitFor()
    assert.equal(await value('body'), 'Too soon')
    assert.deepEqual(slow.consoleErrors, [])
  })
})

describe('a new message in two tabs', { timeout: 60_000 }, () => {
  it('empties on the other when it is sent', async () => {
    await write('uma', 'Seen on both')
    await page.getByText('Draft saved').waitFor()
    const phone = await fixture.open('/new')
    const stands = (words: string[]) =>
      phone.waitForFunction((expected) => {
        const field = (name: string) => document.querySelector<HTMLInputElement>(`#new-${name}`)?.value
        return field('recipient') === expected[0] && field('body') === expected[1]
      }, words)
    await stands(['uma', 'Seen on both'])
    await sendButton().click()
    await isSent('Seen on both')
    await stands(['', ''])
    await phone.context().close()
  })

  it('is not sent twice by a tab that missed the first', async () => {
    await write('sam', 'From one screen')
    await page.getByText('Draft saved').waitFor()
    const phone = await fixture.open('/new')
    await phone.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('#new-body')?.value === 'From one screen',
    )
    await phone.context().setOffline(true)
    await sendButton().click()
    await isSent('From one screen')
    await phone.route('**/drafts/new', (route) => route.abort())
    await phone.context().setOffline(false)
    await phone.getByRole('button', { name: 'Send', exact: true }).click()
    await phone.getByText('This text was already sent from another tab').waitFor()
    assert.equal(received('From one screen').length, 1)
    await page.context().close()
    await phone.context().close()
  })

  it('has what each of them changed, and shows what the other made of a field that both changed', async () => {
    const discard = page.getByRole('button', { name: 'Discard', exact: true })
    await discard.click()
    await write('sam', 'Written on both')
    await page.getByText('Draft saved').waitFor()
    const phone = await fixture.open('/new')
    const stands = (screen: Page, name: string, value: string) =>
      screen.waitForFunction(
        ([name, value]) => document.querySelector<HTMLInputElement>(`#new-${name}`)?.value === value,
        [name, value] as const,
      )
    await stands(phone, 'body', 'Written on both')
    await phone.context().setOffline(true)
    await phone.locator('#new-subject').fill('From the phone')
    await phone.locator('#new-recipient').fill('ida')
    await phone.getByText('Draft kept on this device').waitFor()
    await field('recipient').fill('eva')
    await field('body').fill('Changed at the desk')
    await page.getByText('Draft saved').waitFor()
    await phone.context().setOffline(false)
    for (const screen of [phone, page]) {
      await screen.getByText('Written in another tab').getByText('To: eva').waitFor()
      await stands(screen, 'body', 'Changed at the desk')
      await stands(screen, 'subject', 'From the phone')
      await stands(screen, 'recipient', 'ida')
    }
    await phone.context().close()
    await discard.click()
  })
})
