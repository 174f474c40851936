import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Locator, Page } from 'playwright-core'
import { addTestChannel } from '../harness/channel.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
const ids: string[] = []
const uids: string[] = []
before(async () => {
  fixture = await openBrowserFixture()
  const { server } = fixture.channel
  const second = await addTestChannel(fixture.hub, { server })
  ids.push(fixture.channel.id, second.id)
  uids.push(fixture.channel.typeUid, second.typeUid)
  await addTestChannel(fixture.hub, { server, type: { name: 'Another' } })
  page = await fixture.open('/')
})
after(() => fixture.close())

/** The visible text of each element. */
async function wordsOf(all: Locator, count: number): Promise<string[]> {
  await all.nth(count - 1).waitFor()
  return all.allInnerTexts()
}
const assertDifferent = (words: string[]) => assert.equal(new Set(words).size, words.length, words.join('\n'))

describe('an object with the name of another', () => {
  it('is distinguished in the list and the choices of channel types', async () => {
    for (const path of ['/settings/channel-types', '/settings/channels/new']) {
      await page.goto(`${fixture.hub.url}/app${path}`)
      const words = await wordsOf(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Test channel' }), 2)
      assertDifferent(words)
      for (const uid of uids)
        assert.ok(
          words.some((word) => word.includes(uid)),
          uid,
        )
      const other = await page.getByRole('main').getByRole('listitem').filter({ hasText: 'Another' }).innerText()
      assert.ok(!other.includes('app_'), other)
    }
  })

  it('is distinguished in the list of channels and in a new message', async () => {
    await page.goto(`${fixture.hub.url}/app/settings/channels`)
    const words = await wordsOf(page.getByRole('main').getByRole('link', { name: /^Test/ }), 2)
    assertDifferent(words)
    for (const id of ids)
      assert.ok(
        words.some((word) => word.includes(id)),
        id,
      )
    await page.goto(`${fixture.hub.url}/app/new`)
    await page.getByLabel('Send with').waitFor()
    assertDifferent(await page.getByLabel('Send with').locator('option:not([value=""])').allInnerTexts())
  })

  it('is distinguished among API tokens, also in the question before one is revoked', async () => {
    for (const _ of ['one', 'two']) await fixture.hub.call('POST', '/api_tokens', { name: 'Nightly report' })
    await page.goto(`${fixture.hub.url}/app/settings/api-tokens`)
    assertDifferent(await wordsOf(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Nightly' }), 2))
    const revokers = page.getByRole('button', { name: /^Revoke “Nightly report \(prt_/ })
    await revokers.nth(1).waitFor()
    await revokers.nth(1).click()
    await page.getByRole('heading', { name: /^Revoke “Nightly report \(prt_.+…\)”\?$/ }).waitFor()
  })

  it('is distinguished among inboxes and teammates', async () => {
    for (const _ of ['one', 'two']) await fixture.hub.call('POST', '/inboxes', { name: 'Sales' })
    await page.goto(`${fixture.hub.url}/app/settings/inboxes`)
    assertDifferent(await wordsOf(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Sales' }), 2))
    await page.goto(`${fixture.hub.url}/app/settings/channels/${fixture.channel.id}`)
    await page.getByLabel('Inbox', { exact: true }).waitFor()
    assertDifferent(await page.getByLabel('Inbox', { exact: true }).locator('option').allInnerTexts())
  })

  it('is distinguished where a teammate is chosen, changed, removed, or takes over conversations', async () => {
    const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
    for (const email of ['mia@acme.example', 'lind@acme.example', 'leaves@acme.example']) {
      const names = { firstName: 'Mia', lastName: 'Lind', isAdmin: false }
      await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, { ...names, email, password: 'long enough' })
    }
    await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
    const [conversation] = (await fixture.hub.call('GET', '/conversations')).body._results
    const assignee_id = 'alt:email:leaves@acme.example'
    await fixture.hub.call('PUT', `/conversations/${conversation.id}/assignee`, { assignee_id })

    await page.goto(`${fixture.hub.url}/app/settings/inboxes/new`)
    await page.getByRole('radio').nth(1).check()
    assertDifferent(await wordsOf(page.locator('label').filter({ hasText: 'Mia Lind' }), 3))

    await page.goto(`${fixture.hub.url}/app/settings/teammates`)
    const menu = page.getByRole('button', { name: 'Change Mia Lind (leaves@acme.example)', exact: true })
    await menu.click()
    await page.getByRole('menuitem', { name: 'Block' }).click()
    await page.getByRole('heading', { name: 'Block Mia Lind (leaves@acme.example)?' }).waitFor()
    await page.keyboard.press('Escape')
    await menu.click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('heading', { level: 1, name: 'Remove Mia Lind (leaves@acme.example)' }).waitFor()
    const heirs = page.getByLabel('Who gets the conversation').locator('option').filter({ hasText: 'Mia Lind' })
    await heirs.nth(1).waitFor({ state: 'attached' })
    assertDifferent(await heirs.allInnerTexts())
  })
})
