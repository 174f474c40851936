import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
const people = Array.from({ length: 40 }, (_, index) => `P${String(40 - index).padStart(2, '0')}`)
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of people.toReversed()) {
    await fixture.receive({ body: `Hello from ${name}`, conversation: name, handle: name, name })
  }
  page = await fixture.open('/')
})
after(() => fixture.close())
beforeEach(async () => {
  await page.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
  await row('P40').waitFor()
})

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key)
}
const scrollTop = () => page.evaluate(() => document.querySelector('[role="feed"]')?.parentElement?.scrollTop)
/** Resolves when the focus is on the element with this label or text. */
const focusIsAt = (words: string) =>
  page.waitForFunction(
    (expected) => {
      const { activeElement: at } = document
      if (!at || at === document.body) return false
      return `${at.getAttribute('aria-label')} ${at.textContent}`.includes(expected)
    },
    words,
    { timeout: 5_000 },
  )

/** Resolves when the keys are in what popped up; says otherwise where they are and what is open. */
async function focusIsAbove(): Promise<void> {
  const isAbove = () => Boolean(document.activeElement?.closest('[role="menu"], [role="dialog"]'))
  await page.waitForFunction(isAbove).catch(async (cause: unknown) => {
    const found = await page.evaluate(() => {
      const popups = [...document.querySelectorAll(':popover-open')].map((element) => element.outerHTML.slice(0, 300))
      return { focused: document.activeElement?.outerHTML.slice(0, 300), popups, hasFocus: document.hasFocus() }
    })
    throw new Error(JSON.stringify(found, null, 2), { cause })
  })
}

describe('the row, the focus and the open conversation', () => {
  it('are one: after J, Enter stays with the conversation that J opened', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await press('j')
    await heading('P39')
    await focusIsAt('P39')
    await press('Enter')
    await heading('P39')
    await press('j', 'j')
    await heading('P37')
    await focusIsAt('P37')
    await press('k', 'Enter')
    await heading('P38')
  })

  it('move together with the arrows, Home and End, while nothing is open', async () => {
    await press('j')
    await focusIsAt('P40')
    await press('ArrowDown', 'ArrowDown')
    await focusIsAt('P38')
    await press('ArrowUp')
    await focusIsAt('P39')
    await press('End')
    await focusIsAt('P01')
    await press('Home')
    await focusIsAt('P40')
    await press('End', 'ArrowUp', 'Enter')
    await heading('P02')
  })

  it('move together with the arrows while a conversation is open', async () => {
    await row('P38').getByRole('link').click()
    await heading('P38')
    await press('ArrowDown')
    await heading('P37')
    await focusIsAt('P37')
    await press('Home')
    await heading('P40')
    await focusIsAt('P40')
    await press('j')
    await heading('P39')
  })

  it('stay together when the row is removed by archiving, or opened with the mouse', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await press('e')
    await heading('P39')
    await focusIsAt('P39')
    await press('z')
    await heading('P40')
    await press('Escape')
    await focusIsAt('P40')
    await row('P39').hover()
    await row('P39').getByRole('button', { name: 'Archive' }).click()
    await row('P39').waitFor({ state: 'detached' })
    await focusIsAt('P')
    await press('z')
    await row('P39').waitFor()
  })

  it('have one place in the order of Tab', async () => {
    await row('P38').getByRole('link').click()
    await heading('P38')
    assert.deepEqual(await page.getByRole('feed').locator('[tabindex="0"]').count(), 1)
  })

  it('stay where they are when the list is scrolled away', async () => {
    await press('j', 'j')
    await focusIsAt('P39')
    await row('P39').hover()
    await page.mouse.wheel(0, 4000)
    await row('P01').waitFor()
    await press('j')
    await focusIsAt('P38')
  })

  it('leave the list where it was scrolled to when another row is selected or opened', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await row('P40').hover()
    await page.mouse.wheel(0, 4000)
    await row('P01').waitFor()
    const scrolled = await scrollTop()
    await row('P02')
      .getByRole('button', { name: /^Select/ })
      .click()
    await page.getByText('1 selected').waitFor()
    assert.equal(await scrollTop(), scrolled)
    await press('Escape')
    await row('P04').getByRole('link').click()
    await heading('P04')
    assert.equal(await scrollTop(), scrolled)
  })

  it('are in sight after End and Home in one frame', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await page.evaluate(async () => {
      for (const key of ['End', 'Home']) {
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
        // React renders the key in a microtask, before the next frame
        await new Promise<void>((resolve) => queueMicrotask(resolve))
      }
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    })
    await heading('P40')
    assert.equal(await scrollTop(), 0)
  })
})

