import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ann', 'Bob', 'Cem', 'Dee']) {
    await fixture.receive({ body: `Hello from ${name}`, conversation: name, handle: name, name })
  }
  page = await fixture.open('/')
  await row('Ann').waitFor()
})
after(() => fixture.close())

const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key)
}

describe('the keyboard alone', () => {
  it('moves through the list, opens, steps on and comes back to where it was', async () => {
    await press('j', 'j', 'Enter')
    await heading('Cem')
    await press('j')
    await heading('Bob')
    await press('Escape')
    await heading('Support')
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('Bob'))
  })

  it('does what is pressed at once after a step to the conversation that was gone to', async () => {
    await press('Enter')
    await heading('Bob')
    await page.evaluate(() => {
      for (const key of ['j', 'm'])
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    })
    await heading('Ann')
    await page.getByRole('button', { name: 'Assign to: Ada Acme' }).waitFor()
    await press('z')
    await page.getByRole('button', { name: 'Assign to: Unassigned' }).waitFor()
    await press('k')
    await heading('Bob')
    await press('Escape')
    await heading('Support')
  })

  it('archives with e and moves on, and z brings it back', async () => {
    await press('Enter')
    await heading('Bob')
    await press('e')
    await heading('Ann')
    await row('Bob').waitFor({ state: 'detached' })
    await press('z')
    await row('Bob').waitFor()
    await heading('Bob')
  })

  it('assigns to me with m, to nobody from the panel of a', async () => {
    await press('m')
    await page.getByRole('button', { name: 'Assign to: Ada Acme' }).waitFor()
    await press('a')
    await page.getByRole('combobox').fill('nobody')
    await press('Enter')
    await page.getByRole('button', { name: 'Assign to: Unassigned' }).waitFor()
  })

  it('does not trigger shortcuts while somebody types', async () => {
    await page.getByRole('combobox').waitFor({ state: 'detached' })
    await press('r')
    await page.locator('textarea:focus').waitFor()
    const before = page.url()
    await page.keyboard.type('jeez, mark my words')
    assert.equal(await page.getByRole('textbox').inputValue(), 'jeez, mark my words')
    assert.equal(page.url(), before)
    await page.getByRole('textbox').fill('')
    await press('Escape')
  })

  it('marks as unread with u, which the list shows', async () => {
    await heading('Bob')
    await press('u')
    await heading('Support')
    await page.locator('article[data-unread]').filter({ hasText: 'Bob' }).waitFor()
  })

  it('selects several with x and archives them in one', async () => {
    await press('x', 'k', 'x')
    await page.getByText('2 selected').waitFor()
    await press('e')
    await page.getByText('2 conversations archived').waitFor()
    await press('z')
    await row('Ann').waitFor()
  })

  it('finds an action in the command bar, does it, and gives the focus back', async () => {
    await press('Control+k')
    await page.getByRole('combobox').fill('archived')
    await page.getByRole('option', { name: 'Go to Archived' }).waitFor()
    await press('Enter')
    await heading('Archived')
    await press('g', 'i')
    await heading('Support')
  })

  it('lists the shortcuts with ?', async () => {
    await press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.getByText('Assign to me').waitFor()
    await press('Escape')
    await help.waitFor({ state: 'detached' })
  })

  it('has a unique shortcut for each action, and none that begins another', async () => {
    await press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.waitFor()
    const rows = await help
      .locator('dd')
      .evaluateAll((all) => all.map((dd) => Array.from(dd.children, (key) => key.textContent)))
    const shortcuts = rows.map((keys) => keys.filter((key) => !['↑', '↓', 'Home', 'End'].includes(key ?? '')).join(' '))
    const given = shortcuts.filter(Boolean)
    assert.ok(given.length > 20)
    assert.deepEqual(
      given.filter((shortcut, index) => given.indexOf(shortcut) !== index),
      [],
    )
    assert.deepEqual(
      given.filter((shortcut) => given.some((other) => other.startsWith(`${shortcut} `))),
      [],
    )
    await press('Escape')
    await help.waitFor({ state: 'detached' })
  })

  it('takes a key that is pressed right after the Escape that closes a dialog', async () => {
    await press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.evaluate(() => {
      const pressNow = () =>
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'n', bubbles: true, cancelable: true }),
        )
      document.querySelector('dialog[open]')?.addEventListener('cancel', pressNow)
    })
    await press('Escape')
    await heading('New message')
    await page.goBack()
    await heading('Support')
  })

  it('starts a message with n, names missing fields, and sends it', async () => {
    await press('n')
    await heading('New message')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('alert').getByText('Write the message, or attach a file.').waitFor()
    await page.getByLabel('To').fill('new-customer')
    await page.getByLabel('Message', { exact: true }).fill('We found your umbrella.')
    await page.getByRole('button', { name: 'Send' }).click()
    await heading('new-customer')
    await page.getByRole('log').getByRole('button', { name: /^Sent/ }).waitFor()
    assert.equal(fixture.channel.server.messages().at(-1)?.body.payload.text, 'We found your umbrella.')
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
