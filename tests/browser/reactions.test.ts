import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import type { Page } from 'playwright-core'
import { answer, succeed } from '../harness/channel-server.ts'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const noor = { email: 'noor@acme.example', password: 'correct horse battery' }

let fixture: BrowserFixture
let mine: Page
let noors: Page
before(async () => {
  fixture = await openBrowserFixture({ type: { capabilities: ['reactions'] } })
  const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
  await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, {
    ...noor,
    firstName: 'Noor',
    lastName: 'Ali',
    isAdmin: true,
  })
  await fixture.receive({ body: 'Where is my parcel?', externalId: 'm1', name: 'Ivo' })
  await fixture.receive({ body: 'It is late', externalId: 'm2', name: 'Ivo' })
  mine = await fixture.open('/')
  noors = await fixture.open('/', {}, noor)
  for (const page of [mine, noors]) {
    await page.getByRole('feed').getByRole('article').getByRole('link').click()
    await message(page, 'It is late').waitFor()
  }
})
after(() => fixture.close())

const message = (page: Page, text: string) => page.getByRole('log').getByRole('article').filter({ hasText: text })
const chip = (page: Page, text: string, name: string) => message(page, text).getByRole('button', { name, exact: true })
const picker = (page: Page) => page.getByRole('dialog', { name: 'Choose a reaction' })
const reactButton = (page: Page, text: string) => message(page, text).getByRole('button', { name: 'React' })
const report = async (externalId: string, body: object) => {
  const path = `/channels/${fixture.channel.id}/conversations/thread-1/messages/${externalId}/reactions`
  const { status } = await fixture.hub.call('PUT', path, body, { token: fixture.channel.token() })
  assert.equal(status, 204)
}
const sent = (): any[] =>
  fixture.channel.server.received.map(({ body }) => body).filter(({ type }) => type === 'reaction')

