import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { SpawnedHub } from '../harness/spawned-hub.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
let who: string
let count = 0
before(async () => {
  fixture = await openBrowserFixture()
  page = await fixture.open('/')
  await page.context().route('**/attachments', (route) => onUpload(route))
})
after(() => fixture.close())

const rowOf = (name: string, at: Page) =>
  at
    .getByRole('feed')
    .getByRole('article', { name: new RegExp(`${name}\\b`) })
    .getByRole('link')
const open = async (name: string, at = page) => {
  await at.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
  await rowOf(name, at).click()
  await at.getByRole('textbox', { name: `Answer to ${name}` }).waitFor()
}
beforeEach(async () => {
  who = `Ann${++count}`
  await fixture.receive({ body: 'Where is the plan?', conversation: who, handle: who, name: who })
  await open(who)
})

const composer = (at = page) => at.getByRole('textbox', { name: /^Answer to/ })
const thread = (at = page) => at.getByRole('log')
const waiting = (at = page) => thread(at).getByRole('list', { name: 'Files that are not uploaded yet' })
const choose = (names: string[], at = page, bytes = Buffer.from('%PDF-1.4 plan')) =>
  at
    .locator('form input[type="file"]')
    .setInputFiles(names.map((name) => ({ name, mimeType: 'application/pdf', buffer: bytes })))
const reply = async (text: string, at = page) => {
  await composer(at).fill(text)
  await composer(at).press('Enter')
}
const received = () =>
  fixture.channel.server
    .messages()
    .filter(({ body }) => body.metadata?.external_conversation_id === who)
    .map(({ body }) => [
      body.payload.text,
      ...(body.payload.attachments as { filename: string }[]).map(({ filename }) => filename),
    ])
const until = (messages: number) => fixture.channel.server.until(() => received().length >= messages)
/** Handles the uploads of all tabs. One route stays for all tests: taken away while a page loads, it left requests of that page unanswered. */
let onUpload = (route: Route): Promise<void> => route.continue()
const noMore = () => {
  onUpload = (route) => route.continue()
}

/** Holds the uploads of all tabs until one of the two is called. Those after a refusal are refused as well, until `noMore`. */
function holdUploads(): { letGo: () => void; refuse: () => void } {
  let decide = (_isRefused: boolean) => {}
  const gate = new Promise<boolean>((resolve) => (decide = resolve))
  onUpload = async (route) => {
    const answer = (await gate) ? route.fulfill({ status: 413, json: refusal }) : route.continue()
    await answer.catch(() => undefined)
  }
  return {
    letGo() {
      decide(false)
      noMore()
    },
    refuse: () => decide(true),
  }
}

const refusal = {
  _error: { status: 413, code: 'body_too_large', title: 'Too large', message: 'No room for this one.' },
}

