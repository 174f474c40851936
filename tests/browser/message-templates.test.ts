import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const shots = process.env.PORTICO_SHOTS

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({
    type: { name: 'WhatsApp', message_templates: true, free_text_window_hours: 24, contact_type: 'phone' },
  })
  await fixture.receive({
    body: 'Where is my parcel?',
    conversation: 'ivo',
    handle: '+31612345678',
    name: 'Ivo van Dam',
  })
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('article', { name: /Ivo/ }).getByRole('link').click()
  await page.getByRole('button', { name: 'Choose a template…' }).waitFor()
})
after(() => fixture.close())

const put = async (template: object) => {
  const path = `/channels/${fixture.channel.id}/application_message_templates`
  const { status, text } = await fixture.hub.call(
    'PUT',
    path,
    { ...greeting, ...template },
    { token: fixture.channel.token() },
  )
  assert.equal(status, 200, text)
}
const greeting = {
  external_id: 'order',
  name: 'Order update',
  blurb: 'Hello {{1}}, your order {{2}} has left our house. Yours, {{3}}',
  is_disabled: false,
  status_name: 'APPROVED',
  variable_mappings: [
    { uid: '1', type: 'text', name: 'first_name' },
    { uid: '2', type: 'text', name: 'Order number' },
    { uid: '3', type: 'text', name: 'agent' },
  ],
  template_preview: '<p>Hello <b>{{1}}</b>,</p><p>your order {{2}} has left our house.<br>Yours, {{3}}</p>',
}
const field = () => page.getByRole('textbox', { name: /^Answer/ })
const list = () => page.getByRole('dialog', { name: 'Message templates' })
const dialog = (name = 'Order update') => page.getByRole('dialog', { name, exact: true })
const preview = (name = 'Order update') => page.frameLocator(`iframe[title="What “${name}” says"]`).locator('body')
const log = () => page.getByRole('log')
const shot = async (name: string) => shots && (await page.screenshot({ path: `${shots}/${name}.png` }))

/** As if all that the customer wrote had been said so long ago; the screen is told by an event of the channel. */
async function age(interval: string): Promise<void> {
  await fixture.hub.db.query('age', 'update messages set sort_at = sort_at - $1::interval where is_inbound', [interval])
  await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { name: `WhatsApp ${Math.random()}` })
}