describe('reactions', { timeout: 120_000 }, () => {
  it('of the customer appear in every browser, with who it was', async () => {
    await report('m1', { sender: { handle: 'ivo', name: 'Ivo' }, emojis: ['❤️'] })
    for (const page of [mine, noors]) await chip(page, 'Where is my parcel?', '❤️ 1: Ivo').waitFor()
    await chip(mine, 'Where is my parcel?', '❤️ 1: Ivo').hover()
    assert.equal(await message(mine, 'Where is my parcel?').getByText('Ivo', { exact: true }).last().isVisible(), true)
  })

  it('of a teammate are chosen from the picker, by name, and reach the channel', async () => {
    await message(mine, 'It is late').hover()
    await reactButton(mine, 'It is late').click()
    await picker(mine).getByRole('searchbox').fill('rocket')
    await mine.keyboard.press('Enter')
    await chip(mine, 'It is late', '🚀 1: You').waitFor()
    await chip(noors, 'It is late', '🚀 1: Ada Acme').waitFor()
    await picker(mine).waitFor({ state: 'detached' })
    await fixture.channel.server.until(() => sent().at(-1)?.payload.emojis.join() === '🚀')
  })

  it('are chosen by keys alone', async () => {
    await noors.getByRole('log').focus()
    await noors.keyboard.press('+')
    await picker(noors).waitFor()
    await noors.keyboard.press('ArrowDown')
    await noors.keyboard.press('ArrowRight')
    await noors.keyboard.press('Enter')
    await chip(noors, 'It is late', '❤️ 1: You').waitFor()
    await chip(mine, 'It is late', '❤️ 1: Noor Ali').waitFor()
    await noors.keyboard.press('+')
    await picker(noors).waitFor()
    await noors.keyboard.press('Escape')
    await picker(noors).waitFor({ state: 'detached' })
  })

  it('are added and taken back by their chip', async () => {
    await chip(mine, 'It is late', '❤️ 1: Noor Ali').click()
    await chip(mine, 'It is late', '❤️ 2: Noor Ali, You').waitFor()
    await chip(noors, 'It is late', '❤️ 2: You, Ada Acme').waitFor()
    await chip(mine, 'It is late', '❤️ 2: Noor Ali, You').click()
    await chip(noors, 'It is late', '❤️ 1: You').waitFor()
    await chip(mine, 'It is late', '🚀 1: You').click()
    await message(noors, 'It is late').getByRole('button', { name: /^🚀/ }).waitFor({ state: 'detached' })
    await fixture.channel.server.until(() => sent().at(-1)?.payload.emojis.join() === '❤️')
  })

  it('thirty times in a second end as the last one', async () => {
    for (let n = 0; n < 15; n++) {
      await chip(mine, 'It is late', '❤️ 1: Noor Ali').click()
      await chip(mine, 'It is late', '❤️ 2: Noor Ali, You').click()
    }
    await chip(mine, 'It is late', '❤️ 1: Noor Ali').click()
    await chip(noors, 'It is late', '❤️ 2: You, Ada Acme').waitFor()
    await fixture.channel.server.until(() => sent().at(-1)?.payload.author.first_name === 'Ada')
    await chip(mine, 'It is late', '❤️ 2: Noor Ali, You').click()
    await chip(noors, 'It is late', '❤️ 1: You').waitFor()
  })

  it('wait on the device without a connection', async () => {
    await mine.context().setOffline(true)
    await mine.getByText('You are offline').waitFor()
    await chip(mine, 'Where is my parcel?', '❤️ 1: Ivo').click()
    await chip(mine, 'Where is my parcel?', '❤️ 2: Ivo, You').waitFor()
    await mine.context().setOffline(false)
    await chip(noors, 'Where is my parcel?', '❤️ 2: Ivo, Ada Acme').waitFor()
    fixture.consoleErrors.splice(0)
  })

  it('that the channel refuses say so, and are given up', async () => {
    fixture.channel.server.behave = (_, response) =>
      answer(response, 400, { type: 'bad_request', message: 'Too old for a reaction.' })
    await message(mine, 'It is late').hover()
    await reactButton(mine, 'It is late').click()
    await picker(mine).getByRole('group', { name: 'Frequent' }).getByRole('button', { name: 'Rocket' }).click()
    const words = 'The customer does not see the reaction: Too old for a reaction.'
    for (const page of [mine, noors]) await message(page, 'It is late').getByText(words).waitFor()
    fixture.channel.server.behave = succeed
    await message(mine, 'It is late').getByRole('button', { name: 'Discard' }).click()
    for (const page of [mine, noors]) {
      await message(page, 'It is late').getByText(words).waitFor({ state: 'detached' })
      await message(page, 'It is late').getByRole('button', { name: /^🚀/ }).waitFor({ state: 'detached' })
    }
  })

  it('have no accessibility violations, the picker included', async () => {
    await message(mine, 'It is late').hover()
    await reactButton(mine, 'It is late').click()
    await picker(mine).getByRole('searchbox').waitFor()
    assert.deepEqual(await findings(mine), [])
    await mine.keyboard.press('Escape')
  })

  it('are given by touch', async () => {
    const viewport = { width: 390, height: 844 }
    const phone = await fixture.open('/', { viewport, hasTouch: true, isMobile: true })
    await phone.getByRole('feed').getByRole('article').getByRole('link').tap()
    await reactButton(phone, 'It is late').tap()
    await picker(phone).getByRole('group', { name: 'Found' }).getByRole('button', { name: 'Rocket' }).tap()
    await chip(phone, 'It is late', '🚀 1: You').waitFor()
    await phone.context().close()
  })

  it('are only looked at once the type takes none any more', async () => {
    await fixture.hub.call('PATCH', `/channel_types/${fixture.channel.typeUid}`, { capabilities: [] })
    await reactButton(mine, 'It is late').waitFor({ state: 'detached' })
    await chip(mine, 'It is late', '❤️ 1: Noor Ali').click({ force: true })
    await chip(mine, 'It is late', '❤️ 1: Noor Ali').hover({ force: true })
    await message(mine, 'It is late').getByText('Noor Ali', { exact: true }).waitFor()
  })

  it('log no errors on the console', () => {
    assert.deepEqual(fixture.consoleErrors, [])
  })
})
