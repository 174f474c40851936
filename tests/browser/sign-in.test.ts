import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
})
after(() => fixture.close())

describe('a visitor who is not signed in', () => {
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

  it('reads that the password is wrong, and sees nothing else', async () => {
    const page = await fixture.openSignedOut('/')
    await page.getByLabel('E-mail').fill(fixture.hub.admin.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByText('Ivo').count(), 0)
    await page.context().close()
  })
})

describe('somebody of the demo who was removed', () => {
  it('is named, and no id is spoken of', async () => {
    const page = await fixture.openSignedOut('/set-up')
    const teammates = [{ id: 'tea_zz', name: 'Sam Okafor', email: 'sam@acme.example' }]
    await page.route('**/setup', (route) =>
      route.fulfill({ json: { needed: false, code_required: false, demo: { teammates } } }),
    )
    await page.route('**/demo/sign_in', (route) =>
      route.fulfill({ status: 404, json: { _error: { status: 404, title: 'Not found', message: 'Check the id.' } } }),
    )
    await page.goto(`${fixture.origin}/app/sign-in`)
    await page.getByRole('button', { name: /Continue as Sam/ }).click()
    await page.getByText('Sam Okafor was removed or blocked meanwhile.').waitFor()
    assert.equal(await page.getByText('Check the id').count(), 0)
    await page.context().close()
  })
})

describe('a set-up that another person finished', () => {
  it('is no longer offered', async () => {
    const page = await fixture.openSignedOut('/sign-in')
    await page.route('**/setup', (route) =>
      route.request().method() === 'GET'
        ? route.fulfill({ json: { needed: true, code_required: false, demo: null } })
        : route.fallback(),
    )
    await page.goto(`${fixture.origin}/app/set-up`)
    await page.getByLabel('Name of your company').fill('Brandt')
    await page.getByLabel('First name').fill('Bo')
    await page.getByLabel('E-mail address').fill('bo@brandt.example')
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    await page.getByRole('button', { name: 'Set up and sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Portico is set up already' }).waitFor()
    await page.getByRole('link', { name: 'Go to sign in' }).waitFor()
    assert.equal(await page.getByText('You are the first one here').count(), 0)
    await page.context().close()
  })
})

describe('an invitation that a newer one ended', () => {
  it('is over while its page is open, too', async () => {
    const invite = async () => (await fixture.hub.call('POST', '/invitations', { email: 'pia@acme.example' })).body.url
    const link = new URL(await invite()).pathname
    const page = await fixture.openSignedOut(link.replace(/^\/app/, ''))
    await page.getByLabel('First name').fill('Pia')
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    await invite()
    await page.getByRole('button', { name: /^Join / }).click()
    await page.getByRole('heading', { level: 1, name: 'This link is over' }).waitFor()
    await page.context().close()
  })
})