describe('message templates', { timeout: 120_000 }, () => {
  it('say how they come while there are none', async () => {
    await page.keyboard.press('Shift+T')
    await list().getByText('No templates yet').waitFor()
    await shot('empty')
    await page.keyboard.press('Escape')
  })

  it('are listed live with their status, and found by name and words', async () => {
    await put({})
    await put({ external_id: 'sale', name: 'Sale', blurb: 'Everything must go', status_name: 'PENDING' })
    await put({ external_id: 'old', name: 'Old one', blurb: 'Bye', is_disabled: true })
    for (let n = 1; n <= 120; n++) await put({ external_id: `t${n}`, name: `Text ${n}`, blurb: `Words of ${n}` })
    await page.keyboard.press('Shift+T')
    await list().getByRole('option', { name: /Sale/ }).getByText('Pending').waitFor()
    await list()
      .getByRole('option', { name: /Old one/ })
      .getByText('Disabled')
      .waitFor()
    assert.equal(await list().getByRole('option').count(), 123)
    await shot('list')
    await list().getByRole('combobox').fill('must go')
    assert.equal(await list().getByRole('option').count(), 1)
    await page.keyboard.press('Enter')
    await page.getByText('“Sale” is not approved yet').waitFor()
    await list().getByRole('combobox').fill('left our house')
    assert.equal(await list().getByRole('option').count(), 1)
  })

  it('have a field for each variable, filled in where Portico knows the value, and a preview that follows', async () => {
    await page.keyboard.press('Enter')
    await dialog().waitFor()
    assert.equal(await dialog().getByLabel('first_name').inputValue(), 'Ivo')
    assert.match(await dialog().getByLabel('agent').inputValue(), /\w+ \w+/)
    await preview().getByText('Hello Ivo,').waitFor()
    await preview().getByText('your order {{2}} has left').waitFor()
    await dialog().getByLabel('Order number').fill('<b>17</b>')
    await preview().getByText('your order <b>17</b> has left').waitFor()
    await shot('form')
    assert.deepEqual(await findings(page), [])
  })

  it('are not sent while a value is missing, which is named beside its field', async () => {
    await dialog().getByLabel('Order number').fill(' ')
    await page.keyboard.press('Enter')
    await dialog().getByText('Enter a value for Order number.').waitFor()
    assert.equal(
      await dialog()
        .getByLabel('Order number')
        .evaluate((one) => one === document.activeElement),
      true,
    )
    await page.keyboard.press('Escape')
  })

  it('keep what was typed, and are sent by keys alone, beside the draft, which stays', async () => {
    await field().fill('My own words')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+T')
    await list().getByRole('combobox').fill('order update')
    await page.keyboard.press('Enter')
    await dialog().getByLabel('first_name').fill('Ivo!')
    await page.keyboard.press('Tab')
    await page.keyboard.type('17')
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await log().getByText('your order 17 has left our house.').waitFor()
    await log().getByText('Template: Order update').waitFor()
    assert.equal(await field().inputValue(), 'My own words')
    const sent = () => fixture.channel.server.messages().at(-1)?.body.payload as any
    await fixture.channel.server.until(() => sent() !== undefined)
    assert.deepEqual(
      sent()
        .metadata.application_message_template.variables.map(({ value }: any) => value)
        .slice(0, 2),
      ['Ivo!', '17'],
    )
  })

  it('show how long free text is still taken, and take its place when the time is over', async () => {
    await page.getByText(/^Free text until .* · 2[34] hours left$/).waitFor()
    await age('23 hours 30 minutes')
    await page.getByText(/^Free text until .* · \d+ minutes left$/).waitFor()
    await shot('soon')
    await age('1 hour')
    await page.getByText('Now only a template can be sent.').waitFor()
    assert.equal(await field().count(), 0)
    await page.getByText('Your draft is kept').click()
    await page.getByText('My own words').waitFor()
    await shot('closed')
    assert.deepEqual(await findings(page), [])
  })

  it('give it back, with the draft, as soon as the customer writes again', async () => {
    await fixture.receive({ body: 'Hello?', conversation: 'ivo', handle: '+31612345678' })
    await field().waitFor()
    assert.equal(await field().inputValue(), 'My own words')
  })

  it('are asked for when a reply waited on the device until the time was over; its words stay', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await field().fill('Too late')
    await page.keyboard.press('Control+Enter')
    await log().getByText('Too late').waitFor()
    await fixture.hub.db.query('age', 'update messages set sort_at = sort_at - $1::interval where is_inbound', [
      '25 hours',
    ])
    await page.context().setOffline(false)
    await page
      .getByText(/This was not sent.*that time is over/)
      .first()
      .waitFor()
    await age('0')
    await page.getByText('Your draft is kept').click()
    await page.getByText('Too late').waitFor()
    fixture.consoleErrors.splice(0)
  })

  it('start a conversation', async () => {
    await page.goto(`${fixture.origin}/app/new`)
    await page.getByText('starts conversations with a template only').waitFor()
    await page.getByLabel('To').fill('+31600000000')
    await page.getByRole('button', { name: 'Choose a template…' }).click()
    await list().getByRole('combobox').fill('order update')
    await page.keyboard.press('Enter')
    await dialog().getByLabel('first_name').fill('Eva')
    await dialog().getByLabel('Order number').fill('18')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/cnv_/)
    await log().getByText('your order 18 has left our house.').waitFor()
  })

  it('are listed on the settings page of the channel, with what they say', async () => {
    await page.goto(`${fixture.origin}/app/settings/channels/${fixture.channel.id}`)
    await page.getByText('Order update').click()
    await preview().getByText('Hello {{1}},').waitFor()
    await page.getByText('Variables: first_name, Order number, and agent').waitFor()
    await shot('settings')
    assert.deepEqual(await findings(page), [])
  })

  it('fit on a phone, in the dark', async () => {
    const options = {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme: 'dark' as const,
    }
    const phone = await fixture.open('/', options)
    page = phone
    await fixture.receive({ body: 'Here', conversation: 'ivo', handle: '+31612345678' })
    await phone.getByRole('article', { name: /Ivo/ }).getByRole('link').tap()
    await phone.getByRole('button', { name: 'Choose a template…' }).tap()
    await list()
      .getByRole('option', { name: /Order update/ })
      .waitFor()
    await shot('phone-list')
    await list()
      .getByRole('option', { name: /Order update/ })
      .tap()
    await preview().getByText('Hello Ivo,').waitFor()
    const { scrollWidth } = await phone.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }))
    assert.ok(scrollWidth <= 390)
    await shot('phone-form')
    await age('25 hours')
    await phone.keyboard.press('Escape')
    await phone.getByText('Now only a template can be sent.').waitFor()
    await shot('phone-closed')
  })

  it('logs no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})

describe('a message template with a picture', { timeout: 120_000 }, () => {
  const card = () => dialog('Card')
  const openCard = async () => {
    await page.getByRole('button', { name: 'Choose a template…' }).click()
    await list().getByRole('combobox').fill('Card')
    await page.keyboard.press('Enter')
    await card().waitFor()
  }
  const choose = (label: string, name: string, mimeType: string, bytes = png) =>
    card()
      .locator(`input[type="file"][aria-label="${label}"]`)
      .setInputFiles([{ name, mimeType, buffer: bytes }])

  let png: Buffer
  before(async () => {
    png = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c8502d' } })
      .png()
      .toBuffer()
    await put({
      external_id: 'card',
      name: 'Card',
      blurb: 'A card for {{1}}: {{2}}',
      variable_mappings: [
        { uid: '1', type: 'text', name: 'first_name' },
        { uid: '2', type: 'image', name: 'Header' },
        { uid: '3', type: 'file', name: 'Invoice' },
      ],
      template_preview: '<p>A card for {{1}}: {{2}}</p>',
    })
    await fixture.receive({ body: 'Hello?', conversation: 'ivo', handle: '+31612345678', name: 'Ivo van Dam' })
    await page.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
    await page.getByRole('feed').getByRole('article', { name: /Ivo/ }).getByRole('link').click()
    await page.getByRole('button', { name: 'Choose a template…' }).waitFor()
  })

  it('has a field for each file, with what the channel takes, and refuses what is none', async () => {
    await openCard()
    await choose('Header', 'a.pdf', 'application/pdf')
    await card().getByText('Choose a picture: this is none.').waitFor()
    await choose('Header', 'header.png', 'image/png')
    await card().getByRole('button', { name: 'Remove header.png' }).waitFor()
    await preview('Card').getByText('A card for Ivo: header.png').waitFor()
    await shot('file-fields')
    assert.deepEqual(await findings(page), [])
    await card().getByRole('button', { name: 'Send' }).click()
    await card().getByText('Enter a value for Invoice.').waitFor()
  })

  it('says so when an upload breaks off or is refused, and keeps what was chosen over a reload', async () => {
    await page.route('**/attachments', (route) => route.abort('connectionreset'))
    await choose('Invoice', 'invoice.pdf', 'application/pdf')
    await card().getByText('Not uploaded: no connection. Choose it again.').waitFor()
    await page.unroute('**/attachments')
    await page.reload()
    await page.getByRole('button', { name: 'Choose a template…' }).waitFor()
    await openCard()
    await card().getByRole('button', { name: 'Remove header.png' }).waitFor()
    await choose('Invoice', 'invoice.pdf', 'application/pdf')
    await card().getByRole('button', { name: 'Remove invoice.pdf' }).waitFor()
  })

  it('is sent with its files, which the thread shows, and comes back whole by Undo send', async () => {
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 30 } })
    const before = await field().inputValue()
    await card().getByRole('button', { name: 'Send' }).click()
    await log().getByText('A card for Ivo: header.png').waitFor()
    await log().getByRole('button', { name: 'Look at header.png' }).waitFor()
    await log()
      .getByRole('link', { name: /^Download invoice\.pdf/ })
      .waitFor()
    await log().getByRole('button', { name: 'Undo send' }).click()
    await page
      .getByText('Your message was not sent.')
      .or(page.getByText(/undone/i))
      .first()
      .waitFor()
    assert.equal(await field().inputValue(), before)
    await openCard()
    for (const name of ['header.png', 'invoice.pdf'])
      await card()
        .getByRole('button', { name: `Remove ${name}` })
        .waitFor()
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 0 } })
    await card().getByRole('button', { name: 'Send' }).click()
    const sent = () => fixture.channel.server.messages().at(-1)?.body.payload as any
    await fixture.channel.server.until(() => sent()?.attachments.length === 2)
    assert.deepEqual(
      sent()
        .metadata.application_message_template.variables.slice(1)
        .map(({ value }: any) => value),
      sent().attachments.map(({ url }: any) => url),
    )
  })
})
