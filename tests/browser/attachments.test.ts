import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { fileOf, formOf, sendForm } from '../harness/files.ts'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
let png: Buffer
before(async () => {
  fixture = await openBrowserFixture({
    type: { attachments: { max_bytes: 2_000_000, media_types: ['image/*', 'application/pdf', 'audio/*'] } },
  })
  png = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#c8502d' } })
    .png()
    .toBuffer()
  await fixture.receive({ body: 'Can you send me the plan?', conversation: 'ann', handle: 'ann', name: 'Ann' })
  page = await fixture.open('/')
})
after(() => fixture.close())

const open = async (who: string, at = page) => {
  await at.goto(`${fixture.hub.url}/app/inboxes/${fixture.hub.inbox}`)
  await at
    .getByRole('feed')
    .getByRole('article', { name: new RegExp(who) })
    .getByRole('link')
    .click()
  await composer(at).waitFor()
}
beforeEach(() => open('Ann'))

const composer = (at = page) => at.getByRole('textbox', { name: /^Answer to/ })
const attached = (at = page) => at.getByRole('list', { name: 'Attached files' })
const send = () => page.getByRole('button', { name: 'Send', exact: true }).click()
const thread = (at = page) => at.getByRole('log')
const choose = (name: string, mimeType: string, buffer: Buffer) =>
  page.locator('form input[type="file"]').setInputFiles([{ name, mimeType, buffer }])

/** Simulates a paste or drop of a file, as browsers make it of one that is dragged in. */
const give = (where: Locator, type: 'paste' | 'drop', name: string) =>
  where.evaluate(
    (target, [kind, file, bytes]) => {
      const data = new DataTransfer()
      const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
      data.items.add(new File([content], file, { type: 'image/png' }))
      const init = { bubbles: true, cancelable: true }
      if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }))
      else
        for (const event of ['dragenter', 'dragover', 'drop'])
          target.dispatchEvent(new DragEvent(event, { ...init, dataTransfer: data }))
    },
    [type, name, png.toString('base64')] as const,
  )

const isDrawn = (image: Locator) =>
  image.evaluate((one: HTMLImageElement) => one.decode().then(() => [one.naturalWidth, one.naturalHeight]))

/** Removes what a test left. */
const clear = async () => {
  for (const button of await attached()
    .getByRole('button', { name: /^(?:Remove|Do not upload)/ })
    .all())
    await button.click()
}

describe('a file', () => {
  it('that is pasted, dropped on the thread or chosen is attached, with a picture of it, and goes with the answer', async () => {
    await composer().fill('Here is the plan')
    await give(composer(), 'paste', 'pasted.png')
    await attached().getByText('pasted.png').waitFor()
    await give(thread(), 'drop', 'dropped.png')
    await choose('plan.pdf', 'application/pdf', Buffer.from('%PDF-1.4 plan'))
    for (const name of ['pasted.png', 'dropped.png', 'plan.pdf'])
      await attached()
        .getByRole('button', { name: `Remove ${name}` })
        .waitFor()
    assert.deepEqual(await isDrawn(attached().locator('img').first()), [640, 427])
    await send()
    const pictures = thread().getByRole('button', { name: /^Look at/ })
    await pictures.nth(1).waitFor()
    await thread()
      .getByRole('link', { name: /^Download plan\.pdf\s*13 bytes/ })
      .waitFor()
    assert.deepEqual(await isDrawn(pictures.first().locator('img')), [640, 427])
    assert.equal(await attached().count(), 0)

    const { server } = fixture.channel
    await server.until(() => server.messages().length === 1)
    const files = server.messages()[0]?.body.payload.attachments as { url: string; filename: string }[]
    assert.deepEqual(
      files.map(({ filename }) => filename),
      ['pasted.png', 'dropped.png', 'plan.pdf'],
    )
    const answer = await fetch(files[0]?.url ?? '', { headers: { authorization: `Bearer ${fixture.channel.token()}` } })
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), png)
  })

  it('may go alone, and the list says its name where there are no words', async () => {
    await choose('label.pdf', 'application/pdf', Buffer.from('%PDF-1.4 label'))
    await attached().getByRole('button', { name: 'Remove label.pdf' }).waitFor()
    await send()
    await thread()
      .getByRole('link', { name: /^Download label\.pdf/ })
      .waitFor()
    await page.getByRole('feed').getByText('label.pdf').waitFor()
  })

  it('stays with the draft over a reload, and is there in a second tab', async () => {
    await choose('draft.png', 'image/png', png)
    await attached().getByRole('button', { name: 'Remove draft.png' }).waitFor()
    await page.getByText('Draft saved').waitFor()
    await page.reload()
    await attached().getByText('draft.png').waitFor()
    const second = await page.context().newPage()
    await open('Ann', second)
    await attached(second).getByText('draft.png').waitFor()
    await attached(second).getByRole('button', { name: 'Remove draft.png' }).click()
    await attached().waitFor({ state: 'detached' })
    await second.close()
  })

  it('that the channel does not take is refused with what it takes, before it is uploaded', async () => {
    let uploads = 0
    await page.route('**/attachments', (route) => {
      uploads++
      return route.continue()
    })
    await choose('page.html', 'text/html', Buffer.from('<script>alert(1)</script>'))
    await page
      .getByRole('alert')
      .getByText('“page.html” was not attached: this channel takes pictures, PDF, and audio')
      .waitFor()
    await choose('large.png', 'image/png', Buffer.alloc(2_000_001))
    await page.getByRole('alert').getByText('“large.png” was not attached').waitFor()
    assert.deepEqual([uploads, await attached().count()], [0, 0])
    await page.unroute('**/attachments')
  })
})

