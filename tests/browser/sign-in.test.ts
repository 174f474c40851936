import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
})
after(() => fixture.close())

describe('who is not signed in', () => {
  it('signs in and lands where they wanted to go', async () => {
    const page = await fixture.openSignedOut('/assigned')
    await page.getByLabel('E-mail').fill(fixture.hub.admin.email)
    await page.getByLabel('Password', { exact: true }).fill(fixture.hub.admin.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Assigned to me' }).waitFor()
    assert.match(page.url(), /\/app\/assigned$/)
    await page.getByRole('button', { name: /account and appearance/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await page.context().close()
  })

  it('is told in words that the password is wrong, and sees nothing', async () => {
    const page = await fixture.openSignedOut('/')
    await page.getByLabel('E-mail').fill(fixture.hub.admin.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByText('Ivo').count(), 0)
    await page.context().close()
  })
})
