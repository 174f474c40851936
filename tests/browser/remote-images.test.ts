import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.end(png)
})

let fixture: BrowserFixture
let page: Page
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const imageAddresses = {
    http: true,
    loopback: true,
    private: false,
    anyPort: true,
    ownOrigin: () => 'http://hub.example',
  }
  fixture = await openBrowserFixture({}, { imageAddresses })
  for (const name of ['first', 'second']) {
    const body = `<h1>Sale</h1><p><img src="${origin}/${name}.png" width="120" height="40" alt="A lamp"></p><img src="${origin}/pixel.gif" width="1" height="1">`
    await fixture.receive({ body, conversation: 'ann', handle: 'ann', name: 'Ann' })
  }
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('link').first().click()
})
after(async () => {
  await fixture.close()
  server.close()
})

const frames = () => page.locator('iframe[data-colours]')
const image = (at: number) => page.frameLocator('iframe').nth(at).locator('img')
const ask = () => page.getByRole('button', { name: 'Show remote images' })
const isLoaded = async (at: number) => {
  await image(at).waitFor()
  return image(at).evaluate((hTMLImageElement: HTMLImageElement) =>
    hTMLImageElement.decode().then(() => hTMLImageElement.naturalWidth > 0),
  )
}

it('nothing is fetched before the reader asks; the words of an image stand in its place', async () => {
  await frames().nth(1).waitFor()
  await ask().first().waitFor()
  assert.equal(await ask().count(), 2)
  assert.equal(await page.frameLocator('iframe').first().getByText('A lamp').count(), 1)
  assert.deepEqual(asked, [])
})

it('once asked, the images of the whole conversation come through the hub, also after a reload', async () => {
  await ask().first().click()
  assert.ok((await isLoaded(0)) && (await isLoaded(1)))
  assert.equal(await ask().count(), 0)
  assert.deepEqual(asked.toSorted(), ['/first.png', '/second.png'])
  await page.reload()
  assert.ok(await isLoaded(0))
  assert.deepEqual(fixture.consoleErrors, [])
})

it('an inbox without remote images says so, and one that always shows them asks nothing', async () => {
  const choose = async (name: string) => {
    await page.goto(`${fixture.hub.url}/app/settings/inboxes/${fixture.hub.inbox}`)
    await page.getByRole('group', { name: 'Remote images in HTML messages' }).getByLabel(name).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    await page.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
    await page.getByRole('feed').getByRole('link').first().click()
    await frames().first().waitFor()
  }
  await choose('Never')
  await page.getByText('This inbox shows no remote images').first().waitFor()
  assert.equal(await image(0).count(), 0)
  await page.evaluate(() => localStorage.clear())
  await choose('Always')
  assert.ok(await isLoaded(0))
})
