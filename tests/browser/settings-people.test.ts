import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
})
after(() => fixture.close())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const password = 'correct horse battery'

async function invite(page: Page, email: string): Promise<string> {
  await page.goto(`${fixture.hub.url}/app/settings/teammates/invite`)
  await page.getByLabel('E-mail address').fill(` ${email} `)
  await button(page, 'Make invitation').click()
  await page.getByRole('heading', { name: `Send this link to ${email}` }).waitFor()
  return page.locator('code').innerText()
}

async function join(link: string, firstName: string): Promise<Page> {
  const page = await fixture.openSignedOut(new URL(link).pathname.replace(/^\/app/, ''))
  await page.getByLabel('First name').fill(firstName)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: /^Join / }).click()
  await page.getByRole('heading', { level: 1, name: 'Support' }).waitFor()
  return page
}

describe('a second teammate', () => {
  it('comes in by a link, in a browser of their own, and the link works once', async () => {
    const admin = await fixture.open('/settings/teammates')
    const link = await invite(admin, 'ivo@acme.example')
    const ivo = await join(link, 'Ivo')
    await ivo.goto(link)
    await ivo.getByRole('heading', { level: 1, name: 'This link is over' }).waitFor()
    await admin.goto(`${fixture.hub.url}/app/settings/teammates`)
    await admin.getByText('ivo@acme.example').waitFor()
    assert.equal(await admin.getByText('Waiting for an answer').count(), 0)
    await ivo.context().close()
    await admin.context().close()
  })

  it('without admin rights can read the settings, and sees whom to ask', async () => {
    const admin = await fixture.open('/settings/teammates')
    const page = await join(await invite(admin, 'mia@acme.example'), 'Mia')
    await page.goto(`${fixture.hub.url}/app/settings/channels`)
    await page.getByText('Only admins can change this. Ask Ada Acme.').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Add channel' }).count(), 0)
    await page.goto(`${fixture.hub.url}/app/settings/api-tokens`)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('heading', { level: 1, name: 'Only admins can open this page' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Settings' }).click()
    await page.waitForURL('**/app/settings')
    await page.context().close()
    await admin.context().close()
  })

  it('cannot join when the invitation was revoked', async () => {
    const admin = await fixture.open('/settings/teammates')
    const link = await invite(admin, 'never@acme.example')
    await admin.goto(`${fixture.hub.url}/app/settings/teammates`)
    await button(admin, 'Revoke the invitation of never@acme.example').click()
    await admin.getByText('The link for never@acme.example does not work any more').waitFor()
    await admin.goto(link)
    await admin.getByRole('heading', { level: 1, name: 'There is no such link' }).waitFor()
    await admin.context().close()
  })

  it('becomes an admin by one press, and stops being one by Undo', async () => {
    const admin = await fixture.open('/settings/teammates')
    await (await join(await invite(admin, 'sam@acme.example'), 'Sam')).context().close()
    await admin.goto(`${fixture.hub.url}/app/settings/teammates`)
    await button(admin, 'Change Sam').click()
    await admin.getByRole('menuitem', { name: 'Make admin' }).click()
    await admin.getByText('Sam is an admin now').waitFor()
    const isAdmin = async () =>
      (await fixture.hub.call('GET', '/teammates/alt:email:sam%40acme.example')).body.is_admin as boolean
    assert.equal(await isAdmin(), true)
    const undone = admin.waitForResponse((response) => response.request().method() === 'PATCH')
    await admin.getByRole('button', { name: /^Undo/ }).click()
    await undone
    assert.equal(await isAdmin(), false)
    await admin.context().close()
  })
})

describe('the last admin', () => {
  it('cannot stop being one, and reads why', async () => {
    const page = await fixture.open('/settings/teammates')
    await button(page, 'Change Ada Acme').click()
    await page.getByRole('menuitem', { name: 'Take admin rights away' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take admin rights away' }).click()
    await page.getByText('A company needs one admin, and this is the last.').waitFor()
    await page.getByText('Admin', { exact: true }).waitFor()
    await page.context().close()
  })
})

describe('an inbox for some', () => {
  it('is made for chosen teammates and opened to everybody later', async () => {
    const page = await fixture.open('/settings/inboxes/new')
    await page.getByLabel('Name').fill('VIP')
    await page.getByLabel('Only teammates I choose').check()
    await button(page, 'Create inbox').click()
    await page.getByRole('heading', { level: 1, name: 'VIP' }).waitFor()
    const vip = async () =>
      (await fixture.hub.call('GET', '/inboxes')).body._results.find(({ name }: { name: string }) => name === 'VIP')
    assert.equal((await vip()).is_public, false)
    await page.getByLabel('Everybody').check()
    await button(page, 'Save changes').click()
    await page.getByText('Saved').waitFor()
    assert.equal((await vip()).is_public, true)
    await page.context().close()
  })
})

describe('an API token', () => {
  it('works from when it is shown, once, until it is revoked', async () => {
    const page = await fixture.open('/settings/api-tokens/new')
    await page.getByLabel('What is it for?').fill('Order system')
    await button(page, 'Create token').click()
    const token = await page.locator('code').first().innerText()
    assert.equal((await fixture.hub.call('GET', '/me', undefined, { token })).status, 200)
    await button(page, 'I have stored it').click()
    await button(page, 'Revoke “Order system”').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke “Order system”' }).click()
    await page.getByText('“Order system” was revoked').waitFor()
    assert.equal((await fixture.hub.call('GET', '/me', undefined, { token })).status, 401)
    await page.context().close()
  })
})

describe('too many attempts to sign in', () => {
  it('say how long to wait', async () => {
    const page = await fixture.openSignedOut('/sign-in')
    await page.getByLabel('E-mail address').fill('nobody@acme.example')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    for (let attempt = 1; attempt <= 6; attempt++) {
      const answered = page.waitForResponse(/\/sign_in$/)
      await button(page, 'Sign in').click()
      await answered
    }
    await page.getByText(/That was tried too often\. Try again in \d+ seconds\./).waitFor()
    assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), 'wrong')
    await page.context().close()
  })
})
