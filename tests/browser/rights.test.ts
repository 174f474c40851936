import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
})
after(() => fixture.close())

const row = (page: Page, name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
const write = (name: string, body = `Words of ${name}`) =>
  fixture.receive({ body, conversation: name, handle: name, name })

interface Person {
  id: string
  email: string
  password: string
}

let count = 0
async function makePerson(isAdmin = false): Promise<Person> {
  const [email, password] = [`ben${++count}@example.com`, 'correct horse battery']
  const actor = { companyId: fixture.hub.companyId, kind: 'system' as const, id: null }
  const names = { firstName: 'Ben', lastName: 'Example' }
  const id = await createTeammate(fixture.hub.db, fixture.hub.hub.bus, actor, { email, password, isAdmin, ...names })
  return { id: publicId('tea', fixture.hub.companyId, id), email, password }
}

/** Opens the inbox as a new teammate. */
async function openAs({ email, password }: Person, path = '/'): Promise<Page> {
  const page = await fixture.openSignedOut('/sign-in')
  const data = { email, password }
  const answer = await page
    .context()
    .request.post(`${fixture.hub.url}/sign_in`, { data, headers: { origin: fixture.hub.url } })
  assert.ok(answer.ok())
  await page.goto(`${fixture.hub.url}/app${path}`)
  await page.getByRole('feed').waitFor()
  return page
}

async function idOf(page: Page, name: string): Promise<string> {
  await row(page, name).getByRole('link').click()
  await page.getByRole('log').getByText(`Words of ${name}`).waitFor()
  return page.url().split('/').at(-1) ?? ''
}

const ask = async (method: string, path: string, body: object) => {
  const answer = await fixture.hub.call(method, path, body, { headers: { prefer: 'return=representation' } })
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status}`)
  return answer.body
}

describe('a long message', () => {
  it('is shown in full in the open thread at once, and shortened in the list', async () => {
    await write('Lea')
    const page = await openAs(await makePerson())
    await idOf(page, 'Lea')
    await write('Lea', `The beginning. ${'More of it. '.repeat(400)}`)
    await row(page, 'Lea').getByText('The beginning.').waitFor()
    await page.getByRole('log').getByText('The beginning.').waitFor()
    const text = await page.getByRole('log').locator('article').last().innerText()
    assert.ok(text.length > 4_000, `${text.length} characters`)
    await page.context().close()
  })
})

describe('an assignee who does not have the inbox of the conversation', () => {
  it('is named after the others with what it means, and gets the conversation without a reload', async () => {
    const [member, outsider] = [await makePerson(), await makePerson()]
    const { id: inbox } = await ask('POST', '/inboxes', { name: 'Legal', is_public: false, teammate_ids: [member.id] })
    await write('Pia')
    const page = await openAs(member)
    const id = await idOf(page, 'Pia')
    await ask('PATCH', `/conversations/${id}`, { inbox_id: inbox })
    await page.goto(`${fixture.hub.url}/app/inboxes/${inbox}/${id}`)
    await page.getByRole('log').getByText('Words of Pia').waitFor()
    const theirs = await openAs(outsider)
    await theirs.getByRole('link', { name: /Assigned to me/ }).click()
    await theirs.getByText('Nothing assigned to you').waitFor()

    const thread = page.getByRole('region', { name: 'Conversation with Pia' })
    await thread.getByRole('button', { name: 'Assign to' }).click()
    const options = page.getByRole('dialog').getByRole('option')
    const warning = 'does not have this inbox; gets access to this conversation'
    await options.filter({ hasText: warning }).first().waitFor()
    const names = await options.allInnerTexts()
    const warned = names.map((name) => name.includes(warning))
    assert.equal(warned[0], false)
    assert.deepEqual(warned.slice(0, -1), warned.slice(0, -1).toSorted(), names.join(', '))
    await page.getByRole('combobox').fill(outsider.email)
    await options.filter({ hasText: warning }).click()

    await row(theirs, 'Pia').getByRole('link').click()
    await theirs.getByRole('log').getByText('Words of Pia').waitFor()
    assert.equal(await theirs.getByRole('link', { name: /Legal/ }).count(), 0)
    await theirs.getByRole('textbox', { name: /^Answer to/ }).fill('I look into it')
    await theirs.keyboard.press('Enter')
    await theirs.getByRole('log').getByText('I look into it').waitFor()
    await page.getByRole('log').getByText('I look into it').waitFor()

    await theirs.goto(`${fixture.hub.url}/app/conversations/${id}`)
    await theirs.waitForURL(/\/assigned\/cnv_/)
    await theirs.getByRole('log').getByText('Words of Pia').waitFor()
    for (const each of [page, theirs]) await each.context().close()
  })
})

describe('a conversation that is no longer visible', () => {
  it('leaves the list and the open thread when it moves away, without naming its new inbox', async () => {
    await write('Mara')
    await write('Nils')
    const page = await openAs(await makePerson())
    const id = await idOf(page, 'Mara')
    const { id: secret } = await ask('POST', '/inboxes', { name: 'Lawyers', is_public: false })
    await ask('PATCH', `/conversations/${id}`, { inbox_id: secret })
    await row(page, 'Mara').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'This conversation is not here' }).waitFor()
    const shown = await page.content()
    assert.ok(!shown.includes('Words of Mara') && !shown.includes('Lawyers') && !shown.includes(secret))
    await row(page, 'Nils').waitFor()
    await page.context().close()
  })

  it('leaves with its inbox, also when it was only cached', async () => {
    const person = await makePerson()
    const { id: inbox } = await ask('POST', '/inboxes', {
      name: 'Partners',
      is_public: false,
      teammate_ids: [person.id],
    })
    await write('Olga')
    const listed = await fixture.hub.call('GET', '/conversations?limit=1')
    await ask('PATCH', `/conversations/${listed.body._results[0].id}`, { inbox_id: inbox })
    const page = await openAs(person, `/inboxes/${inbox}`)
    await idOf(page, 'Olga')
    await ask('DELETE', `/inboxes/${inbox}/teammates`, { teammate_ids: [person.id] })
    await page.getByRole('heading', { name: 'This conversation is not here' }).waitFor()
    await row(page, 'Olga').waitFor({ state: 'detached' })
    assert.ok(!(await page.content()).includes('Words of Olga'))
    await page.context().close()
  })
})

describe('a right that ends', () => {
  it('takes every tab to the sign-in when one signs out', async () => {
    const page = await openAs(await makePerson())
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.getByRole('feed').waitFor()
    await page.context().request.post(`${fixture.hub.url}/sign_out`, { headers: { origin: fixture.hub.url } })
    for (const tab of [page, second]) await tab.waitForURL(/\/app\/sign-in/)
    await page.context().close()
  })

  it('shows every tab as the teammate who signs in next, with nothing of the previous one', async () => {
    const [one, other] = [await makePerson(), await makePerson()]
    await ask('POST', '/inboxes', { name: 'Only for one', is_public: false, teammate_ids: [one.id] })
    const page = await openAs(one)
    await page.getByRole('link', { name: /Only for one/ }).waitFor()
    const data = { email: other.email, password: other.password }
    await page.context().request.post(`${fixture.hub.url}/sign_in`, { data, headers: { origin: fixture.hub.url } })
    await page.getByRole('link', { name: /Only for one/ }).waitFor({ state: 'detached' })
    await page.getByRole('feed').waitFor()
    assert.ok(!(await page.content()).includes('Only for one'))
    await page.context().close()
  })

  it('removes admin pages from the screen of a former admin', async () => {
    const person = await makePerson(true)
    await ask('POST', '/api_tokens', { name: 'Nightly export' })
    const page = await openAs(person)
    await page.goto(`${fixture.hub.url}/app/settings/api-tokens`)
    await page.getByText('Nightly export').waitFor()
    await ask('PATCH', `/teammates/${person.id}`, { is_admin: false })
    await page.getByText('Nightly export').waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('takes a blocked teammate to the sign-in, and leaves no earlier page in the history', async () => {
    const person = await makePerson()
    const page = await openAs(person)
    await ask('PATCH', `/teammates/${person.id}`, { is_blocked: true })
    await page.waitForURL(/\/app\/sign-in/)
    await page.goBack()
    await page.waitForURL(/\/app\/sign-in/)
    await page.context().close()
  })
})

describe('a reply whose response is lost while its conversation leaves the inboxes', { timeout: 60_000 }, () => {
  it('is reported as sent, and does not return to the composer', async () => {
    const closed = await ask('POST', '/inboxes', { name: 'Closed', is_public: false })
    await write('Max')
    const page = await openAs(await makePerson())
    const id = await idOf(page, 'Max')
    await page.route(
      '**/conversations/*/messages',
      async (route) => {
        if (route.request().method() !== 'POST') return route.fallback()
        await route.fetch()
        await ask('PATCH', `/conversations/${id}`, { inbox_id: closed.id })
        await route.abort('connectionreset')
        await page.unroute('**/conversations/*/messages')
      },
      { times: 5 },
    )
    await page.getByRole('textbox', { name: /^Answer to/ }).fill('On its way')
    await page.keyboard.press('Enter')
    await page.getByText('It was sent, but its conversation is in none of your inboxes any more.').waitFor()
    assert.equal(await page.getByText('This was not sent').count(), 0)
    await page.waitForFunction(() => !Object.values(localStorage).some((value) => value.includes('On its way')))
    const sent = fixture.channel.server.messages().filter(({ body }) => body.payload.text === 'On its way')
    assert.equal(sent.length, 1)
  })
})
