import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

/** Settings pages that are open while somebody else, or time, changes what they show. */
let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
})
after(() => fixture.close())

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) })
const nameField = (page: Page) => page.getByLabel('Name', { exact: true })
const save = async (page: Page) => {
  await button(page, 'Save changes').click()
  await page.getByRole('region', { name: 'Notices' }).getByText('Saved').waitFor()
}
const shows = (page: Page, label: string, value: string) =>
  page.waitForFunction(
    ([text, wanted]) =>
      [...document.querySelectorAll('label')].some(
        (label) => label.textContent === text && (label.control as HTMLInputElement | null)?.value === wanted,
      ),
    [label, value],
  )

async function call(method: string, path: string, body?: unknown) {
  const answer = await fixture.hub.call(method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}

async function addTeammate(firstName: string) {
  const { db, hub, companyId } = fixture.hub
  const actor = { companyId, kind: 'system' as const, id: null }
  const credentials = { email: `${firstName.toLowerCase()}@acme.example`, password: 'long enough' }
  return publicId(
    'tea',
    companyId,
    await createTeammate(db, hub.bus, actor, { ...credentials, firstName, lastName: '' }),
  )
}

describe('a form whose values are changed elsewhere', () => {
  it('shows the change, and saves only its own input', async () => {
    const path = `/channels/${fixture.channel.id}`
    const page = await fixture.open(`/settings${path}`)
    await nameField(page).waitFor()
    await call('PATCH', path, { name: 'Renamed elsewhere' })
    await shows(page, 'Name', 'Renamed elsewhere')
    await page.getByLabel('Undo time').selectOption('10')
    await call('PATCH', path, { name: 'Renamed again' })
    await shows(page, 'Name', 'Renamed again')
    assert.equal(await page.getByLabel('Undo time').inputValue(), '10')
    await save(page)
    const { name, settings } = await call('GET', path)
    assert.deepEqual([name, settings.undo_send_time], ['Renamed again', 10])
    await page.context().close()
  })

  it('keeps what is typed, also into the field that was changed', async () => {
    const path = `/channels/${fixture.channel.id}`
    const page = await fixture.open(`/settings${path}`)
    await nameField(page).fill('Mine')
    await call('PATCH', path, { name: 'Theirs', settings: { undo_send_time: 30 } })
    await shows(page, 'Undo time', '30')
    assert.equal(await nameField(page).inputValue(), 'Mine')
    await save(page)
    const { name, settings } = await call('GET', path)
    assert.deepEqual([name, settings.undo_send_time], ['Mine', 30])
    await page.context().close()
  })

  it('does not revoke an inbox that was granted meanwhile', async () => {
    const [noor, mia] = [await addTeammate('Noor'), await addTeammate('Mia')]
    const { _results } = await call('GET', '/teammates')
    const ada = _results.find(({ email }: { email: string }) => email === fixture.hub.admin.email).id
    const inbox = await call('POST', '/inboxes', { name: 'VIP', is_public: false, teammate_ids: [ada, noor] })
    const page = await fixture.open(`/settings/inboxes/${inbox.id}`)
    await page.getByRole('checkbox', { name: 'Noor' }).uncheck()
    await call('POST', `/inboxes/${inbox.id}/teammates`, { teammate_ids: [mia] })
    await page.locator('label', { hasText: 'Mia' }).locator('input:checked').waitFor({ state: 'attached' })
    await save(page)
    const members = (await call('GET', `/inboxes/${inbox.id}/teammates`))._results
    assert.deepEqual(members.map(({ id }: { id: string }) => id).sort(), [ada, mia].sort())
    await page.context().close()
  })
})

describe('an invitation', () => {
  const invite = async (email: string) => new URL((await call('POST', '/invitations', { email })).url).pathname
  const join = async (link: string) => {
    const page = await fixture.openSignedOut(link.replace(/^\/app/, ''))
    await page.getByLabel('First name').fill('Ivo')
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    await button(page, /^Join /).click()
    await page.getByRole('heading', { level: 1, name: 'Support' }).waitFor()
    await page.context().close()
  }
  const waiting = (page: Page) => page.getByRole('list', { name: 'Waiting for an answer' })

  it('is no longer pending once it was accepted, also on an open page', async () => {
    const link = await invite('ivo@acme.example')
    const page = await fixture.open('/settings/teammates')
    await waiting(page).getByText('ivo@acme.example').waitFor()
    await join(link)
    await waiting(page).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('is not reported as revoked when it was accepted', async () => {
    const link = await invite('eva@acme.example')
    const before = await call('GET', '/invitations')
    await join(link)
    const page = await fixture.open('/settings/preferences')
    await page.route('**/invitations', (route) => route.fulfill({ json: before }))
    await page.goto(`${fixture.origin}/app/settings/teammates`)
    await button(page, 'Revoke the invitation of eva@acme.example').click()
    await page.getByText('The link for eva@acme.example was used already, or has expired').waitFor()
    assert.equal(await page.getByText('does not work any more').count(), 0)
    const again = await fixture.hub.call(
      'GET',
      new URL(link, fixture.origin).pathname.replace('/app/invitation', '/invitations/by_token'),
    )
    assert.equal(again.status, 410)
    await page.context().close()
  })

  it('is listed again when its revocation failed, and no form input is lost', async () => {
    await invite('uma@acme.example')
    const page = await fixture.open('/settings/teammates')
    await waiting(page).getByText('uma@acme.example').waitFor()
    await page.context().setOffline(true)
    await button(page, 'Revoke the invitation of uma@acme.example').click()
    await page.getByRole('region', { name: 'Notices' }).getByText('The server did not answer.').waitFor()
    await waiting(page).getByText('uma@acme.example').waitFor()
    assert.equal(await page.getByText(/what you wrote is kept/i).count(), 0)
    await page.context().close()
  })
})

describe('a failed request for details', () => {
  it('is reported before a deletion that needs them', async () => {
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}`)
    await button(page, /^Delete “/).waitFor()
    await page.context().setOffline(true)
    await button(page, /^Delete “/).click()
    await page.getByRole('region', { name: 'Notices' }).getByText('The server did not answer.').waitFor()
    await page.context().close()
  })
})

describe('a pause that ends while its channel is shown', () => {
  it('is no longer shown', async () => {
    const { channel } = fixture
    await call('PATCH', `/channels/${channel.id}`, { name: 'Held', settings: { undo_send_time: 0 } })
    await fixture.receive({ body: 'Hello', conversation: 'kai', handle: 'kai', name: 'Kai' })
    const [conversation] = (await call('GET', '/conversations'))._results
    channel.server.behave = (_, response) =>
      void response.writeHead(429, { 'retry-after': '8', 'content-type': 'application/json' }).end('{}')
    const path = `/conversations/${conversation.id}/messages`
    const options = { headers: { prefer: 'return=representation' } }
    const message = (await fixture.hub.call('POST', path, { body: 'Hello' }, options)).body
    const isHeld = async () => (await call('GET', `/channels/${channel.id}`)).health.held_until !== null
    while (!(await isHeld())) await new Promise((resolve) => setImmediate(resolve))
    await call('POST', `/messages/${message.id}/delivery/cancel`)
    const page = await fixture.open(`/settings/channels/${channel.id}`)
    await page.getByText(/^Waits until /).waitFor()
    await page.getByText('Working', { exact: true }).waitFor()
    assert.equal(await page.getByText('Its server asked for a pause').count(), 0)
    await page.context().close()
  })
})
