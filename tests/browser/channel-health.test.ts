import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Page } from 'playwright-core'
import { answer as json, succeed } from '../harness/channel-server.ts'
import { PASSWORD } from '../harness/company.ts'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
})
after(() => fixture.close())

async function send(to: string, body: string): Promise<void> {
  const path = `/channels/${fixture.channel.id}/messages`
  const { status, text } = await fixture.hub.call('POST', path, { to: [to], body })
  assert.equal(status, 202, text)
}

async function untilSettled(count: number): Promise<void> {
  for (;;) {
    const { body } = await fixture.hub.call('GET', `/channels/${fixture.channel.id}/health_report`)
    const { sent, failed, not_confirmed } = body.counts
    if (sent + failed + not_confirmed >= count) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('the health page of a channel', () => {
  it('is empty and says so before anything was sent', async () => {
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}`)
    await page.getByRole('link', { name: 'Health and delivery log' }).click()
    await page.getByText('No attempt in this period.').waitFor()
    await page.getByText('Everything was delivered.').waitFor()
    await page.getByText('No delivery matches.').waitFor()
    await page.context().close()
  })

  it('shows figures, errors and the log in both themes, on a phone too', async () => {
    await send('ivo', 'A good one')
    await untilSettled(1)
    fixture.channel.server.behave = (_, response) =>
      json(response, 400, { type: 'bad_request', message: '<b>This number</b> is unknown' })
    await send('mia', 'A refused one with a long text that does not fit into one line of a phone '.repeat(3))
    await untilSettled(2)
    fixture.channel.server.behave = (_, response) => void response.socket?.destroy()
    await send('noa', 'An unsure one')
    await untilSettled(3)
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      const page = await fixture.open(`/settings/channels/${fixture.channel.id}/health`, {
        colorScheme,
        viewport: { width, height: 900 },
      })
      await page.getByText('of 3 messages').waitFor()
      await page.getByText('<b>This number</b> is unknown').first().waitFor()
      await page.getByText('1 failed, 1 not confirmed').waitFor()
      assert.deepEqual(await findings(page), [])
      assert.equal(await page.evaluate(`document.documentElement.scrollWidth <= ${width}`), true)
      if (process.env.PORTICO_SHOTS)
        await page.screenshot({ path: `${process.env.PORTICO_SHOTS}/health-${width}.png`, fullPage: true })
      await page.getByRole('button', { name: '30 days' }).click()
      await page.getByRole('button', { name: '30 days', pressed: true }).waitFor()
      await page.getByLabel('Error contains').fill('nothing like this')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByText('No delivery matches.').waitFor()
      await page.context().close()
    }
  })

  it('sends again what was chosen, after showing what it is', async () => {
    fixture.channel.server.behave = succeed
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}/health`)
    await page.getByLabel('Choose all of these').check()
    await page.getByRole('button', { name: 'Send 2 messages again' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 of them was not confirmed').waitFor()
    await dialog.getByRole('button', { name: 'Send 2 messages again' }).click()
    await page.getByText('2 messages are sent again').waitFor()
    await page.getByText('Everything was delivered.').waitFor()
    await fixture.channel.server.until(() => fixture.channel.server.messages().length === 5)
    await page.context().close()
  })

  it('pauses the deliveries, which a thread says, and resumes them', async () => {
    await fixture.receive({ body: 'Hello', handle: 'zoe' })
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}/health`)
    await page.getByRole('button', { name: 'Pause deliveries' }).click()
    await page.getByText(/^Paused by an admin since/).waitFor()
    await page.goto(`${fixture.origin}/app/inboxes/${fixture.hub.inbox}`)
    await page
      .getByRole('option')
      .or(page.getByRole('link', { name: /zoe/ }))
      .first()
      .click()
    await page.getByText('An admin has paused the deliveries of Test.').waitFor()
    await page.goto(`${fixture.origin}/app/settings/channels/${fixture.channel.id}/health`)
    await page.getByRole('button', { name: 'Resume deliveries' }).click()
    await page.getByRole('button', { name: 'Pause deliveries' }).waitFor()
    assert.deepEqual(fixture.consoleErrors, [])
    await page.context().close()
  })
})

describe('a channel in trouble', () => {
  const banner = (page: Page) => page.getByRole('region', { name: 'Channels in trouble' })
  const set = async (change: string) => {
    await fixture.hub.db.pool.query(`update channel_delivery_states set ${change}`)
    // its event makes screens look again
    const name = `Test ${changes++}`
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { name })
    return name
  }
  let changes = 0
  const failing = "open_until = now() + interval '1 hour', failing_since = now(), last_error = 'It answered 503.'"
  const isKept = `Object.keys(localStorage).some((key) => key.endsWith('dismissed-troubles'))`
  const well = 'open_until = null, failing_since = null, last_error = null'

  it('is told to admins wherever they are, once, until it is over; to other teammates not', async () => {
    await set(well)
    const page = await fixture.open('/settings/teammates')
    const { hub } = fixture
    const ben = { email: 'ben@acme.example', password: PASSWORD }
    const names = { firstName: 'Ben', lastName: 'Example', isAdmin: false }
    await createTeammate(hub.db, hub.hub.bus, hub.system, { ...ben, ...names })
    const member = await fixture.open('/', {}, ben)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const name = await set(failing)
    await banner(page).getByText(`${name} fails again and again: It answered 503.`).waitFor()
    assert.deepEqual(await findings(page), [])
    assert.equal(await banner(member).getByText('again').count(), 0)
    await page.getByRole('link', { name: 'Open its health page' }).click()
    await page.getByRole('heading', { level: 1, name: `Health of ${name}` }).waitFor()
    await banner(page).getByRole('button', { name: 'Dismiss' }).click()
    await banner(page).getByText('again').waitFor({ state: 'detached' })

    const later = await fixture.open('/')
    await banner(later).getByText('fails again and again').waitFor()
    await later.context().close()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: `Health of ${name}` }).waitFor()
    await page.getByText('Refused tokens').waitFor()
    assert.equal(await banner(page).getByText('again').count(), 0)

    await set(well)
    while (await page.evaluate(isKept)) await new Promise((resolve) => setTimeout(resolve, 50))
    await set(failing.replace('503', '500'))
    await banner(page).getByText('It answered 500.').waitFor()
    await set(well)
    await banner(page).getByText('again').waitFor({ state: 'detached' })
    await Promise.all([page.context().close(), member.context().close()])
  })
})