describe('an upload', () => {
  it('tells how far it is, and can be cancelled', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    await page.route('**/attachments', async (route) => {
      await gate
      await route.continue().catch(() => undefined)
    })
    await choose('first.png', 'image/png', png)
    await choose('second.png', 'image/png', png)
    await attached().getByRole('progressbar', { name: 'Upload of first.png' }).waitFor()
    await attached().getByRole('button', { name: 'Do not upload second.png' }).click()
    await attached().getByText('second.png').waitFor({ state: 'detached' })
    release()
    await attached().getByRole('button', { name: 'Remove first.png' }).waitFor()
    await page.unroute('**/attachments')
    await clear()
  })

  it('that broke off says that it waits, can be tried again, and is not lost in a reload meanwhile', async () => {
    await page.route('**/attachments', (route) => route.abort('connectionreset'))
    await choose('broken.png', 'image/png', png)
    await attached().getByText('Waits for the connection').waitFor()
    await page.reload()
    await attached().getByText('Waits for the connection').waitFor()
    await page.unroute('**/attachments')
    await attached().getByRole('button', { name: 'Upload broken.png again' }).click()
    await attached().getByRole('button', { name: 'Remove broken.png' }).waitFor()
    await clear()
  })

  it('that the hub refuses says why, and nothing is sent without it', async () => {
    const refusal = {
      _error: { status: 413, code: 'body_too_large', title: 'Too large', message: 'No room for this one.' },
    }
    await page.route('**/attachments', (route) => route.fulfill({ status: 413, json: refusal }))
    await choose('refused.png', 'image/png', png)
    await attached().getByText('No room for this one.').waitFor()
    await composer().fill('Not without it')
    await send()
    await page.getByRole('alert').getByText('A file was not uploaded, so nothing was sent.').waitFor()
    assert.equal(await thread().getByText('Not without it').count(), 0)
    await page.unroute('**/attachments')
    await clear()
    await composer().fill('')
  })
})