describe('a reply that is sent while its files are uploaded', { timeout: 120_000 }, () => {
  it('stands in the thread at once, and is sent once, before those that were written after it', async () => {
    const { letGo } = holdUploads()
    await choose(['first.pdf', 'second.pdf'])
    await reply('Here is the plan')
    await thread().getByText('Here is the plan', { exact: true }).waitFor()
    await waiting().getByText('first.pdf').waitFor()
    await thread().getByText('Uploading 2 files… Sent when that is done.').waitFor()
    assert.equal(await composer().inputValue(), '')
    await reply('And a word more')
    await rowOf(who, page).waitFor()
    await fixture.receive({ body: 'Me too', conversation: 'other', handle: 'other', name: 'Other' })
    await rowOf('Other', page).click()
    letGo()
    await until(2)
    assert.deepEqual(received(), [['Here is the plan', 'first.pdf', 'second.pdf'], ['And a word more']])
  })

  it('survives a reload, and is sent without its conversation being opened', async () => {
    const { letGo } = holdUploads()
    await choose(['plan.pdf'])
    await reply('Over a reload')
    await waiting().getByText('plan.pdf').waitFor()
    await page.reload()
    await waiting().getByText('plan.pdf').waitFor()
    await page.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
    letGo()
    await until(1)
    await page.reload()
    assert.deepEqual(received(), [['Over a reload', 'plan.pdf']])
  })

  it('is sent when the browser broke the upload off by itself, as on a reload', async () => {
    const { letGo } = holdUploads()
    await choose(['plan.pdf'])
    await reply('Broken off')
    await waiting().getByText('plan.pdf').waitFor()
    // after a reload the outbox uploads it, not the draft
    const isUploading = page.waitForRequest('**/attachments')
    await page.reload()
    await isUploading
    await page.evaluate(() => window.stop())
    await thread().getByText('Not sent yet: no connection. Trying again…').waitFor()
    letGo()
    await until(1)
    assert.deepEqual(received(), [['Broken off', 'plan.pdf']])
  })

  it('is sent once with two tabs, also when the one that it was sent in is closed', async () => {
    const second = await page.context().newPage()
    await open(who, second)
    const { letGo } = holdUploads()
    await choose(['plan.pdf'])
    await reply('From two tabs')
    await waiting(second).getByText('plan.pdf').waitFor()
    assert.equal(await second.getByRole('list', { name: 'Attached files' }).count(), 0)
    const url = page.url()
    const context = page.context()
    await page.close()
    letGo()
    await until(1)
    await thread(second)
      .getByRole('link', { name: /^Download plan\.pdf/ })
      .waitFor()
    page = await context.newPage()
    await page.goto(url)
    await thread()
      .getByRole('link', { name: /^Download plan\.pdf/ })
      .waitFor()
    await reply('The last one')
    await until(2)
    assert.deepEqual(received(), [['From two tabs', 'plan.pdf'], ['The last one']])
    await second.close()
  })

  it('waits without a connection, and says so', async () => {
    await page.context().setOffline(true)
    await choose(['plan.pdf'])
    await reply('Without a connection')
    await thread().getByText('Not sent yet: no connection. Trying again…').waitFor()
    await page.context().setOffline(false)
    await until(1)
    assert.deepEqual(received(), [['Without a connection', 'plan.pdf']])
  })

  it('goes on when the hub was stopped in the middle of the upload', async () => {
    const hub = await SpawnedHub.start(fixture.hub.db)
    try {
      await page.goto(`${hub.url}/app/inboxes/${fixture.hub.inbox}`)
      await page.getByLabel('E-mail address').fill(fixture.hub.admin.email)
      await page.getByRole('textbox', { name: 'Password' }).fill(fixture.hub.admin.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await rowOf(who, page).click()
      await composer().waitFor()
      const network = await page.context().newCDPSession(page)
      const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_000_000 }
      await network.send('Network.emulateNetworkConditions', slow)
      await choose(['large.pdf'], page, Buffer.alloc(8_000_000, 'large '))
      await reply('With a large file')
      await page.waitForFunction(() => {
        const bar = document.querySelector<HTMLProgressElement>('[role="log"] progress')
        return bar !== null && bar.value > 0.1 && bar.value < 1
      })
      await hub.kill()
      await thread().getByText('Not sent yet: no connection. Trying again…').waitFor()
      await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
      await hub.start()
      await until(1)
      assert.deepEqual(received(), [['With a large file', 'large.pdf']])
    } finally {
      await hub.kill()
    }
  })

  it('becomes a draft with its upload by Edit', async () => {
    const { letGo } = holdUploads()
    await choose(['plan.pdf'])
    await reply('Not yet')
    await thread().getByRole('button', { name: 'Edit' }).click()
    await waiting().waitFor({ state: 'detached' })
    assert.equal(await composer().inputValue(), 'Not yet')
    letGo()
    await page.getByRole('button', { name: 'Remove plan.pdf' }).waitFor()
    await composer().press('Enter')
    await until(1)
    assert.deepEqual(received(), [['Not yet', 'plan.pdf']])
  })
})

describe('a reply whose file cannot be uploaded', { timeout: 120_000 }, () => {
  it('says why, keeps later ones behind it, and is sent by a retry', async () => {
    const { refuse } = holdUploads()
    await choose(['plan.pdf'])
    await reply('With the plan')
    await reply('After it')
    refuse()
    await waiting().getByText('No room for this one.').waitFor()
    await page.reload()
    await waiting().getByText('No room for this one.').waitFor()
    await thread().getByText('Not sent: a file was not uploaded.').waitFor()
    await thread().getByText('Not sent yet: it waits for an answer above it').waitFor()
    assert.deepEqual(received(), [])
    noMore()
    await waiting().getByRole('button', { name: 'Upload plan.pdf again' }).click()
    await until(2)
    assert.deepEqual(received(), [['With the plan', 'plan.pdf'], ['After it']])
  })

  it('is sent without the file, from another tab as well', async () => {
    const { refuse } = holdUploads()
    await choose(['plan.pdf'])
    await reply('Without the plan')
    await waiting().waitFor()
    refuse()
    await waiting().getByText('No room for this one.').waitFor()
    await page.reload()
    await waiting().getByText('No room for this one.').waitFor()
    const second = await page.context().newPage()
    await open(who, second)
    await waiting(second).getByRole('button', { name: 'Send without plan.pdf' }).click()
    await until(1)
    noMore()
    assert.deepEqual(received(), [['Without the plan']])
    await second.close()
  })

  it('asks for the file again where the browser did not keep it, and keeps the words', async () => {
    const { letGo } = holdUploads()
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    })
    await choose(['plan.pdf'])
    await reply('Words that stay')
    await waiting().waitFor()
    await page.reload()
    await waiting().getByText('Not uploaded, and this browser does not have it any more').waitFor()
    await thread().getByText('Words that stay').waitFor()
    letGo()
    await waiting()
      .locator('input[type="file"]')
      .setInputFiles([{ name: 'again.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 again') }])
    await until(1)
    assert.deepEqual(received(), [['Words that stay', 'again.pdf']])
  })

  it('leaves its conversation where it was when it was to be archived', async () => {
    const { refuse } = holdUploads()
    await choose(['plan.pdf'])
    await composer().fill('And archive')
    await composer().press('Control+Shift+Enter')
    await rowOf(who, page).waitFor({ state: 'detached' })
    refuse()
    await page.getByText(/^Your answer to Ann\d+ is not sent: a file was not uploaded/).waitFor()
    await rowOf(who, page).waitFor()
    noMore()
  })
})
