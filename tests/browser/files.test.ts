import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({ type: { attachments: { max_bytes: 0 } } })
  await fixture.receive({ body: 'Can you send me the plan?', conversation: 'ann', handle: 'ann', name: 'Ann' })
  page = await fixture.open('/')
})
after(() => fixture.close())
beforeEach(async () => {
  await page.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
  await page.getByRole('feed').getByRole('link').click()
  await composer().waitFor()
})

const composer = () => page.getByRole('textbox', { name: /^Answer to/ })
const refusal = 'Test takes no files, only text.'
const elsewhere = 'Files are attached to a message'

/** Simulates a paste or drop of files. Resolves to whether the browser would handle it itself. */
const give = (where: Locator, type: 'paste' | 'drop', content: { file?: string; text?: string }) =>
  where.evaluate(
    (target, [kind, { file, text }]) => {
      const data = new DataTransfer()
      if (file) data.items.add(new File(['bytes'], file, { type: 'image/png' }))
      if (text) data.setData('text/plain', text)
      const init = { bubbles: true, cancelable: true }
      if (kind === 'paste') return !target.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }))
      const over = !target.dispatchEvent(new DragEvent('dragover', { ...init, dataTransfer: data }))
      return over && !target.dispatchEvent(new DragEvent('drop', { ...init, dataTransfer: data }))
    },
    [type, content] as const,
  )

describe('a file or picture', () => {
  for (const type of ['paste', 'drop'] as const) {
    it(`is refused with a message on ${type} into the composer, and the typed text stays`, async () => {
      await composer().fill('Here it is:')
      assert.equal(await give(composer(), type, { file: 'plan.png' }), true)
      await page.getByRole('alert').getByText(refusal).waitFor()
      assert.equal(await composer().inputValue(), 'Here it is:')
      await composer().pressSequentially('!')
      await page.getByRole('alert').getByText(refusal).waitFor({ state: 'detached' })
    })
  }

  it('does not keep the text that comes with it from being pasted', async () => {
    assert.equal(await give(composer(), 'paste', { file: 'table.png', text: 'A\tB' }), false)
    assert.equal(await page.getByText(refusal).count(), 0)
  })

  it('is refused when it is dropped beside the composer, and does not replace the page', async () => {
    for (const place of [page.getByRole('feed'), page.getByRole('navigation').first()]) {
      assert.equal(await give(place, 'drop', { file: 'plan.png' }), true)
      await page.getByRole('region', { name: 'Notices' }).getByText(elsewhere).first().waitFor()
      await page.getByRole('button', { name: 'Dismiss' }).first().click()
    }
  })

  it('is refused in a new message too', async () => {
    await page.goto(`${fixture.hub.url}/app/new`)
    const body = page.getByLabel('Message', { exact: true })
    assert.equal(await give(body, 'paste', { file: 'plan.png' }), true)
    await page.getByRole('alert').getByText(refusal).waitFor()
  })

  it('is accepted by file fields', async () => {
    await page.goto(`${fixture.hub.url}/app/settings/channel-types/new`)
    const field = page.locator('input[type="file"]')
    await field.waitFor({ state: 'attached' })
    assert.equal(await give(field, 'drop', { file: 'icon.png' }), true)
    assert.equal(await page.getByText(refusal).count(), 0)
  })

  it('does not block dropped text', async () => {
    assert.equal(await give(composer(), 'drop', { text: 'just words' }), false)
    assert.equal(await page.getByText(refusal).count(), 0)
  })
})
