import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
})
after(() => fixture.close())

const account = (page: Page) => page.getByRole('button', { name: /account and appearance/ })
const menu = (page: Page) => page.getByRole('menu')
const item = (page: Page, name: string) => page.locator('[role^="menuitem"]', { hasText: name })
const focusIsAt = (page: Page, name: string) =>
  page.waitForFunction((name) => document.activeElement?.textContent?.includes(name), name)

async function openMenu(page: Page): Promise<void> {
  await account(page).click()
  await focusIsAt(page, 'Light')
  await page.getByRole('button', { name: /account and appearance/, expanded: true }).waitFor()
}

describe('a menu', () => {
  it('is closed by its button, a press elsewhere and Tab', async () => {
    const page = await fixture.open('/assigned')
    await openMenu(page)
    await account(page).click()
    await menu(page).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /account and appearance/, expanded: false }).waitFor()
    await openMenu(page)
    await page.mouse.click(900, 400)
    await menu(page).waitFor({ state: 'detached' })
    await openMenu(page)
    await page.keyboard.press('Shift+Tab')
    await menu(page).waitFor({ state: 'detached' })
    await focusIsAt(page, 'Settings')
    await page.context().close()
  })

  it('finds its items by their first letter, and wraps around', async () => {
    const page = await fixture.open('/assigned')
    await openMenu(page)
    await page.keyboard.press('s')
    await focusIsAt(page, 'Sign out')
    await page.keyboard.press('ArrowDown')
    await focusIsAt(page, 'Light')
    await page.keyboard.press('ArrowUp')
    await focusIsAt(page, 'Sign out')
    await page.context().close()
  })

  it('gives its button the focus back after what it opened is closed', async () => {
    const page = await fixture.open('/assigned')
    await openMenu(page)
    await item(page, 'Keyboard shortcuts').click()
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-haspopup') === 'menu')
    await page.context().close()
  })

  it('in the sidebar of a phone opens above it, and Escape closes one after the other', async () => {
    const viewport = { width: 390, height: 844 }
    const page = await fixture.open('/assigned', { viewport, hasTouch: true, isMobile: true })
    await page.getByRole('button', { name: 'Open menu' }).tap()
    const drawer = page.locator('dialog')
    await account(page).tap()
    // a press reaches it only where nothing lies over it
    await item(page, 'Dark').tap()
    await page.locator(':root[data-color-scheme="dark"]').waitFor()
    assert.deepEqual(await findings(page), [])
    await page.keyboard.press('Escape')
    await menu(page).waitFor({ state: 'detached' })
    assert.ok(await drawer.isVisible())
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await page.context().close()
  })
})

describe('light and dark', () => {
  it('are chosen for this browser: in every tab, and after a reload before anything else', async () => {
    const page = await fixture.open('/assigned', { colorScheme: 'light' })
    const other = await page.context().newPage()
    await other.goto(`${fixture.origin}/app/settings/preferences`)
    await other.getByRole('radio', { name: 'As the system' }).waitFor()
    const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await ground(page)
    await openMenu(page)
    await item(page, 'Dark').click()
    assert.equal(await item(page, 'Dark').getAttribute('aria-checked'), 'true')
    const dark = await ground(page)
    assert.notEqual(dark, light)
    await other.getByRole('radio', { name: 'Dark', checked: true }).waitFor()
    assert.equal(await ground(other), dark)
    await page.reload()
    await account(page).waitFor()
    assert.equal(await ground(page), dark)
    await page.context().close()
  })

  it('follow the system until they are chosen', async () => {
    const page = await fixture.open('/assigned', { colorScheme: 'dark' })
    await account(page).waitFor()
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const dark = await ground()
    await page.emulateMedia({ colorScheme: 'light' })
    assert.notEqual(await ground(), dark)
    await page.context().close()
  })
})

it('no page applied a style that the Content-Security-Policy refuses', () => {
  assert.deepEqual(fixture.consoleErrors, [])
})
