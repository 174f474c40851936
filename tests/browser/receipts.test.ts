import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
let conversation: string
const ids: string[] = []
before(async () => {
  fixture = await openBrowserFixture({ type: { name: 'Chat', capabilities: ['receipts'] } })
  await fixture.receive({ body: 'Hello', conversation: 'Ivo', handle: 'Ivo', name: 'Ivo' })
  const [known] = (await fixture.hub.call('GET', '/conversations')).body._results
  conversation = known.id
  page = await fixture.open(`/conversations/${conversation}`)
  for (const text of ['One', 'Two', 'Three']) {
    const { body } = await fixture.hub.call('POST', `/conversations/${conversation}/messages`, {
      ...{ body: text, options: { archive: false } },
    })
    ids.push((await fixture.hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body.id)
    await state(text).getByText('Sent').waitFor()
  }
})
after(() => fixture.close())

const card = (text: string) => page.getByRole('log').getByRole('article').filter({ hasText: text })
const state = (text: string) => card(text).getByRole('button')
const report = async (index: number, status: object) => {
  const { channel, hub } = fixture
  const path = `/channels/${channel.id}/conversations/Ivo/messages/ext-${ids[index]}/status`
  const answer = await hub.call('PUT', path, status, { token: channel.token() })
  assert.equal(answer.status, 204, answer.text)
}
const opacity = (text: string) =>
  state(text).evaluate((button) => getComputedStyle(button.parentElement as HTMLElement).opacity)

describe('the receipts of a message', { timeout: 90_000 }, () => {
  it('say Delivered, then Read, with the time, as they are reported', async () => {
    await report(0, { status: 'delivered' })
    await state('One')
      .getByText(/^Delivered \d/)
      .waitFor()
    await report(0, { status: 'read' })
    await state('One')
      .getByText(/^Read \d/)
      .waitFor()
    await state('Two').getByText('Sent').waitFor()
  })

  it('stand at the last message of each state, and at older ones when they are pointed at', async () => {
    await report(2, { status: 'delivered', and_earlier: true })
    await state('Three')
      .getByText(/^Delivered \d/)
      .waitFor()
    await state('Two')
      .getByText(/^Delivered \d/)
      .waitFor()
    await page.mouse.move(0, 0)
    assert.deepEqual([await opacity('One'), await opacity('Two'), await opacity('Three')], ['1', '0', '1'])
    await report(1, { status: 'read', and_earlier: true })
    await state('Two')
      .getByText(/^Read \d/)
      .waitFor()
    assert.deepEqual([await opacity('One'), await opacity('Two'), await opacity('Three')], ['0', '1', '1'])
    await card('One').hover()
    assert.equal(await opacity('One'), '1')
    await page.mouse.move(0, 0)
    await state('One').focus()
    assert.equal(await opacity('One'), '1')
  })

  it('are in the delivery of the message, with both times', async () => {
    await state('One').press('Enter')
    const popup = page.getByRole('dialog')
    await popup.getByText(/^Delivered \d/).waitFor()
    await popup.getByText(/^Read \d/).waitFor()
    assert.deepEqual(await findings(page), [])
    await page.keyboard.press('Escape')
  })

  it('log no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
