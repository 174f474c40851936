import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let conversation: string
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Where is my parcel?', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  conversation = (await fixture.hub.call('GET', '/conversations')).body._results[0].id
})
after(() => fixture?.close())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true })

async function addTeammate(firstName: string): Promise<string> {
  const { db, hub, companyId } = fixture.hub
  const actor = { companyId, kind: 'system' as const, id: null }
  const email = `${firstName.toLowerCase()}@acme.example`
  const names = { firstName, lastName: 'Lind', isAdmin: true }
  return publicId(
    'tea',
    companyId,
    await createTeammate(db, hub.bus, actor, { email, password: 'long enough', ...names }),
  )
}

describe('a teammate', () => {
  it('is removed by name, after a question who gets their conversations (46)', async () => {
    const [mia, sam] = [await addTeammate('Mia'), await addTeammate('Sam')]
    await fixture.hub.call('PATCH', `/conversations/${conversation}`, { assignee_id: mia })
    const page = await fixture.open('/settings/teammates')
    await button(page, 'Change Mia Lind').click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('heading', { level: 1, name: 'Remove Mia Lind' }).waitFor()
    await page.getByLabel('Who gets the conversation that is assigned to them?').selectOption('Sam Lind')
    await button(page, 'Remove Mia Lind').click()
    await page.getByText('Mia Lind was removed').waitFor()
    assert.equal(await button(page, 'Change Mia Lind').count(), 0)
    const { body } = await fixture.hub.call('GET', `/conversations/${conversation}`)
    assert.equal(body.assignee.id, sam)
    await page.context().close()
  })

  it('is blocked only after a question with the consequences', async () => {
    await addTeammate('Noor')
    const page = await fixture.open('/settings/teammates')
    await button(page, 'Change Noor Lind').click()
    await page.getByRole('menuitem', { name: 'Block' }).click()
    await page.getByText('Links and API tokens that they made end').waitFor()
    await inDialog(page, 'Block Noor Lind').click()
    await page.getByText('Noor Lind was signed out and cannot sign in any more').waitFor()
    assert.equal(await page.getByRole('button', { name: /^Undo/ }).count(), 0)
    await page.context().close()
  })
})

describe('an inbox', () => {
  it('is deleted by name, after a question where its contents go (46)', async () => {
    await fixture.hub.call('POST', '/inboxes', { name: 'Returns', is_public: true })
    const page = await fixture.open(`/settings/inboxes/${fixture.hub.inbox}`)
    await page.getByText('In it: 1 conversation, 1 channel.').waitFor()
    await page.getByLabel('Where they go').selectOption('Returns')
    await button(page, 'Delete “Support”').click()
    await page.getByText('Its conversations and channels move to “Returns”.').waitFor()
    await inDialog(page, 'Delete “Support”').click()
    await page.getByText('“Support” was deleted').waitFor()
    const { body } = await fixture.hub.call('GET', '/inboxes')
    assert.deepEqual(
      body._results.map(({ name }: { name: string }) => name),
      ['Returns'],
    )
    await page.goto(`${fixture.hub.url}/app/conversations/${conversation}`)
    await page.getByRole('heading', { name: 'Ivo' }).first().waitFor()
    await page.context().close()
  })
})

describe('a channel', () => {
  it('is deleted with the number of waiting messages, and the thread shows why they were not sent (46)', async () => {
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 60 } })
    await fixture.hub.call('POST', `/conversations/${conversation}/messages`, { body: 'It is on its way.' })
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}`)
    const { name } = (await fixture.hub.call('GET', `/channels/${fixture.channel.id}`)).body
    await button(page, `Delete “${name}”`).click()
    await page.getByText('1 message that waits to be sent is cancelled.').waitFor()
    await page.getByText('1 conversation can be read in “Returns” afterwards').waitFor()
    await inDialog(page, `Delete “${name}”`).click()
    await page.getByText(`“${name}” was deleted. Its conversations stay in “Returns”.`).waitFor()
    await page.goto(`${fixture.hub.url}/app/conversations/${conversation}`)
    await page.getByText('Where is my parcel?').first().waitFor()
    await page.getByText('Cancelled when the channel was deleted: this was not sent').first().waitFor()
    await page.context().close()
  })
})
