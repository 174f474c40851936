import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { answer, succeed } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({ type: { capabilities: ['edits', 'deletions'] } })
  await fixture.receive({ body: 'Where is my parcel?', externalId: 'in-1', name: 'Ivo' })
  page = await fixture.open('/')
  await row().getByRole('link').click()
  await log().getByText('Where is my parcel?').waitFor()
})
after(() => fixture?.close())
beforeEach(() => {
  fixture.channel.server.behave = succeed
})

const row = () => page.getByRole('feed').getByRole('article', { name: /Ivo/ })
const log = () => page.getByRole('log')
const bubble = (text: string) => log().getByRole('article').filter({ hasText: text })
const composer = () => page.getByRole('textbox', { name: /^Answer to/ })
const field = () => page.getByRole('textbox', { name: 'The message as it is to be' })

async function reply(text: string): Promise<void> {
  await composer().fill(text)
  await composer().press('Enter')
  await bubble(text).getByText('Sent', { exact: true }).waitFor()
}

async function choose(text: string, item: string): Promise<void> {
  await bubble(text).getByRole('button', { name: 'More about this message' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function report(method: 'PATCH' | 'DELETE', externalId: string, body: object): Promise<void> {
  const { channel, hub } = fixture
  const path = `/channels/${channel.id}/conversations/thread-1/messages/${externalId}`
  assert.equal((await hub.call(method, path, body, { token: channel.token() })).status, 204)
}

describe('an edit of a sent message', { timeout: 90_000 }, () => {
  it('is made in its place with the keyboard, and shows what was said before', async () => {
    await reply('It arrives on Monday')
    await choose('It arrives on Monday', 'Edit')
    await field().fill('It arrives on Tuesday')
    await field().press('Enter')
    const edited = bubble('It arrives on Tuesday')
    await edited.getByRole('button', { name: /^Edited/ }).waitFor()
    assert.ok(await composer().evaluate((element) => element === document.activeElement))
    await edited.getByRole('button', { name: /^Edited/ }).click()
    await edited
      .getByRole('list', { name: 'What it said, and who wrote it' })
      .getByText('It arrives on Monday')
      .waitFor()
    await row().getByText('It arrives on Tuesday').waitFor()
  })

  it('begins with the arrow up in an empty composer, ends with Escape, and can be taken up again', async () => {
    await reply('Last words')
    await composer().press('ArrowUp')
    await field().fill('Other words')
    await page.reload()
    assert.equal(await field().inputValue(), 'Other words')
    await field().press('Escape')
    await bubble('Last words').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    assert.equal(await field().inputValue(), 'Other words')
    await field().press('Escape')
    await field().waitFor({ state: 'detached' })
  })

  it('that the channel refuses shows its words, and what the customer has', async () => {
    await reply('It costs 10')
    fixture.channel.server.behave = (_, response) =>
      answer(response, 400, { type: 'bad_request', message: 'Too old to edit.' })
    await choose('It costs 10', 'Edit')
    await field().fill('It costs 12')
    await field().press('Control+Enter')
    const refused = bubble('It costs 10')
    await refused.getByText('The edit was not taken: “Too old to edit.”').waitFor()
    await refused.getByText('It costs 12').waitFor()
    await refused.getByRole('button', { name: 'Discard' }).click()
    await refused.getByText('It costs 12').waitFor({ state: 'detached' })
  })

  it('tells the second of two teammates', async () => {
    await reply('Version one')
    await choose('Version one', 'Edit')
    await field().fill('Mine')
    const { body } = await fixture.hub.call('GET', '/events?q[types][]=out_reply&limit=1')
    const { id } = body._results[0].target.data
    assert.equal((await fixture.hub.call('PATCH', `/messages/${id}`, { body: 'Theirs' })).status, 200)
    await field().press('Enter')
    await page.getByText(/^Somebody else has edited this message meanwhile. It says now: “Theirs”/).waitFor()
    assert.equal(await field().inputValue(), 'Mine')
    await field().press('Enter')
    await bubble('Mine')
      .getByRole('button', { name: /^Edited/ })
      .waitFor()
  })

  it('of the customer is shown at once', async () => {
    await report('PATCH', 'in-1', { body: 'Where are my parcels?' })
    await bubble('Where are my parcels?')
      .getByRole('button', { name: /^Edited/ })
      .waitFor()
  })
})

describe('the removal of a message', { timeout: 90_000 }, () => {
  it('is asked about, and leaves a note', async () => {
    await reply('The code is 1234')
    await choose('The code is 1234', 'Remove for the customer…')
    await page.getByRole('button', { name: 'Remove message' }).click()
    await log().getByText('You removed this message').waitFor()
    assert.equal(await log().getByText('The code is 1234').count(), 0)
    await row().getByText('Message removed').waitFor()
  })

  it('that the channel refuses leaves it, and says why', async () => {
    await reply('The code is 5678')
    fixture.channel.server.behave = (_, response) =>
      answer(response, 403, { type: 'forbidden', message: 'Only within an hour.' })
    await choose('The code is 5678', 'Remove for the customer…')
    await page.getByRole('button', { name: 'Remove message' }).click()
    const kept = bubble('The code is 5678')
    await kept.getByText('It was not removed: “Only within an hour.”').waitFor()
    await kept.getByRole('button', { name: 'Keep the message' }).click()
    await kept.getByText('It was not removed').waitFor({ state: 'detached' })
  })

  it('by the customer leaves a note too, also where it is quoted', async () => {
    const { channel, hub } = fixture
    const quoting = {
      sender: { handle: 'ivo', name: 'Ivo' },
      body: 'I mean this',
      metadata: { external_id: 're-1', external_conversation_id: 'thread-1', referenced_message_external_id: 'in-1' },
    }
    const { status } = await hub.call('POST', `/channels/${channel.id}/inbound_messages`, quoting, {
      token: channel.token(),
    })
    assert.equal(status, 202)
    await bubble('I mean this').getByText('Where are my parcels?').waitFor()
    await report('DELETE', 'in-1', {})
    await log().getByText('Ivo removed this message').waitFor()
    await bubble('I mean this').getByText('Message removed').waitFor()
  })

  it('complains of nothing on the console', () => {
    assert.deepEqual(
      fixture.consoleErrors.filter((text) => !/409/.test(text)),
      [],
    )
  })
})
