import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'
import { HubRequests, withoutIds } from './hub-requests.ts'

let fixture: BrowserFixture
let page: Page
const long = 'a name that is as long as the whole row is wide and then some more'
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ann', 'Bob', 'Cem', 'Dee', 'Eve', 'Fay']) {
    await fixture.receive({ body: `Hello from ${name}`, conversation: name, handle: name, name })
  }
  await fixture.receive({ body: long, conversation: 'long', handle: 'long', name: `Long ${long}` })
  page = await fixture.open(`/inboxes/${fixture.hub.inbox}`)
  await row('Long').waitFor()
})
after(() => fixture.close())

/** Longer than the page waits for anything that it asks for after a change. */
const quietMs = 1_500
const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })

describe('the actions of a row', () => {
  it('cover its time and no other text', async () => {
    const { id } = (await fixture.hub.call('GET', '/conversations')).body._results[0]
    // a read conversation has one action more
    const isRead = page.waitForResponse('**/read_position')
    await row('Long').getByRole('link').click()
    await isRead
    for (const subject of [null, `Subject: ${long}`]) {
      await fixture.hub.db.query('change_subject', 'update conversations set subject = $1', [subject])
      await page.reload()
      await row('Long').hover()
      await row('Long').getByRole('button', { name: 'Archive' }).waitFor()
      const covered = await page.evaluate((key) => {
        const article = document.querySelector(`article[data-id="${key}"]`)
        const actions = [...(article?.querySelectorAll('button[title$=")"]') ?? [])].map((it) =>
          it.getBoundingClientRect(),
        )
        const words = [...(article?.querySelectorAll('a bdi') ?? [])].map((it) => it.getBoundingClientRect())
        const meets = (a: DOMRect, b: DOMRect) =>
          a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
        return [
          actions.length,
          words.length,
          words.filter((word) => actions.some((action) => meets(action, word))).length,
        ]
      }, id)
      assert.deepEqual(covered, [3, subject ? 3 : 2, 0])
    }
    await fixture.hub.db.query('take_subject', 'update conversations set subject = null')
    await page.reload()
  })
})

describe('a preview from right to left', () => {
  it('begins with its first words, and is truncated at its end', async () => {
    const body = 'مرحبا، أين طلبي؟ لقد انتظرت أسبوعين ولم يصلني شيء حتى الآن، هل يمكنكم المساعدة من فضلكم؟'
    for (const name of ['Ola', 'محمد علي عبد الرحمن حسين العلي الطويل الاسم من مدينة بعيدة جدا']) {
      await fixture.receive({ body, conversation: name, handle: name, name })
    }
    await page.getByRole('feed').getByText(body).nth(1).waitFor()
    const hidden = await page.evaluate(() =>
      [...document.querySelectorAll('article a bdi')].flatMap((bdi) => {
        const range = document.createRange()
        if (!bdi.firstChild) return []
        range.setStart(bdi.firstChild, 0)
        range.setEnd(bdi.firstChild, 1)
        const first = range.getBoundingClientRect()
        const clips: Element[] = []
        for (let one: Element | null = bdi; one?.matches('article *'); one = one.parentElement)
          if (one === bdi || getComputedStyle(one).overflowX !== 'visible') clips.push(one)
        const isCut = clips.some((clip) => {
          const box = clip.getBoundingClientRect()
          return first.left < box.left - 1 || first.right > box.right + 1
        })
        return isCut ? [bdi.textContent] : []
      }),
    )
    assert.deepEqual(hidden, [])
  })
})

describe('stepping with j', () => {
  it('requests nothing twice, and the next conversation before it is opened', async () => {
    await row('Fay').getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: 'Fay' }).waitFor()
    const requests = new HubRequests(Number(new URL(fixture.hub.url).port))
    await requests.rest(quietMs)
    requests.take()
    const names = ['Eve', 'Dee', 'Cem']
    for (const name of names) {
      await page.keyboard.press('j')
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await requests.rest(quietMs)
    }
    requests.end()
    // the read position of the opened conversation, the timeline of the next one, and the unread counts
    const asked = requests.take()
    const perStep = ['GET /conversations/…/timeline', 'PUT /conversations/…/read_position', 'GET /unread']
    assert.deepEqual(asked.map(withoutIds).sort(), names.flatMap(() => perStep).sort())
    const urls = asked.filter((action) => action !== 'GET /unread')
    assert.equal(new Set(urls).size, urls.length)
  })
})

describe('a message that came late', () => {
  it('is read with the others when the conversation is opened, and when it is open', async () => {
    const now = Math.floor(Date.now() / 1000)
    const receive = (body: string, ago: number) =>
      fixture.receive({ body, conversation: 'late', handle: 'late', name: 'Late', deliveredAt: now - ago })
    await receive('The second', 5)
    await receive('The first', 20)
    await row('Late').getByRole('link').click()
    await page.locator('article[data-open]:not([data-unread])').waitFor({ state: 'attached' })
    await receive('Before both', 30)
    await page.getByRole('log').getByText('Before both').waitFor()
    await page.locator('article[data-open]:not([data-unread])').waitFor({ state: 'attached' })
    await page.reload()
    await row('Late').waitFor()
    assert.equal(await page.locator('article[data-open][data-unread]').count(), 0)
    const { body } = await fixture.hub.call('GET', '/conversations?limit=1')
    assert.equal(body._results[0].recipient.handle, 'late')
  })
})
