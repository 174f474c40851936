import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { answer } from '../harness/channel-server.ts'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
const threads: Record<string, string> = {}
before(async () => {
  fixture = await openBrowserFixture()
  fixture.channel.server.behave = (_, response) =>
    answer(response, 400, { type: 'bad_request', message: 'number unreachable' })
  await fixture.receive({ body: 'مرحبا، أين طلبي؟', conversation: 'rtl', handle: 'm', name: 'محمد العلي' })
  await fixture.receive({
    body: '<p>Dear <b>team</b>, see <a href="https://example.com">this</a></p><ul><li>one</li></ul>',
    conversation: 'html',
    handle: 'a-very-long-handle-of-somebody@a-very-long-department.university.example',
    name: 'Dr. Anneliese von Hohenstein-Pfaffenhofen (Procurement, third floor, room 3.141)',
  })
  await fixture.receive({ body: 'Plain', conversation: 'plain', handle: 'p', name: 'Pat' })
  for (const { id, recipient } of (await fixture.hub.call('GET', '/conversations')).body._results) {
    threads[recipient.name] = id
  }
  await fixture.hub.call('POST', `/conversations/${threads.Pat}/messages`, { body: 'No', options: { archive: false } })
})
after(() => fixture.close())

const screens: { name: string; path: () => string; ready: (page: Page) => Promise<unknown> }[] = [
  { name: 'the list', path: () => `/inboxes/${fixture.hub.inbox}`, ready: (page) => page.getByRole('feed').waitFor() },
  {
    name: 'a thread with a failed message',
    path: () => `/inboxes/${fixture.hub.inbox}/${threads.Pat}`,
    ready: (page) => page.getByRole('button', { name: /^Failed/ }).waitFor(),
  },
  {
    name: 'a thread in Arabic',
    path: () => `/inboxes/${fixture.hub.inbox}/${threads['محمد العلي']}`,
    ready: (page) => page.getByRole('log').getByRole('article').waitFor(),
  },
  {
    name: 'a thread in HTML',
    path: () => `/conversations/${Object.entries(threads).find(([name]) => name.startsWith('Dr.'))?.[1]}`,
    ready: (page) => page.getByRole('log').getByRole('article').waitFor(),
  },
  { name: 'an empty view', path: () => '/archived', ready: (page) => page.getByText('Nothing archived').waitFor() },
  { name: 'a new message', path: () => '/new', ready: (page) => page.getByLabel('To').waitFor() },
  {
    name: 'a conversation that is not there',
    path: () => `/inboxes/${fixture.hub.inbox}/cnv_z`,
    ready: (page) => page.getByText('This conversation is not here').waitFor(),
  },
]

describe('WCAG 2.2 AA, as far as axe checks it', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      it(`holds on every page, ${colorScheme}, ${width} px`, async () => {
        const page = await fixture.open('/', { colorScheme, viewport: { width, height } })
        for (const { name, path, ready } of screens) {
          await page.goto(`${fixture.hub.url}/app${path()}`)
          await ready(page)
          assert.deepEqual(await findings(page), [], name)
        }
        await page.context().close()
      })
    }
  }

  it('holds with the command bar, the help, a menu and the assign panel open', async () => {
    const page = await fixture.open(`/inboxes/${fixture.hub.inbox}/${threads.Pat}`)
    await page.getByRole('button', { name: /^Failed/ }).waitFor()
    for (const key of ['Control+k', '?', 'a']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      assert.deepEqual(await findings(page), [], key)
      await page.keyboard.press('Escape')
      await page.locator('dialog').waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: /account and appearance/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    // popups are outside of landmarks by design
    const found = (await findings(page)).filter((finding) => !finding.startsWith('moderate region'))
    assert.deepEqual(found, [], 'the account menu')
    await page.context().close()
  })

  it('has nothing wider than a phone, nor than half a desktop at 200 % zoom', async () => {
    for (const width of [320, 390, 720]) {
      const page = await fixture.open(`/inboxes/${fixture.hub.inbox}/${threads.Pat}`, {
        viewport: { width, height: 700 },
      })
      await page.getByRole('button', { name: /^Failed/ }).waitFor()
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
      await page.context().close()
    }
  })
})
