import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { answer, succeed } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ivo', 'Eva', 'Zoë', 'Uma', 'Kai', 'Pia', 'Tim']) {
    await fixture.receive({ body: 'Hello', conversation: name, handle: name, name: `${name} Brandt` })
  }
  await fixture.hub.call('POST', '/inboxes', { name: 'Returns desk' })
  page = await fixture.open('/')
})
after(() => fixture.close())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const notices = () => page.getByRole('region', { name: 'Notices' })
const composer = () => page.getByRole('textbox', { name: /^Answer to/ })
const open = async (name: string) => {
  await row(name).getByRole('link').click()
  await page.getByRole('heading', { name: new RegExp(name) }).waitFor()
}
const quiet = async () => {
  while ((await notices().getByRole('button', { name: 'Dismiss' }).count()) > 0) {
    await notices().getByRole('button', { name: 'Dismiss' }).first().click()
  }
}

describe('a hint', { timeout: 90_000 }, () => {
  it('is true in the empty thread: J and K go to a conversation and Enter opens it', async () => {
    await page.getByText('go to it with J and K and open it with Enter').waitFor()
    await row('Ivo').waitFor()
    await page.keyboard.press('j')
    await page.getByText('go to it with J and K and open it with Enter').waitFor()
    await page.keyboard.press('Enter')
    await composer().waitFor()
  })

  it('a notice names the key Z only where Z undoes, and only on the one that it undoes', async () => {
    await open('Pia')
    await page.keyboard.press('e')
    await notices().getByRole('button', { name: 'Undo Z' }).waitFor()
    await open('Tim')
    await page.keyboard.press('e')
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Notices"] kbd').length === 1)
    assert.equal(await notices().getByRole('button', { name: /^Undo/ }).count(), 2)
    await open('Uma')
    await composer().focus()
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Notices"] kbd').length === 0)
    await page.keyboard.type('z')
    assert.equal(await composer().inputValue(), 'z')
    assert.equal(await notices().getByRole('button', { name: /^Undo/ }).count(), 2)
    await composer().fill('')
    await composer().blur()
    await page.waitForFunction(() => document.querySelectorAll('[aria-label="Notices"] kbd').length === 1)
    await page.keyboard.press('z')
    await row('Tim').waitFor()
    await quiet()
  })
})

describe('a notice of a change', { timeout: 90_000 }, () => {
  const refuse = async (names: string[]) => {
    const { body } = await fixture.hub.call('GET', '/conversations')
    const ids = body._results
      .filter(({ recipient }: { recipient: { name: string } }) => names.some((name) => recipient.name.startsWith(name)))
      .map(({ id }: { id: string }) => id)
    await page.route('**/conversations/*', (route) =>
      route.request().method() === 'PATCH' && ids.some((id: string) => route.request().url().endsWith(id))
        ? route.fulfill({ status: 403, json: { _error: { status: 403, title: 'No', message: 'Not from here.' } } })
        : route.fallback(),
    )
  }

  it('disappears when the whole change is refused', async () => {
    await refuse(['Ivo'])
    await open('Ivo')
    await page.keyboard.press('e')
    await notices().getByText('Not from here.').waitFor()
    await notices().getByText('Archived').waitFor({ state: 'detached' })
    await row('Ivo').waitFor()
    await page.unroute('**/conversations/*')
    await quiet()
  })

  it('names the accepted part, which Undo reverts, when the rest is refused', async () => {
    await page.goto(`${fixture.origin}/app/`)
    await refuse(['Eva'])
    for (const name of ['Eva', 'Zoë', 'Kai'])
      await row(name)
        .getByRole('button', { name: /^Select/ })
        .click()
    await page.keyboard.press('e')
    await notices().getByText('Not from here.').waitFor()
    await notices().getByText('2 conversations archived').waitFor()
    await row('Eva').waitFor()
    await notices().getByRole('button', { name: /^Undo/ }).click()
    for (const name of ['Zoë', 'Kai']) await row(name).waitFor()
    await page.unroute('**/conversations/*')
    await quiet()
  })
})

