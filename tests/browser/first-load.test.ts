import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { firstLoad } from '../harness/first-load.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const mostBytes = 180_000

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Are you there?', conversation: 'ann', handle: 'ann', name: 'Ann' })
})
after(() => fixture.close())

it(`an inbox is shown by no more than ${mostBytes} bytes of scripts and styles, gzip -9`, async () => {
  const { files, bytes } = firstLoad()
  assert.ok(bytes <= mostBytes, `${bytes} bytes: ${files.join(', ')}`)

  // the page needs nothing else: later loads are blocked
  const page = await fixture.open('/settings/channels')
  await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor()
  const loaded: string[] = []
  await page.route('**/app/assets/**', (route) => {
    const path = new URL(route.request().url()).pathname.replace('/app/', '')
    if (!files.includes(path)) return
    loaded.push(path)
    return route.continue()
  })
  await page.goto(`${fixture.origin}/app/inboxes/${fixture.hub.inbox}`)
  await page.getByRole('feed').getByText('Are you there?').waitFor()
  assert.deepEqual(loaded.sort(), files.sort())
  await page.context().close()
})

it('a conversation is opened from its address and from the list', async () => {
  const page = await fixture.open(`/inboxes/${fixture.hub.inbox}`)
  await page.getByRole('feed').getByRole('link').click()
  await page.getByRole('log').getByText('Are you there?').waitFor()
  await page.reload()
  await page.getByRole('log').getByText('Are you there?').waitFor()
  await page.context().close()
  assert.deepEqual(fixture.consoleErrors, [])
})
