import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Page } from 'playwright-core'
import { answer } from '../harness/channel-server.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let mine: Page
let sams: Page
before(async () => {
  fixture = await openBrowserFixture({ settings: { undo_send_time: 30 } })
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  const sam = { email: 'sam@acme.example', password: 'correct horse battery' }
  const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
  await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, {
    ...sam,
    firstName: 'Sam',
    lastName: 'Oak',
    isAdmin: true,
  })
  mine = await fixture.open('/')
  sams = await fixture.open('/', {}, sam)
  for (const page of [mine, sams]) await page.getByRole('feed').getByRole('link').click()
})
after(() => fixture.close())

const composer = (page: Page) => page.getByRole('textbox', { name: /^Answer to/ })
const bubble = (page: Page, text: string) => page.getByRole('log').getByRole('article').filter({ hasText: text })
const sendReply = async (page: Page, text: string) => {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}
const texts = async () => {
  const { body } = await fixture.hub.call('GET', `/conversations/${mine.url().split('/').at(-1)}/messages`)
  return body._results.map(({ text }: { text: string }) => text)
}

describe('two teammates in one conversation', { timeout: 60_000 }, () => {
  it('do not confirm the question “Sam replied while you were writing” with the Enter that opened it', async () => {
    await composer(mine).fill('My own answer')
    await sendReply(sams, 'Answered already')
    await bubble(mine, 'Answered already').waitFor()
    for (const key of ['Enter', 'Enter', 'Control+Enter', 'Control+Shift+Enter']) await composer(mine).press(key)
    await mine.getByText('Sam Oak answered while you were writing').waitFor()
    assert.equal(await composer(mine).inputValue(), 'My own answer')
    assert.ok(!(await texts()).includes('My own answer'))
    await mine.getByRole('button', { name: 'Keep writing' }).click()
    await composer(mine).press('Enter')
    await composer(mine).press('Enter')
    assert.equal(await composer(mine).inputValue(), 'My own answer')
    await mine.getByRole('button', { name: 'Send anyway' }).click()
    await bubble(mine, 'My own answer').waitFor()
    assert.equal(await composer(mine).inputValue(), '')
  })

  it('can each undo their own messages, and not those of the other', async () => {
    await bubble(sams, 'My own answer').waitFor()
    await sams.getByRole('button', { name: 'Dismiss' }).click()
    await sendReply(sams, "Sam's to undo")
    const state = bubble(mine, "Sam's to undo")
    await state.getByText(/^Sending in/).waitFor()
    assert.equal(await state.getByRole('button', { name: 'Undo' }).count(), 0)
    await bubble(sams, "Sam's to undo").getByRole('button', { name: 'Undo' }).click()
    await state.getByText('Cancelled').waitFor()
    assert.equal(await composer(mine).inputValue(), '')
    assert.equal(await composer(sams).inputValue(), "Sam's to undo")
    // the notice goes with what it offered
    await sams.getByText('Undone').waitFor()
    assert.equal(await sams.getByRole('region', { name: 'Notices' }).getByText('Sending…').count(), 0)
  })

  it('asks before sending also after a visit elsewhere or a reload, until the newer reply is undone', async () => {
    const url = mine.url()
    await composer(sams).fill('')
    await fixture.receive({ body: 'Hello too', conversation: 'eva', handle: 'eva', name: 'Eva' })
    await composer(mine).fill('Begun before')
    await mine.getByText('Draft saved').waitFor()
    const row = (name: RegExp) => mine.getByRole('feed').getByRole('article', { name }).getByRole('link')
    await row(/Eva/).click()
    await mine.waitForURL((now) => now.href !== url)
    await sendReply(sams, 'Answered meanwhile')
    await bubble(sams, 'Answered meanwhile').getByRole('button', { name: 'Undo' }).waitFor()
    await row(/Ivo/).click()
    for (const reload of [false, true]) {
      if (reload) await mine.reload()
      await bubble(mine, 'Answered meanwhile').waitFor()
      await composer(mine).press('Enter')
      await mine.getByText('Sam Oak answered while you were writing').waitFor()
    }
    await bubble(sams, 'Answered meanwhile').getByRole('button', { name: 'Undo' }).click()
    await mine.getByText('Sam Oak answered while you were writing').waitFor({ state: 'detached' })
    assert.ok(!(await texts()).includes('Begun before'))
    await mine.getByRole('button', { name: 'Send', exact: true }).click()
    await bubble(mine, 'Begun before').waitFor()
  })

  it('show the author who cancelled their message, and put its text into nobody’s composer', async () => {
    fixture.channel.server.behave = (_, response) => answer(response, 429, {})
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 0 } })
    await composer(sams).fill('')
    await sendReply(sams, 'Held up')
    await bubble(mine, 'Held up').getByRole('button', { name: 'Cancel' }).click()
    await sams.getByRole('log').getByText('Cancelled by Ada Acme: this was not sent').waitFor()
    for (const page of [mine, sams]) assert.equal(await composer(page).inputValue(), '')
  })
})
