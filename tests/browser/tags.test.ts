import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let mine: Page
let other: Page
before(async () => {
  fixture = await openBrowserFixture()
  for (const name of ['Ivo', 'Eva']) {
    await fixture.receive({ body: `${name} asks`, conversation: name, handle: name, name })
  }
  mine = await fixture.open('/')
  other = await fixture.open('/')
})
after(() => fixture.close())

const row = (at: Page, name: string) => at.getByRole('feed').getByRole('article', { name: new RegExp(`^${name}`) })
const open = async (name: string) => {
  await row(mine, name).getByRole('link').click()
  await mine.getByRole('log').getByText(`${name} asks`).waitFor()
}
const panel = (at = mine) => at.getByRole('dialog', { name: 'Tags' })
const field = (at = mine) => panel(at).getByRole('combobox', { name: 'Tags' })
const tagged = (at: Page, name: string, tag: string) => row(at, name).getByText(tag, { exact: true })
const tagsOf = async (name: string) => {
  const { body } = await fixture.hub.call('GET', '/conversations')
  const found = body._results.find(({ recipient }: any) => recipient.name === name)
  return found.tags.map(({ name }: any) => name)
}

describe('tags in the app', { timeout: 90_000 }, () => {
  it('are made by their names and put on the open conversation by T, in every tab and with a line in the thread', async () => {
    await open('Ivo')
    await mine.getByRole('log').focus()
    await mine.keyboard.press('t')
    await panel().getByText('No tags yet. Type a name to make one.').waitFor()
    await field().fill('Late delivery')
    await panel().getByRole('option', { name: 'Make the tag “Late delivery”' }).waitFor()
    await mine.keyboard.press('Enter')
    await tagged(mine, 'Ivo', 'Late delivery').waitFor()
    await tagged(other, 'Ivo', 'Late delivery').waitFor()
    // it stays open for the next one
    assert.equal(await field().inputValue(), '')
    await field().fill('VIP')
    await mine.keyboard.press('Enter')
    await tagged(other, 'Ivo', 'VIP').waitFor()
    await mine.keyboard.press('Escape')
    await mine.getByRole('log').getByText('added the tag VIP', { exact: false }).first().waitFor()
    assert.deepEqual(await tagsOf('Ivo'), ['Late delivery', 'VIP'])
  })

  it('are taken away by the same choice, and put back by Undo', async () => {
    await mine.keyboard.press('t')
    await field().fill('vip')
    await panel().getByRole('option', { name: 'VIP' }).click()
    await mine.getByText('Removed the tag VIP').waitFor()
    await tagged(other, 'Ivo', 'VIP').waitFor({ state: 'detached' })
    await mine.keyboard.press('Escape')
    await mine.keyboard.press('z')
    await tagged(other, 'Ivo', 'VIP').waitFor()
    assert.deepEqual(await tagsOf('Ivo'), ['Late delivery', 'VIP'])
  })

  it('are put on all selected conversations that lack them', async () => {
    await mine.keyboard.press('Escape')
    for (const name of ['Ivo', 'Eva']) {
      await row(mine, name)
        .getByRole('button', { name: /^Select/ })
        .click()
    }
    await mine.getByText('2 selected').waitFor()
    await mine.getByRole('button', { name: 'Tag…' }).click()
    await field().fill('VIP')
    await mine.keyboard.press('Enter')
    await tagged(other, 'Eva', 'VIP').waitFor()
    await mine.keyboard.press('Escape')
    assert.deepEqual([await tagsOf('Ivo'), await tagsOf('Eva')], [['Late delivery', 'VIP'], ['VIP']])
    await mine.keyboard.press('Escape')
  })

  it('wait without a connection, and are sent when it is back', async () => {
    await open('Eva')
    await mine.context().setOffline(true)
    await mine.getByRole('log').focus()
    await mine.keyboard.press('t')
    await field().fill('Late')
    await mine.keyboard.press('Enter')
    await tagged(mine, 'Eva', 'Late delivery').waitFor()
    await mine.keyboard.press('Escape')
    assert.deepEqual(await tagsOf('Eva'), ['VIP'])
    await mine.context().setOffline(false)
    await tagged(other, 'Eva', 'Late delivery').waitFor()
    assert.deepEqual(await tagsOf('Eva'), ['Late delivery', 'VIP'])
  })

  it('follow a tag that is renamed, and leave with one that is deleted', async () => {
    const tags = (await fixture.hub.call('GET', '/tags')).body._results
    const id = (name: string) => tags.find((tag: any) => tag.name === name).id
    await fixture.hub.call('PATCH', `/tags/${id('VIP')}`, { name: 'Regular' })
    await tagged(other, 'Eva', 'Regular').waitFor()
    await fixture.hub.call('DELETE', `/tags/${id('Late delivery')}`)
    await tagged(other, 'Eva', 'Late delivery').waitFor({ state: 'detached' })
    await tagged(mine, 'Eva', 'Late delivery').waitFor({ state: 'detached' })
  })

  it('are changed by touch in the details', async () => {
    const phone = await fixture.open(`/inboxes/${fixture.hub.inbox}`, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    await row(phone, 'Ivo').getByRole('link').tap()
    await phone.getByRole('log').getByText('Ivo asks').waitFor()
    await phone.getByRole('button', { name: /^Details/ }).tap()
    await phone.getByRole('button', { name: 'Change', exact: true }).tap()
    await panel(phone).getByRole('option', { name: 'Regular' }).tap()
    await tagged(other, 'Ivo', 'Regular').waitFor({ state: 'detached' })
    await phone.context().close()
  })

  it('are created, changed and deleted in the settings, with how many conversations lose one', async () => {
    await mine.goto(`${fixture.origin}/app/settings/tags`)
    await mine.getByRole('link', { name: 'Create tag' }).click()
    await mine.getByRole('button', { name: 'Create tag' }).click()
    await mine.getByText('Give the tag a name.').first().waitFor()
    await mine.getByLabel('Name', { exact: true }).fill('Refund')
    await mine.getByLabel('Colour').selectOption('Light blue')
    await mine.getByLabel('Below the tag').selectOption('Regular')
    await mine.getByRole('button', { name: 'Create tag' }).click()
    const rows = mine.getByRole('list', { name: 'Tags' })
    await rows.getByText('Below Regular · Shown in lists').waitFor()
    await rows.getByRole('link', { name: /^Regular/ }).click()
    await mine.getByRole('heading', { name: 'Regular', level: 1 }).waitFor()
    // neither itself nor the one below it
    assert.deepEqual(await mine.getByLabel('Below the tag').locator('option').allInnerTexts(), [
      'None: a tag of its own',
    ])
    await mine.getByLabel('Name', { exact: true }).fill('refund')
    await mine.getByRole('button', { name: 'Save changes' }).click()
    await mine.getByText(/There is a tag of this name already/).waitFor()
    await mine.getByLabel('Name', { exact: true }).fill('Loyal')
    await mine.getByRole('button', { name: 'Save changes' }).click()
    await mine.getByRole('heading', { name: 'Loyal', level: 1 }).waitFor()
    await tagged(other, 'Eva', 'Loyal').waitFor()
    await mine.getByText('It goes from 1 conversation.', { exact: false }).first().waitFor()
    await mine.getByRole('button', { name: 'Delete Loyal' }).click()
    await mine.getByRole('dialog').getByRole('button', { name: 'Delete Loyal' }).click()
    await mine.getByText('The tag Loyal is deleted').waitFor()
    await tagged(other, 'Eva', 'Loyal').waitFor({ state: 'detached' })
    assert.equal(await rows.getByText('Below Regular').count(), 0)
    await rows.getByText('Refund').waitFor()
  })
})