describe('the focus', () => {
  it('moves to the messages on Escape in the composer', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await page.getByRole('log').waitFor()
    await press('r', 'Escape')
    await focusIsAt('Messages')
  })

  it('returns to the button on Escape in a menu or timeline that was opened for the first time', async () => {
    await row('P35').getByRole('link').click()
    await heading('P35')
    await press('r')
    await page.keyboard.type('On its way')
    await press('Enter')
    const sent = page.getByRole('button', { name: /^Sent/ })
    await sent.waitFor()
    for (const [button, above] of [
      [sent, page.getByText('Written', { exact: true })],
      [page.getByRole('button', { name: 'More ways to send' }), page.getByRole('menuitem')],
      [page.getByRole('button', { name: /account and appearance/ }), page.getByRole('menuitem', { name: 'Sign out' })],
    ] as const) {
      for (const _ of ['first', 'second']) {
        await button.focus()
        const name = (await button.getAttribute('aria-label')) ?? ''
        await press('Enter')
        await above.waitFor()
        await focusIsAbove()
        await press('Escape')
        await above.waitFor({ state: 'detached' })
        await focusIsAt(name)
      }
    }
  })

  it('stays in a menu while the conversation behind it changes', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await press('j')
    await heading('P39')
    await page.getByRole('button', { name: /account and appearance/ }).focus()
    await press('Enter')
    await focusIsAt('Light')
    await page.evaluate(() => history.back())
    await heading('P40')
    await press('End')
    await focusIsAt('Sign out')
    await press('Escape')
    await focusIsAt('account and appearance')
  })

  it('returns to its element after a dialog', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    const more = page.getByRole('button', { name: /^Assign to:/ })
    await more.focus()
    await press('Enter')
    await page.getByRole('combobox').waitFor()
    await press('Enter')
    await page.getByRole('combobox').waitFor({ state: 'detached' })
    await focusIsAt('Assign to')
  })

  it('leaves the shortcuts active at the button of the details', async () => {
    await row('P40').getByRole('link').click()
    await heading('P40')
    await page.getByRole('button', { name: 'Details', exact: true }).click()
    await page.getByRole('button', { name: 'Details', exact: true, expanded: true }).waitFor()
    await press('Control+k')
    await page.getByRole('dialog', { name: 'Commands' }).waitFor()
    await press('Escape')
    await page.getByRole('dialog', { name: 'Commands' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Details', exact: true }).click()
  })

  it('is in the list after the selection is cleared or archived', async () => {
    await press('j', 'x', 'j', 'x')
    await page.getByRole('button', { name: 'Clear selection' }).click()
    await page.waitForFunction(() => document.activeElement?.closest('[role="feed"]'))
    await press('x')
    await page.getByRole('button', { name: 'Archive', exact: true }).first().click()
    await page.waitForFunction(() => document.activeElement?.closest('[role="feed"]'))
    await press('z')
  })
})

