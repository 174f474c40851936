import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (let n = 1; n <= 60; n++) {
    await fixture.receive({ body: `Question ${n}`, conversation: `c${n}`, handle: `c${n}`, name: `Customer ${n}` })
  }
  for (let n = 1; n <= 120; n++)
    await fixture.receive({ body: `Line ${n}`, conversation: 'long', handle: 'lea', name: 'Lea' })
  page = await fixture.open('/')
  await row('Lea').waitFor()
})
after(() => fixture.close())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const scrollList = (to: number) =>
  page.evaluate(`document.querySelector('[role=feed]').parentElement.scrollTop = ${to}`)
const firstInView = (place: string, top: number) =>
  page.evaluate(`(() => {
    const shown = [...document.querySelectorAll('${place} article')].find((one) => one.getBoundingClientRect().top > ${top})
    return [shown.id || shown.dataset.id, Math.round(shown.getBoundingClientRect().top)]
  })()`) as Promise<[string, number]>

describe('the list under live changes', () => {
  it('holds what is read in place and counts what is new above', async () => {
    await scrollList(1500)
    await page.getByRole('feed').getByText('Question 1', { exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('feed').getByText('Question 36', { exact: true }).waitFor()
    const before = await firstInView('[role=feed]', 200)
    for (const n of [1, 2, 3]) {
      await fixture.receive({ body: `Again ${n}`, conversation: `c${n}`, handle: `c${n}`, name: `Customer ${n}` })
    }
    await page.getByRole('button', { name: '3 new' }).waitFor()
    assert.deepEqual(await firstInView('[role=feed]', 200), before)
    await page.getByRole('button', { name: '3 new' }).click()
    await page.getByRole('feed').getByText('Again 3').waitFor()
  })

  it('opens a long thread at its newest message and loads older ones without a jump', async () => {
    await scrollList(0)
    await row('Lea').getByRole('link').click()
    await page.getByRole('log').getByText('Line 120', { exact: true }).waitFor()
    // the older page is held back until it is known what is read
    const { promise: measured, resolve: letThrough } = Promise.withResolvers<void>()
    await page.route(/timeline\?.*page_token/, (route) => measured.then(() => route.continue()))
    await page.getByRole('log').hover()
    await page.mouse.wheel(0, -9000)
    await page.getByText('Loading older messages…').waitFor()
    await page.waitForFunction(() => document.querySelector('[role=log]')?.scrollTop === 0)
    const height = (await page.evaluate("document.querySelector('[role=log]').scrollHeight")) as number
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
    const before = await firstInView('[role=log]', 200)
    letThrough()
    await page.waitForFunction((was) => (document.querySelector('[role=log]')?.scrollHeight ?? 0) > was + 1000, height)
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
    const moved = await page.evaluate(`Math.round(document.getElementById('${before[0]}').getBoundingClientRect().top)`)
    assert.ok(Math.abs(Number(moved) - before[1]) <= 2, `${before[1]} px became ${moved} px`)
  })

  it('is live in two tabs over one stream, and continues when the first is closed', async () => {
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.getByRole('feed').waitFor()
    await fixture.receive({ body: 'In both tabs', conversation: 'c9', handle: 'c9', name: 'Customer 9' })
    for (const tab of [page, second]) await tab.getByRole('feed').getByText('In both tabs').waitFor()
    await page.close()
    page = second
    await fixture.receive({ body: 'After the first tab', conversation: 'c8', handle: 'c8', name: 'Customer 8' })
    await page.getByRole('feed').getByText('After the first tab').waitFor()
  })

  it('misses nothing that arrived while the connection was lost', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await fixture.receive({ body: 'While you were away', conversation: 'c7', handle: 'c7', name: 'Customer 7' })
    await page.context().setOffline(false)
    await page.getByRole('feed').getByText('While you were away').waitFor()
  })
})

describe('an older page of the list', () => {
  it('has what changed while it was on its way, at its place', async () => {
    const page = await fixture.open('/')
    const feed = page.getByRole('feed')
    await feed.getByRole('article').first().waitFor()
    const { body } = await fixture.hub.call('GET', '/conversations?limit=100')
    const changing = body._results.at(-3)
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>()
    const { promise: isReceived, resolve: received } = Promise.withResolvers<void>()
    await page.route(/conversations\?.*page_token/, async (route) => {
      const response = await route.fetch()
      read()
      await isReceived
      await route.fulfill({ response })
    })
    await feed.getByRole('article').first().hover()
    await page.mouse.wheel(0, 2_200)
    await isRead
    await fixture.hub.call('PUT', `/conversations/${changing.id}/assignee`, {
      assignee_id: (await fixture.hub.call('GET', '/teammates')).body._results[0].id,
    })
    await fixture.receive({ body: 'After the change', conversation: 'c6', handle: 'c6', name: 'Customer 6' })
    await page.getByRole('button', { name: '1 new' }).waitFor()
    received()
    await page.waitForFunction(() => document.querySelector('[aria-setsize="61"]'))
    await page.mouse.wheel(0, 9_000)
    await page.locator(`[data-id="${changing.id}"]`).waitFor()
    await page.close()
  })

  it('is requested once when the hub refuses it, and again on demand', async () => {
    const page = await fixture.open('/')
    const asked = await refuseOlder(page, /conversations\?.*page_token/)
    await page.getByRole('feed').getByRole('article').first().hover()
    await page.mouse.wheel(0, 9_000)
    const again = page.locator('#list').getByRole('button', { name: /Not this one.*Try again/ })
    await again.waitFor()
    await roundTrip(page)
    assert.equal(asked.times, 1)
    await page.unrouteAll()
    await again.click()
    await page.waitForFunction(() => document.querySelector('[aria-setsize="61"]'))
    await page.close()
  })
})

describe('a long thread that is scrolled up', () => {
  it('requests older messages once when the hub refuses them, and again on demand', async () => {
    const page = await fixture.open('/')
    await page.getByRole('feed').getByRole('article', { name: /Lea/ }).getByRole('link').click()
    const log = page.getByRole('log')
    await log.getByText('Line 120', { exact: true }).waitFor()
    const asked = await refuseOlder(page, /timeline\?.*page_token/)
    await log.hover()
    await page.mouse.wheel(0, -9_000)
    const again = page.getByRole('button', { name: /Not this one.*Try again/ })
    await again.waitFor()
    await roundTrip(page)
    assert.equal(asked.times, 1)
    await page.unrouteAll()
    const height = await log.evaluate((element) => element.scrollHeight)
    await again.click()
    await page.waitForFunction((was) => (document.querySelector('[role=log]')?.scrollHeight ?? 0) > was + 1000, height)
    await page.close()
  })

  it('counts all new messages below, also when they arrive at once', async () => {
    const page = await fixture.open('/')
    await page.getByRole('feed').getByRole('article', { name: /Lea/ }).getByRole('link').click()
    const log = page.getByRole('log')
    await log.getByText('Line 120', { exact: true }).waitFor()
    await log.hover()
    await page.mouse.wheel(0, -1_500)
    await page.getByRole('button', { name: 'Jump to the newest' }).waitFor()
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    for (let n = 121; n <= 125; n++)
      await fixture.receive({ body: `Line ${n}`, conversation: 'long', handle: 'lea', name: 'Lea' })
    await page.context().setOffline(false)
    await page.getByRole('button', { name: '5 new messages' }).waitFor()
    await page.close()
  })
})

/** The hub says no to older pages. */
async function refuseOlder(page: Page, address: RegExp): Promise<{ times: number }> {
  const asked = { times: 0 }
  const error = { status: 403, code: 'forbidden', title: 'Forbidden', message: 'Not this one.' }
  await page.route(address, (route) => {
    asked.times++
    return route.fulfill({ status: 403, json: { _error: error } })
  })
  return asked
}

/** Whatever the page asks for at once was asked for before this is answered. */
async function roundTrip(page: Page): Promise<void> {
  await page.evaluate(() => fetch('/unread').then((response) => response.text()))
}
