import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { fileOf, formOf, sendForm } from '../harness/files.ts'
import { wavOf } from '../harness/sound.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({ type: { contact_type: 'phone' } })
  page = await fixture.open(`/inboxes/${fixture.hub.inbox}`)
})
after(() => fixture.close())

let count = 0
const newNumber = () => `+3161234${5000 + ++count}`
const row = (name: string, on = page) => on.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const cards = (on = page) => on.getByRole('log').locator('article[id^=cal_]')

async function send(method: string, path: string, body: object): Promise<void> {
  const { channel, hub } = fixture
  const answer = await hub.call(method, `/channels/${channel.id}/calls${path}`, body, { token: channel.token() })
  assert.equal(answer.status, 202, answer.text)
}
const call = (id: string, name: string, fields: object = {}) =>
  send('POST', '', {
    external_call_id: id,
    direction: 'inbound',
    initial_status: 'ringing',
    from: { handle: newNumber(), name },
    ...fields,
  })
const update = (id: string, call_status: string, fields: object = {}) =>
  send('PATCH', `/${id}`, { call_status, ...fields })

describe('a call', { timeout: 90_000 }, () => {
  it('appears in the list while it rings, and as one card that changes with it', async () => {
    await call('c1', 'Ivo')
    await row('Ivo').getByText('Incoming call').waitFor()
    await row('Ivo').getByRole('link').click()
    await cards().getByText('Call from Ivo').waitFor()
    await cards().getByText('Ringing').waitFor()
    await update('c1', 'connected', { agent_email_address: fixture.hub.admin.email })
    await cards().getByText('Connected').waitFor()
    await cards().getByRole('timer').waitFor()
    await update('c1', 'hold')
    await cards().getByText('On hold').waitFor()
    await update('c1', 'connected')
    await update('c1', 'hangup')
    await cards().getByRole('timer').waitFor({ state: 'detached' })
    await row('Ivo')
      .getByText(/^Call, \d+ sec/)
      .waitFor()
    assert.equal(await cards().count(), 1)
  })

  it('stays one card with each part after a transfer', async () => {
    const began = Date.now() - 50_000
    const from = { handle: newNumber(), name: 'Eva' }
    await call('t1', 'Eva', { from, started_at: began, agent_email_address: fixture.hub.admin.email })
    await update('t1', 'connected', { occurred_at: began + 1_000 })
    await row('Eva').getByRole('link').click()
    await cards().getByText('Connected').waitFor()
    await update('t1', 'transferred', { occurred_at: began + 6_000 })
    await cards().getByText('Being transferred').waitFor()
    await call('t2', 'Eva', {
      from,
      parent_external_call_id: 't1',
      started_at: began + 6_000,
      agent_email_address: 'ben@acme.example',
    })
    await update('t2', 'connected', { occurred_at: began + 8_000 })
    await update('t2', 'hangup', { occurred_at: began + 31_000 })
    await cards().getByText('30 sec').first().waitFor()
    const parts = cards().getByRole('list', { name: 'Parts of the call' }).getByRole('listitem')
    assert.deepEqual(
      (await parts.allTextContents()).map((text) => text.replace(/^.*, /, '')),
      ['5 sec', '23 sec'],
    )
    assert.equal(await cards().count(), 1)
  })

  it('reopens its conversation as unread when it was missed, with a notice', async () => {
    await row('Ivo').getByRole('link').click()
    await page.keyboard.press('e')
    await row('Ivo').waitFor({ state: 'detached' })
    const ivos = async () =>
      (await fixture.hub.call('GET', '/conversations?limit=100')).body._results.find(
        ({ recipient }: any) => recipient.name === 'Ivo',
      )
    // the row goes before the hub has heard of it
    while ((await ivos()).status !== 'archived') await page.waitForTimeout(50)
    const { handle } = (await ivos()).recipient
    await call('m1', 'Ivo', { from: { handle, name: 'Ivo' } })
    await update('m1', 'missed')
    await row('Ivo.*unread').getByText('Missed call').waitFor()
    await row('Ivo').getByRole('link').click()
    await cards().getByText('Missed call from Ivo').waitFor()
    await page.getByRole('log').getByText('Reopened by a missed call').waitFor()
    await row('Ivo.*unread').waitFor({ state: 'detached' })
  })

  it('has its summary in the card, also on a phone', async () => {
    await send('POST', '/m1/summary', { content: 'Ivo asks where his parcel is.' })
    await cards().getByText('Ivo asks where his parcel is.').waitFor()
    const phone = await fixture.open(new URL(page.url()).pathname.replace('/app', ''), {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    await cards(phone).getByText('Ivo asks where his parcel is.').waitFor()
    const [box, width] = [await cards(phone).last().boundingBox(), 390]
    assert.ok(box && box.x >= 0 && box.x + box.width <= width, JSON.stringify(box))
    await phone.context().close()
  })

  it('has its transcript in the card, folded when it is long', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => ({
      speaker_name: n % 2 ? 'Ivo' : 'Noor',
      content: `Sentence ${n}`,
      start_time_seconds: n * 3,
      speaker_type: n % 2 ? 'external' : 'internal',
    }))
    await send('POST', '/m1/transcript', { lines })
    const transcript = cards().last().getByRole('region', { name: 'Transcript' })
    await transcript.getByText('Sentence 0').waitFor()
    assert.equal(await transcript.getByRole('listitem').count(), 4)
    await transcript.getByRole('button', { name: 'Show all 40 lines' }).click()
    await transcript.getByText('Sentence 39').scrollIntoViewIfNeeded()
    assert.equal(await transcript.getByRole('listitem').count(), 40)
    assert.ok(await transcript.getByRole('button', { name: 'Play from 0:00', exact: true }).isDisabled())
  })

  it('plays its recording, with the transcript that follows and leads', async () => {
    const { channel, hub } = fixture
    const form = formOf([
      ['recording_type', 'voicemail'],
      ['attachments', fileOf('voicemail.wav', wavOf(125), 'audio/wav')],
    ])
    const path = `/channels/${channel.id}/calls/m1/recording`
    assert.equal((await sendForm(hub, path, `Bearer ${channel.token()}`, form)).status, 202)
    await row('Ivo').getByText('Voicemail').waitFor()
    const card = cards().last()
    await card.getByText('Voicemail from Ivo').waitFor()
    const player = card.getByRole('group', { name: 'Voicemail' })
    await player.getByText('0:00 / 2:05').waitFor()
    const seek = player.getByRole('slider', { name: 'Position' })
    await seek.fill('30')
    await player.getByText('0:30 / 2:05').waitFor()
    await card.locator('li[data-current]').getByText('Sentence 10').waitFor()
    await seek.press('ArrowRight')
    await player.getByText('0:31 / 2:05').waitFor()
    await player.getByRole('combobox', { name: 'Speed' }).selectOption('1.5')
    await card.getByRole('button', { name: 'Play from 1:00' }).click()
    await player.getByRole('button', { name: 'Pause' }).click()
    await player.getByRole('button', { name: 'Play', exact: true }).waitFor()
    const audio = await card.locator('audio').evaluate((element: HTMLAudioElement) => {
      return { time: element.currentTime, speed: element.playbackRate }
    })
    assert.ok(audio.time >= 60 && audio.time < 70, JSON.stringify(audio))
    assert.equal(audio.speed, 1.5)
  })

  it('complains of nothing on the console', () => assert.deepEqual(fixture.consoleErrors, []))
})
