import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const shots = process.env.PORTICO_SHOTS

let fixture: BrowserFixture
let page: Page
const asked: string[] = []
before(async () => {
  fixture = await openBrowserFixture({ type: { capabilities: ['locations'] } })
  await fixture.receive({ body: 'Where are you?', conversation: 'ada', handle: 'ada', name: 'Ada' })
  page = await fixture.open('/', {
    permissions: ['geolocation', 'clipboard-read', 'clipboard-write'],
    geolocation: { latitude: 51.5007, longitude: -0.1246 },
  })
  page.on('request', (request) => asked.push(request.url()))
  await page.getByRole('feed').getByRole('article', { name: /Ada/ }).getByRole('link').click()
  await field().waitFor()
})
after(() => fixture.close())

const field = () => page.getByRole('textbox', { name: /^Answer to/ })
const dialog = (at = page) => at.getByRole('dialog', { name: 'Location' })
const open = (at = page) => at.getByRole('button', { name: 'Add a location…' }).click()
const card = (name: string, at = page) => at.getByRole('group', { name: `Location: ${name}` })
const log = () => page.getByRole('log')
const shot = async (name: string, at = page) => shots && (await at.screenshot({ path: `${shots}/${name}.png` }))
const received = () => fixture.channel.server.messages().at(-1)?.body.payload as any
const capable = (capabilities: string[]) =>
  fixture.hub.call('PATCH', `/channel_types/${fixture.channel.typeUid}`, { capabilities })
const link = 'https://www.google.com/maps/place/Pier+7/@52.3,4.8,15z/data=!3m1!8m2!3d52.3791!4d4.9003'

const push = (location: object, external_id: string, body = '') =>
  fixture.hub.call(
    'POST',
    `/channels/${fixture.channel.id}/inbound_messages`,
    {
      ...{ sender: { handle: 'ada', name: 'Ada' }, body },
      metadata: { external_id, external_conversation_id: 'ada', location },
    },
    { token: fixture.channel.token() },
  )

describe('a location of the customer', { timeout: 60_000 }, () => {
  it('is a card with its name, address and coordinates, and names its conversation in the list', async () => {
    const location = {
      latitude: 52.3791,
      longitude: 4.9003,
      name: 'Pier <b>7</b>',
      address: 'De Ruijterkade 7\nAmsterdam',
    }
    assert.equal((await push(location, 'place-1')).status, 202)
    await card('Pier <b>7</b>').getByText('De Ruijterkade 7 Amsterdam').waitFor()
    await page.getByRole('feed').getByText('📍 Pier <b>7</b>').waitFor()
    const maps = card('Pier <b>7</b>').getByRole('link', { name: 'Open in maps' })
    assert.deepEqual(
      [await maps.getAttribute('href'), await maps.getAttribute('rel')],
      ['https://www.openstreetmap.org/?mlat=52.3791&mlon=4.9003#map=17/52.3791/4.9003', 'noopener noreferrer'],
    )
    await card('Pier <b>7</b>').getByRole('button', { name: 'Copy the coordinates' }).click()
    await card('Pier <b>7</b>').getByRole('button', { name: 'Copied' }).waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), '52.3791, 4.9003')
    assert.equal((await push({ latitude: -33.8568, longitude: 151.2153 }, 'place-2')).status, 202)
    await card('-33.8568, 151.2153').waitFor()
    await shot('received-1440-light')
    assert.deepEqual(await findings(page), [])
  })
})

describe('a location to the customer', { timeout: 90_000 }, () => {
  it('is pasted as a link of a map, and what is no place is said', async () => {
    await open()
    await dialog().getByLabel('Coordinates or a link of a map').fill('https://maps.app.goo.gl/abc')
    await page.keyboard.press('Enter')
    await dialog().getByText('a short link does not say where it leads').waitFor()
    await dialog().getByLabel('Coordinates or a link of a map').fill(link)
    await dialog().getByText('52.3791, 4.9003').last().waitFor()
    await dialog().getByLabel('Name').fill('Pier 7')
    await shot('dialog-1440-light')
    assert.deepEqual(await findings(page), [])
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await card('Pier 7').waitFor()
    await page.getByText('The customer gets it as a location.').waitFor()
  })

  it('is part of the draft, on a phone and after a reload', async () => {
    const phone = await fixture.open(new URL(page.url()).pathname.slice('/app'.length), {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    })
    await phone.getByRole('button', { name: 'Remove the location' }).waitFor()
    await shot('draft-390-dark', phone)
    await open(phone)
    await dialog(phone).getByLabel('Address').fill('De Ruijterkade 7, Amsterdam')
    await shot('dialog-390-dark', phone)
    await phone.keyboard.press('Enter')
    await card('Pier 7').getByText('De Ruijterkade 7, Amsterdam').waitFor()
    await page.reload()
    await card('Pier 7').getByText('De Ruijterkade 7, Amsterdam').waitFor()
    await phone.context().close()
  })

  it('follows the channel at once, and is sent alone', async () => {
    await capable([])
    await page.getByText('This channel shows no locations. The customer gets it as text:').waitFor()
    await shot('as-text-1440-light')
    await capable(['locations'])
    await page.getByText('The customer gets it as a location.').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await log().getByRole('group', { name: 'Location: Pier 7' }).waitFor()
    await fixture.channel.server.until(() => received() !== undefined)
    assert.deepEqual(
      [received().text, received().metadata.location],
      ['', { latitude: 52.3791, longitude: 4.9003, name: 'Pier 7', address: 'De Ruijterkade 7, Amsterdam' }],
    )
    assert.equal(await page.getByRole('button', { name: 'Remove the location' }).count(), 0)
  })

  it('is where the browser is, when the teammate asks it, and text where the channel has no locations', async () => {
    await capable([])
    await open()
    await dialog().getByRole('button', { name: 'Use where I am' }).click()
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('dialog input')?.value === '51.5007, -0.1246',
    )
    await dialog().getByRole('button', { name: 'Add to the message' }).click()
    await field().fill('Here')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await log().getByText('The channel shows this no other way, so the customer gets it as text:').waitFor()
    await fixture.channel.server.until(() => received().text.startsWith('Here'))
    assert.equal(
      received().text,
      'Here\n\nhttps://www.openstreetmap.org/?mlat=51.5007&mlon=-0.1246#map=17/51.5007/-0.1246',
    )
    await shot('fallback-1440-light')
  })

  it('comes back into the draft when it is undone', async () => {
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 60 } })
    await open()
    await dialog().getByLabel('Coordinates or a link of a map').fill('48,8584 2,2945')
    await dialog().getByLabel('Name').fill('Tour Eiffel')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await log().getByRole('group', { name: 'Location: Tour Eiffel' }).waitFor()
    await log().getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Remove the location' }).waitFor()
    await page.getByRole('button', { name: 'Remove the location' }).click()
    await card('Tour Eiffel').waitFor({ state: 'detached' })
  })

  it('loads nothing from elsewhere, and complains of nothing', () => {
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(fixture.origin)),
      [],
    )
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