describe('the focus on a phone with a keyboard', () => {
  it('is on the opened conversation, and on its row after Escape', async () => {
    const narrow = await fixture.open(`/inboxes/${fixture.hub.inbox}`, { viewport: { width: 390, height: 800 } })
    await narrow.getByRole('feed').getByRole('article').first().waitFor()
    await narrow.keyboard.press('j')
    await narrow.keyboard.press('Enter')
    await narrow.getByRole('heading', { level: 1, name: 'P' }).waitFor()
    await narrow.waitForFunction(() => document.activeElement?.tagName === 'H1')
    const skips = narrow.getByRole('link', { name: /^Skip/ })
    assert.deepEqual(await skips.allInnerTexts(), ['Skip to the open conversation'])
    await narrow.keyboard.press('Escape')
    await narrow.waitForFunction(() => document.activeElement?.closest('[role="feed"]'))
    await narrow.context().close()
  })
})

describe('the skip links', () => {
  it('come first, and lead to the list, to the open conversation or to the page', async () => {
    await press('Tab')
    await focusIsAt('Skip to the conversations')
    await press('Enter')
    await page.waitForFunction(() => document.activeElement?.closest('[role="feed"]'))
    await press('Enter')
    await page.getByRole('log').waitFor()
    await page.getByRole('link', { name: 'Skip to the open conversation' }).focus()
    await press('Enter')
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    await page.goto(`${fixture.hub.url}/app/settings/channels`)
    await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor()
    await press('Tab')
    await focusIsAt('Skip to the page')
    await press('Enter')
    await page.waitForFunction(() => document.activeElement?.id === 'main')
    assert.equal(new URL(page.url()).hash, '')
  })
})

describe('the arrows, Home and End', () => {
  it('move through the lists of the settings and the sidebar', async () => {
    await page.goto(`${fixture.hub.url}/app/settings/channel-types`)
    await page.getByRole('heading', { level: 1, name: 'Channel types' }).waitFor()
    const settings = page.getByRole('navigation', { name: 'Settings' })
    await settings.getByRole('link').first().focus()
    const first = await focusedWords()
    await press('ArrowDown')
    const second = await focusedWords()
    assert.notEqual(first, second)
    await press('End')
    const last = await focusedWords()
    assert.equal(last, await settings.getByRole('link').last().textContent())
    await press('ArrowUp', 'ArrowDown', 'ArrowDown')
    assert.equal(await focusedWords(), last)
    await press('Home')
    assert.equal(await focusedWords(), first)
    await page.getByRole('link', { name: 'Archived' }).focus()
    await press('ArrowDown')
    await focusIsAt('Trash')
    await press('Home')
    await focusIsAt('Support')
  })

  it('move through the rows of settings pages', async () => {
    for (const name of ['Second', 'Third']) await addType(name)
    await page.goto(`${fixture.hub.url}/app/settings/channel-types`)
    await page.getByRole('link', { name: /^Test channel/ }).focus()
    await press('End')
    await focusIsAt('Third')
    await press('ArrowUp')
    await focusIsAt('Test channel')
    await press('Home')
    await focusIsAt('Second')
    await page.goto(`${fixture.hub.url}/app/settings/api-tokens`)
    await page
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .focus()
    await press('End', 'ArrowDown')
    assert.ok((await focusedWords()).includes('Revoke'))
  })

  it('move through a menu and the command bar', async () => {
    await page.getByRole('button', { name: /account and appearance/ }).focus()
    await press('Enter')
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    await press('End')
    await focusIsAt('Sign out')
    await press('Home')
    await focusIsAt('Light')
    await press('Escape')
    await press('Control+k')
    const active = () => page.getByRole('combobox').getAttribute('aria-activedescendant')
    const first = await active()
    await press('End')
    const last = await active()
    assert.notEqual(last, first)
    await press('ArrowDown')
    assert.equal(await active(), first)
    await press('End', 'Home')
    assert.equal(await active(), first)
  })
})

const focusedWords = () => page.evaluate(() => document.activeElement?.textContent ?? '')

async function addType(name: string): Promise<void> {
  const answer = await fixture.hub.call('POST', '/channel_types', {
    ...{ name, description: '', server_url: 'http://127.0.0.1:9/', auth_type: 'none', contact_type: 'custom' },
    ...{ allow_compose: true, allow_reply: true, composer: 'basic', wants_message_imported: false },
  })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
}