describe('the command bar finds what it says', { timeout: 90_000 }, () => {
  const find = async (typed: string) => {
    await page.keyboard.press('Control+k')
    const field = page.getByPlaceholder('Type a command or a name')
    await field.fill(typed)
    return page.getByRole('dialog').getByRole('option')
  }

  it('customers, inboxes, channels and teammates by their names', async () => {
    await (await find('zoe bra')).filter({ hasText: 'Zoë Brandt' }).click()
    await page.getByRole('heading', { name: /Zoë/ }).waitFor()
    const { first_name: mine } = (await fixture.hub.call('GET', '/teammates')).body._results[0]
    await (await find(mine)).filter({ hasText: `Assign to ${mine}` }).click()
    await notices().getByText(`Assigned to ${mine}`).waitFor()
    await (await find('returns')).filter({ hasText: 'Returns desk' }).click()
    await page.waitForURL(/inboxes\/inb_/)
    const { name: channel } = (await fixture.hub.call('GET', '/channels')).body._results[0]
    await (await find(channel)).filter({ hasText: channel }).first().click()
    await page.waitForURL(/settings\/channels\/cha_/)
    await (await find(mine)).filter({ hasText: mine }).first().click()
    await page.waitForURL(/settings\/teammates/)
    assert.equal(await (await find('nobody of that name')).count(), 0)
    await page.getByText('Nothing found').waitFor()
    await page.keyboard.press('Escape')
  })
})

describe('the delivery of a message', { timeout: 90_000 }, () => {
  it('is shown as not confirmed, and as marked as sent by whom', async () => {
    await page.goto(`${fixture.origin}/app/`)
    fixture.channel.server.behave = (_received, response) => answer(response, 500, {})
    await open('Uma')
    await composer().fill('Are you there?')
    await composer().press('Enter')
    const state = page.getByRole('log').getByRole('article').filter({ hasText: 'Are you there?' })
    await state.getByText("Not confirmed: The channel's server answered 500. It may have arrived").waitFor()
    await page.getByText(/is having trouble: .*what may have arrived waits until one of you decides\./).waitFor()
    await state.getByRole('button', { name: 'Mark as sent' }).click()
    await state.getByText('Marked as sent by you: nobody knows whether it arrived').waitFor()
  })

  it('has its technical reason in the timeline only', async () => {
    fixture.channel.server.behave = (_received, response) => void response.destroy()
    await composer().fill('Anybody?')
    await composer().press('Enter')
    const state = page.getByRole('log').getByRole('article').filter({ hasText: 'Anybody?' })
    await state.getByText(/^Not confirmed: .*closed the connection before its answer was complete\./).waitFor()
    assert.equal(await page.getByText(/UND_ERR|ECONN/).count(), 0)
    await state.getByRole('button', { name: /^Not confirmed/ }).click()
    await page.getByText('Technical reason').click()
    await page.getByText('UND_ERR_SOCKET').waitFor()
    await page.keyboard.press('Escape')
  })
})

describe('a message of a paused channel', { timeout: 90_000 }, () => {
  it('shows until when nothing is sent, and is sent on Try now', async () => {
    const slow = await openBrowserFixture()
    for (const name of ['Ann', 'Bob']) await slow.receive({ body: 'Hello', conversation: name, handle: name, name })
    slow.channel.server.behave = (_, response) =>
      void response.writeHead(429, { 'retry-after': '600', 'content-type': 'application/json' }).end('{}')
    const screen = await slow.open('/')
    const reply = async (name: string) => {
      await screen.getByRole('feed').getByRole('article', { name }).getByRole('link').click()
      await screen.getByRole('textbox', { name: `Answer to ${name}` }).fill(`For ${name}`)
      await screen.keyboard.press('Enter')
    }
    const bubble = (name: string) =>
      screen
        .getByRole('log')
        .getByRole('article')
        .filter({ hasText: `For ${name}` })
    await reply('Ann')
    await bubble('Ann').getByText('Delayed').waitFor()
    await reply('Bob')
    await bubble('Bob').getByText('Waits: nothing is sent to this channel before').waitFor()
    slow.channel.server.behave = succeed
    await bubble('Bob').getByRole('button', { name: 'Try now' }).click()
    await bubble('Bob').getByText('Sent', { exact: true }).waitFor()
    await slow.close()
  })
})
