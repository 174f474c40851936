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

describe('live, without jumping', () => {
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

  it('is live in two tabs over one stream, and goes on when the first is closed', async () => {
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

  it('misses nothing that came while the connection was away', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await fixture.receive({ body: 'While you were away', conversation: 'c7', handle: 'c7', name: 'Customer 7' })
    await page.context().setOffline(false)
    await page.getByRole('feed').getByText('While you were away').waitFor()
  })
})