describe('files of a customer', () => {
  before(async () => {
    const wav = Buffer.concat([
      Buffer.from(
        'RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\x08\0\0',
        'latin1',
      ),
      Buffer.alloc(2048, 128),
    ])
    const photo = await sharp({ create: { width: 300, height: 500, channels: 3, background: '#2d50c8' } })
      .jpeg()
      .toBuffer()
    const files: [string, File][] = [
      ['attachments', fileOf('one.png', png, 'image/png')],
      ['attachments', fileOf('two.jpg', photo, 'image/jpeg')],
      ['attachments', fileOf('voice.wav', wav, 'audio/wav')],
      ['attachments', fileOf('trap.png', '<script>alert(1)</script>', 'image/png')],
      ['attachments', fileOf(`${'a long name of a file '.repeat(6)}.docx`, 'PK', 'application/octet-stream')],
    ]
    const form = formOf([
      ['sender[handle]', 'ben'],
      ['sender[name]', 'Ben'],
      ['body', 'My pictures'],
      ['metadata[external_id]', 'ben-1'],
      ['metadata[external_conversation_id]', 'ben'],
      ...files,
    ])
    const path = `/channels/${fixture.channel.id}/inbound_messages`
    const { status, text } = await sendForm(fixture.hub, path, `Bearer ${fixture.channel.token()}`, form)
    assert.equal(status, 202, text)
  })
  beforeEach(() => open('Ben'))

  it('are shown as what they are; what only says that it is a picture is a file', async () => {
    await thread().getByRole('button', { name: 'Look at two.jpg' }).waitFor()
    await thread()
      .getByRole('link', { name: /^Download trap\.png/ })
      .waitFor()
    const audio = thread().getByLabel('Audio: voice.wav')
    await page.waitForFunction(
      (one) => one instanceof HTMLAudioElement && one.duration > 0,
      await audio.elementHandle(),
    )
    await thread()
      .getByRole('link', { name: /^Download a long name/ })
      .waitFor()
  })

  it('are looked at with the keys; Escape gives the focus back', async () => {
    const first = thread().getByRole('button', { name: 'Look at one.png' })
    await first.focus()
    await page.keyboard.press('Enter')
    const viewer = page.getByRole('dialog', { name: 'Pictures' })
    assert.deepEqual(await isDrawn(viewer.getByRole('img', { name: 'one.png' })), [900, 600])
    await viewer.getByText('Picture 1 of 2').waitFor()
    await page.keyboard.press('ArrowRight')
    assert.deepEqual(await isDrawn(viewer.getByRole('img', { name: 'two.jpg' })), [300, 500])
    await page.keyboard.press('ArrowRight')
    await viewer.getByText('Picture 2 of 2').waitFor()
    await page.keyboard.press('ArrowLeft')
    await viewer.getByText('Picture 1 of 2').waitFor()
    assert.deepEqual(await findings(page), [])
    await page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'detached' })
    assert.ok(await first.evaluate((one) => one === document.activeElement))
  })

  it('that come with an HTML body stand where it names them, and once', async () => {
    const form = formOf([
      ['sender[handle]', 'cleo'],
      ['sender[name]', 'Cleo'],
      ['body', '<h1>Look</h1><p><img src="cid:lamp@acme" alt="A lamp"></p>'],
      ['metadata[external_id]', 'cleo-1'],
      ['metadata[external_conversation_id]', 'cleo'],
      ['attachments', fileOf('other.png', png, 'image/png')],
    ])
    const answer = await sendForm(
      fixture.hub,
      `/channels/${fixture.channel.id}/inbound_messages`,
      `Bearer ${fixture.channel.token()}`,
      form,
    )
    assert.equal(answer.status, 202, answer.text)
    await fixture.hub.db.query(
      'test_cid',
      `update attachments set is_inline = true, cid = 'lamp@acme' where filename = 'other.png'`,
      [],
    )
    await open('Cleo')
    const image = page.frameLocator('iframe').locator('img')
    assert.deepEqual(await isDrawn(image), [900, 600])
    assert.equal(
      await thread()
        .getByRole('button', { name: /^Look at/ })
        .count(),
      0,
    )
  })

  it('pass the accessibility checks in the thread and in the composer', async () => {
    await thread().getByRole('button', { name: 'Look at one.png' }).waitFor()
    await choose('draft.png', 'image/png', png)
    await attached().getByRole('button', { name: 'Remove draft.png' }).waitFor()
    assert.deepEqual(await findings(page), [])
    await clear()
  })
})
