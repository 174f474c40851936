import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Frame, Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const mail = `<h1>Your order</h1><p>Hello Ann,</p><table><tr><td>Lamp</td><td>2</td></tr></table>${'<p>It left the depot.</p>'.repeat(30)}<p>The last line</p>`
const colourful = `<table bgcolor="#ffffff" width="100%"><tr><td style="color:#333333;padding:8px"><h2>Sale</h2><p>The last line</p></td></tr></table>`
const rightToLeft =
  'מתי תגיע החבילה שלי? הזמנתי אותה לפני שבועיים ועדיין לא קיבלתי שום עדכון ממכם על המשלוח הזה, תודה רבה מראש'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: mail, conversation: 'ann', handle: 'ann', name: 'Ann' })
  await fixture.receive({ body: colourful, conversation: 'ben', handle: 'ben', name: 'Ben' })
  await fixture.receive({ body: rightToLeft, conversation: 'noa', handle: 'noa', name: 'Noa' })
  await fixture.receive({
    body: 'Track it: https://acme.example/a?b=1. Or javascript:alert(1)',
    conversation: 'cleo',
    handle: 'cleo',
    name: '\u200b',
  })
})
after(() => fixture.close())

const row = (page: Page, name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })

async function openMessage(page: Page, name: string): Promise<Frame> {
  await row(page, name).getByRole('link').click()
  await page.locator('iframe[data-colours]').waitFor()
  const frame = await (await page.locator('iframe').elementHandle())?.contentFrame()
  assert.ok(frame)
  await frame.waitForFunction(() => innerHeight >= document.documentElement.scrollHeight)
  return frame
}

/** Measures the frame of an HTML message: whether its last words are inside, and the contrast of its text. */
const look = (frame: Frame) =>
  frame.evaluate(() => {
    const range = document.createRange()
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    let last: Node = document.body
    for (let node = words.nextNode(); node; node = words.nextNode()) if (node.textContent?.trim()) last = node
    range.selectNodeContents(last)
    const { bottom, left } = range.getBoundingClientRect()
    return { bottom, left, height: innerHeight, colour: getComputedStyle(document.body).color }
  })

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    describe(`an HTML message, ${colorScheme}, ${viewport.width} wide`, () => {
      it('is shown in full, in the colours of the page when it has none of its own', async () => {
        const page = await fixture.open('/', { colorScheme, viewport })
        const { bottom, height, colour } = await look(await openMessage(page, 'Ann'))
        assert.ok(bottom <= height, `the last line ends at ${bottom} of ${height}`)
        assert.equal(colour, colorScheme === 'dark' ? 'rgb(255, 255, 255)' : 'rgb(0, 0, 0)')
        const background = await page.locator('iframe').evaluate((frame) => getComputedStyle(frame).backgroundColor)
        assert.equal(background, 'rgba(0, 0, 0, 0)')
        await page.close()
      })

      it('with its own colours has a white background and a margin', async () => {
        const page = await fixture.open('/', { colorScheme, viewport })
        const { bottom, height, left, colour } = await look(await openMessage(page, 'Ben'))
        assert.ok(bottom + 8 <= height && left >= 12)
        assert.equal(colour, 'rgb(0, 0, 0)')
        const background = await page.locator('iframe').evaluate((frame) => getComputedStyle(frame).backgroundColor)
        assert.equal(background, 'rgb(255, 255, 255)')
        await page.close()
      })
    })
  }
}

describe('texts of customers', () => {
  it('a preview that reads from right to left is cut at its end', async () => {
    const page = await fixture.open('/')
    const words = row(page, 'Noa').locator('bdi', { hasText: 'מתי' })
    await words.waitFor()
    const [first, box] = await words.evaluate((element) => {
      const range = document.createRange()
      range.setStart(element.firstChild as Node, 0)
      range.setEnd(element.firstChild as Node, 3)
      const { left, right } = range.getBoundingClientRect()
      const around = element.getBoundingClientRect()
      return [
        { left, right },
        { left: around.left, right: around.right, cut: element.scrollWidth > element.clientWidth },
      ] as const
    })
    assert.ok(box.cut && first.left >= box.left - 1 && first.right <= box.right + 1)
    await page.close()
  })

  it('have links for web addresses and none for scripts, and an invisible name is replaced by the handle', async () => {
    const page = await fixture.open('/')
    await row(page, 'cleo').getByRole('link').click()
    const link = page.getByRole('log').getByRole('link', { name: 'https://acme.example/a?b=1', exact: true })
    await link.waitFor()
    assert.deepEqual(await link.evaluate((a: HTMLAnchorElement) => [a.href, a.target, a.rel]), [
      'https://acme.example/a?b=1',
      '_blank',
      'noopener noreferrer nofollow',
    ])
    assert.equal(await page.getByRole('log').getByRole('link').count(), 1)
    await page.close()
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})

describe('the frame of an HTML message', () => {
  it('passes shortcuts to the inbox, and does not open a dropped file', async () => {
    const page = await fixture.open('/', { viewport: { width: 1440, height: 900 } })
    const frame = await openMessage(page, 'Ben')
    const isTaken = await frame.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['bytes'], 'plan.png'))
      const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer })
      return !document.body.dispatchEvent(drop)
    })
    assert.equal(isTaken, true)
    await page.getByText('Files are attached to a message').waitFor()
    await frame.getByText('The last line').click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'IFRAME')
    await page.keyboard.press('j')
    await page.getByRole('heading', { level: 1, name: 'Ann' }).waitFor()
    await page.context().close()
  })
})
