import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let desk: Page
let phone: Page
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  desk = await fixture.open('/')
  await desk.getByRole('feed').getByRole('link').click()
  await composer(desk).waitFor()
  phone = await fixture.open(new URL(desk.url()).pathname.slice('/app'.length))
  await composer(phone).waitFor()
})
after(() => fixture.close())

const composer = (page: Page) => page.getByRole('textbox', { name: /^Answer to/ })
const stands = (page: Page, text: string) =>
  page.waitForFunction((expected) => document.querySelector<HTMLTextAreaElement>('#composer')?.value === expected, text)
const received = () => fixture.channel.server.messages().map(({ body }) => body.payload.text)

describe('one draft in two tabs', { timeout: 150_000 }, () => {
  it('is the same on both, as it is typed', async () => {
    await composer(desk).pressSequentially('Begun at the desk')
    await stands(phone, 'Begun at the desk')
    await composer(phone).pressSequentially(', ended on the phone')
    await stands(desk, 'Begun at the desk, ended on the phone')
  })

  it('empties in the other tab when it is sent, and Enter there sends nothing', async () => {
    await composer(desk).press('Enter')
    await stands(phone, '')
    await composer(phone).press('Enter')
    await fixture.channel.server.until(() => received().length === 1)
    assert.deepEqual(received(), ['Begun at the desk, ended on the phone'])
  })

  it('empties on one that was cut off, when it is back', async () => {
    await composer(desk).fill('Sent while the phone was away')
    await stands(phone, 'Sent while the phone was away')
    await phone.context().setOffline(true)
    await phone.getByText('You are offline').waitFor()
    await composer(desk).press('Enter')
    await fixture.channel.server.until(() => received().length === 2)
    await phone.context().setOffline(false)
    await stands(phone, '')
  })

  it('is not sent twice by a tab that was disconnected', async () => {
    await composer(desk).fill('Once is enough')
    await stands(phone, 'Once is enough')
    await phone.context().setOffline(true)
    await phone.getByText('You are offline').waitFor()
    await composer(desk).press('Enter')
    await fixture.channel.server.until(() => received().length === 3)
    await composer(phone).press('Enter')
    await phone.getByText('Not sent yet').waitFor()
    await phone.context().setOffline(false)
    await phone.getByText('This text was already sent from another tab').waitFor()
    assert.equal(received().length, 3)
    await composer(phone).fill('')
    await stands(desk, '')
  })

  it('keeps newer text of the other tab when the older text is sent', async () => {
    await composer(desk).fill('Half of it')
    await stands(phone, 'Half of it')
    await phone.context().setOffline(true)
    await phone.getByText('You are offline').waitFor()
    await composer(phone).fill('Half of it, and the rest')
    await composer(desk).press('Enter')
    await fixture.channel.server.until(() => received().length === 4)
    await phone.context().setOffline(false)
    await phone.getByText('Draft saved').waitFor()
    assert.equal(await composer(phone).inputValue(), 'Half of it, and the rest')
    await composer(phone).fill('')
    await stands(desk, '')
  })

  it('keeps and shows both when both were changed', async () => {
    await composer(desk).fill('Common')
    await stands(phone, 'Common')
    await phone.context().setOffline(true)
    await phone.getByText('You are offline').waitFor()
    await composer(phone).fill('Typed on the train')
    await phone.getByText('Draft kept on this device').waitFor()
    await composer(desk).fill('Typed at the desk')
    await desk.getByText('Draft saved').waitFor()
    await phone.context().setOffline(false)
    for (const page of [phone, desk]) {
      await page.getByText('Written in another tab').getByText('Typed at the desk').waitFor()
      await stands(page, 'Typed on the train')
    }
    await phone.getByRole('button', { name: 'Add it below' }).click()
    await stands(desk, 'Typed on the train\n\nTyped at the desk')
    await desk.getByText('Written in another tab').waitFor({ state: 'detached' })
    await composer(desk).fill('')
    await stands(phone, '')
  })

  it('keeps and shows both texts when one tab saves without knowing the other’s', async () => {
    await composer(desk).fill('Heard by both')
    await stands(phone, 'Heard by both')
    await phone.route('**/stream*', (route) => route.abort())
    await phone.reload()
    await stands(phone, 'Heard by both')
    await phone.getByText('Connection lost').waitFor()
    const saved = desk.waitForResponse(
      (answer) => answer.request().method() === 'PUT' && answer.url().endsWith('/draft'),
    )
    await composer(desk).fill('Not heard by the phone')
    await saved
    await composer(phone).fill('From the phone')
    await phone.getByText('Written in another tab').getByText('Not heard by the phone').waitFor()
    await desk.getByText('Written in another tab').getByText('Not heard by the phone').waitFor()
    for (const page of [phone, desk]) await stands(page, 'From the phone')
    await phone.unroute('**/stream*')
    await phone.getByText('Connection lost').waitFor({ state: 'detached' })
    await desk.getByRole('button', { name: 'Discard it' }).click()
    await phone.getByText('Written in another tab').waitFor({ state: 'detached' })
    await composer(desk).fill('')
    await stands(phone, '')
  })

  it('is the newer one after a reload, also with a slow clock', async () => {
    const [context, url] = [desk.context(), desk.url()]
    const setBack = async () => {
      await desk.clock.install({ time: Date.now() - 10 * 60_000 })
      await desk.clock.resume()
    }
    await setBack()
    await composer(desk).fill('Kept with the hub')
    await desk.getByText('Draft saved').waitFor()
    // requests of a closing page bypass the routes of a test, but not a missing network
    await context.setOffline(true)
    await composer(desk).fill('Kept on this device only')
    await desk.getByText('Draft kept on this device').waitFor()
    await desk.close()
    await context.setOffline(false)
    await stands(phone, 'Kept with the hub')
    desk = await context.newPage()
    await setBack()
    await desk.goto(url)
    await stands(phone, 'Kept on this device only')
    await stands(desk, 'Kept on this device only')
  })

  it('keeps the text of two disconnected and closed tabs of one browser', async () => {
    const context = desk.context()
    const url = desk.url()
    const second = await context.newPage()
    await composer(desk).fill('')
    await desk.getByText('Enter sends').waitFor()
    await second.goto(url)
    await stands(second, '')
    await composer(desk).fill('Seen in both')
    await stands(second, 'Seen in both')
    await context.setOffline(true)
    await composer(desk).fill('In the first tab')
    await composer(second).fill('In the second tab')
    await desk.getByText('Draft kept on this device').waitFor()
    await second.getByText('Draft kept on this device').waitFor()
    await desk.close()
    await second.close()
    await context.setOffline(false)
    desk = await context.newPage()
    await desk.goto(url)
    await desk.getByText('Written in another tab').waitFor()
    const words = [await composer(desk).inputValue(), await desk.locator('form q').textContent()]
    assert.deepEqual(words.toSorted(), ['In the first tab', 'In the second tab'])
  })
})
