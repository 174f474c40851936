import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
let source: string
before(async () => {
  fixture = await openBrowserFixture()
  source = await push({ id: 'source', body: 'Where is my parcel?' })
  for (let n = 0; n < 120; n++) await push({ id: `filler-${n}`, body: `Line ${n}` })
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('article', { name: /Ivo/ }).getByRole('link').click()
  await page.getByRole('log').getByText('Line 119').waitFor()
})
after(() => fixture.close())

async function push({ id, body, answers }: { id: string; body: string; answers?: string }): Promise<string> {
  const { channel, hub } = fixture
  const metadata = {
    external_id: id,
    external_conversation_id: 'thread-1',
    ...(answers && { referenced_message_external_id: answers }),
  }
  const message = { sender: { handle: 'ivo', name: 'Ivo' }, body, metadata }
  const answer = await hub.call('POST', `/channels/${channel.id}/inbound_messages`, message, { token: channel.token() })
  assert.equal(answer.status, 202, answer.text)
  return (await hub.call('GET', `/messages/alt:uid:${answer.body.message_uid}`)).body.id
}

const log = () => page.getByRole('log')

describe('a quoted reply', { timeout: 90_000 }, () => {
  it('leads to the message that it answers, also where that is not loaded yet', async () => {
    await push({ id: 'reply', body: 'I mean this one', answers: 'source' })
    await log().getByRole('button', { name: 'Answers a message of Ivo. Go to it: Where is my parcel?' }).click()
    await page.waitForFunction((id) => document.activeElement?.id === id, source)
    assert.ok(await log().locator(`#${source}`).isVisible())
  })

  it('shows that the original is missing, and shows it as soon as it arrives', async () => {
    await page.getByRole('button', { name: 'Jump to the newest' }).click()
    await push({ id: 'early', body: 'See above', answers: 'late' })
    await log().getByText('Answers a message that is not here').waitFor()
    await push({ id: 'late', body: 'Here I come' })
    await log().getByRole('button', { name: 'Answers a message of Ivo. Go to it: Here I come' }).waitFor()
  })
})

describe('a message that the customer saw', { timeout: 60_000 }, () => {
  it('shows the time', async () => {
    const { id } = (await fixture.hub.call('GET', '/conversations')).body._results[0]
    const { body } = await fixture.hub.call('POST', `/conversations/${id}/messages`, {
      body: 'On its way',
      options: { archive: false },
    })
    await log().getByText('On its way').last().waitFor()
    const token = fixture.channel.token()
    assert.equal(
      (await fixture.hub.call('POST', `/messages/alt:uid:${body.message_uid}/seen`, {}, { token })).status,
      204,
    )
    await log()
      .getByText(/^Read \d/)
      .waitFor()
  })
})

describe('a channel that says it is offline', { timeout: 60_000 }, () => {
  it('has a banner above the composer of its conversations, and admins have one above every page, until it is back', async () => {
    const say = async (status: string) => {
      const { channel, hub } = fixture
      const answer = await hub.call('PATCH', `/channels/${channel.id}`, { status }, { token: channel.token() })
      assert.equal(answer.status, 204)
    }
    const above = page.getByText('Test says it is offline. Answers are sent all the same, and may not arrive.')
    const everywhere = page.getByText('Test says it is offline.', { exact: true })
    await say('offline')
    await above.waitFor()
    await everywhere.waitFor()
    await say('ok')
    await above.waitFor({ state: 'detached' })
    await everywhere.waitFor({ state: 'detached' })
  })

  it('complains of nothing on the console', () => assert.deepEqual(fixture.consoleErrors, []))
})
