import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { aHub, connect, start } from '../../channels/sample/src/test-fixture.ts'
import { executablePath } from './browser.ts'

const shots = process.env.PORTICO_SHOTS

test('the customer’s page shows the pictures that it sent, and what is none by its name', async (t) => {
  assert.ok(executablePath, 'there is no Chromium')
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  t.after(() => browser.close())
  const hub = await aHub(t)
  const { url } = await start(t, { PORTICO_URL: hub.url })
  await connect(url)
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(url)
  await page.locator('#attach:enabled').waitFor()
  const buffer = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#c8502d' } })
    .png()
    .toBuffer()
  await page.locator('#files').setInputFiles([
    { name: 'parcel.png', mimeType: 'image/png', buffer },
    { name: 'label.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') },
  ])
  await page.locator('#text').fill('Here it is')
  await page.locator('#text').press('Enter')
  const screen = page.getByRole('log')
  await screen.getByText('In the inbox').waitFor()
  const picture = screen.getByRole('img', { name: 'parcel.png' })
  assert.deepEqual(await picture.evaluate((one: HTMLImageElement) => one.decode().then(() => one.naturalWidth)), 90)
  await screen.getByRole('link', { name: 'label.pdf' }).waitFor()
  if (shots) await page.screenshot({ path: `${shots}/sample-files.png` })
  assert.deepEqual(errors, [])
  await page.reload()
  await screen.getByText('parcel.png').waitFor()
  if (shots) await page.screenshot({ path: `${shots}/sample-files-after.png` })
})
