import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'
import { HubRequests, withoutIds } from './hub-requests.ts'

let fixture: BrowserFixture
let page: Page
const people = Array.from({ length: 30 }, (_, index) => `P${String(30 - index).padStart(2, '0')}`)
let requests: HubRequests
/** Longer than the page waits for anything that it asks for after a change. */
const quietMs = 1_500

before(async () => {
  fixture = await openBrowserFixture()
  for (const name of people.toReversed()) {
    await fixture.receive({ body: `Hello from ${name}`, conversation: name, handle: name, name })
  }
  page = await fixture.open('/')
  requests = new HubRequests(Number(new URL(fixture.hub.url).port))
  await row('P30').getByRole('link').click()
  await heading('P30')
})
after(async () => {
  requests.end()
  await fixture.close()
})
beforeEach(() => settle())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
/** The requests until no more come. */
const settle = async () => {
  await requests.rest(quietMs)
  return requests.take().map(withoutIds).sort()
}
const press = async (key: string) => {
  await page.keyboard.press(key)
  return await settle()
}

const count = 'GET /unread'
const nextTimeline = 'GET /conversations/…/timeline'
const read = 'PUT /conversations/…/read_position'

describe('the requests of a key', () => {
  it('j reads the timeline of the conversation after the next, marks the next as read, and reads the counts once', async () => {
    assert.deepEqual(await press('j'), [nextTimeline, count, read])
    await heading('P29')
  })

  it('k to a conversation that was read and loaded requests nothing', async () => {
    assert.deepEqual(await press('k'), [])
    await heading('P30')
  })

  it('e sends the change, and the requests of j', async () => {
    await press('j')
    assert.deepEqual(await press('e'), [nextTimeline, count, 'PATCH /conversations/…', read])
    await heading('P28')
  })

  it('Enter on a prefetched conversation marks it as read, and reads the counts once', async () => {
    await press('Escape')
    await press('j')
    assert.deepEqual(await press('Enter'), [count, read])
    await heading('P27')
  })

  it('a reply sends only itself', async () => {
    await press('r')
    await page.keyboard.insertText('On its way')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByRole('button', { name: /^Sent/ }).waitFor()
    assert.deepEqual(await settle(), ['POST /conversations/…/messages'])
  })

  it('the command bar requests nothing the second time', async () => {
    await press('Control+k')
    await press('Escape')
    assert.deepEqual(await press('Control+k'), [])
  })
})
