import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import type { Locator, Page } from 'playwright-core'
import { addTestChannel } from '../harness/channel.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

/** Tests that the settings pages say the truth about what exists and what a deletion would remove. */
let fixture: BrowserFixture
/** Makes a private inbox without teammates: API tokens can read it, admins cannot. */
let closed: string
before(async () => {
  fixture = await openBrowserFixture()
  closed = (await call('POST', '/inboxes', { name: 'Closed', is_public: false })).id
})
after(() => fixture.close())

const button = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true })

async function call(method: string, path: string, body?: unknown) {
  const answer = await fixture.hub.call(method, path, body)
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer.body
}

async function addTeammate(firstName: string, isAdmin = false) {
  const { db, hub, companyId } = fixture.hub
  const actor = { companyId, kind: 'system' as const, id: null }
  const credentials = { email: `${firstName.toLowerCase()}@acme.example`, password: 'long enough' }
  const names = { firstName, lastName: 'Lind', isAdmin }
  const id = publicId('tea', companyId, await createTeammate(db, hub.bus, actor, { ...credentials, ...names }))
  return { id, ...credentials }
}

async function conversationOf(handle: string): Promise<string> {
  await fixture.receive({ body: 'Hello', conversation: handle, handle, name: handle })
  const { _results } = await call('GET', '/conversations')
  return _results.find(({ recipient }: { recipient: { handle: string } }) => recipient.handle === handle).id
}

describe('a channel that is to be deleted', () => {
  it('shows whether its server is notified, and counts its conversations in all inboxes', async () => {
    const other = await call('POST', '/inboxes', { name: 'Returns', is_public: true })
    const [here, there] = [await conversationOf('uma'), await conversationOf('kai')]
    await call('PATCH', `/conversations/${there}`, { inbox_id: other.id })
    await call('PATCH', `/channel_types/${fixture.channel.typeUid}`, { wants_delete: false })
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}`)
    await button(page, 'Delete “Test”').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('2 conversations can be read afterwards, but not answered: 1 is in another inbox').waitFor()
    await dialog.getByText('Its server is not notified, because its type does not ask for that.').waitFor()
    await button(page, 'Keep it').click()
    await call('PATCH', `/conversations/${here}`, { inbox_id: other.id })
    await call('PATCH', `/channel_types/${fixture.channel.typeUid}`, { wants_delete: true })
    await button(page, 'Delete “Test”').click()
    await dialog.getByText('2 conversations can be read afterwards').waitFor()
    await dialog.getByText('Its server is notified, if it responds within 11 minutes, and its tokens end.').waitFor()
    assert.equal(await page.getByText('It has no conversation').count(), 0)
    await page.context().close()
  })
})

describe('a channel type', () => {
  it('counts channels that its reader may not see, and is not offered for deletion while there are any', async () => {
    const channel = await addTestChannel({ ...fixture.hub, inbox: closed }, { type: { name: 'Hidden' } })
    const page = await fixture.open(`/settings/channel-types/${channel.typeUid}`)
    await page.getByText('1 channel of this type is in an inbox that you do not have.').waitFor()
    await page.getByText('“Hidden” cannot be deleted while a channel uses it.').waitFor()
    assert.equal(await button(page, 'Delete “Hidden”').count(), 0)
    assert.equal(await page.getByRole('radio', { name: /^A bearer token/ }).isDisabled(), true)
    await page.goto(`${fixture.origin}/app/settings/channel-types`)
    await page.getByRole('link', { name: /Hidden.* 1 channel/ }).waitFor()
    await call('DELETE', `/channels/${channel.id}`)
    await channel.server.stop()
    await page.reload()
    await page.getByRole('link', { name: /Hidden.* no channel/ }).click()
    await button(page, 'Delete “Hidden”').waitFor()
    assert.equal(await page.getByText('Nobody has added one yet').count(), 0)
    await page.context().close()
  })
})

describe('a channel whose server asked for a pause', () => {
  it('is not called working', async () => {
    const conversation = await conversationOf('pia')
    fixture.channel.server.behave = (_, response) =>
      void response.writeHead(429, { 'retry-after': '600', 'content-type': 'application/json' }).end('{}')
    await call('POST', `/conversations/${conversation}/messages`, { body: 'Hello' })
    await fixture.channel.server.until(() => fixture.channel.server.messages().length > 0)
    const isHeld = async () => (await call('GET', `/channels/${fixture.channel.id}`)).health.held_until !== null
    while (!(await isHeld())) await new Promise((resolve) => setImmediate(resolve))
    const page = await fixture.open(`/settings/channels/${fixture.channel.id}`)
    await page.getByText(/^Waits until /).waitFor()
    await page.getByText('Its server asked for a pause, so nothing is sent to it by itself').waitFor()
    assert.equal(await page.getByText('No trouble with its server is known').count(), 0)
    await page.context().close()
  })
})

describe('a channel that may have been added', () => {
  it('is not reported as not added', async () => {
    const page = await fixture.open(`/settings/channels/new/${fixture.channel.typeUid}`)
    for (const body of ['event: asking\ndata: {"channel_id": "cha_1", "server_url": "http://a.example"}\n\n', '']) {
      await page.route('**/inboxes/*/channels', (route) =>
        route.fulfill(body ? { contentType: 'text/event-stream', body } : { status: 503, json: {} }),
      )
      await button(page, 'Add channel').click()
      const summary = page.getByRole('alert').filter({ hasText: 'Nobody knows whether the channel was added' })
      await summary.getByText('What you typed is still here.', { exact: true }).waitFor()
      assert.equal(await page.getByText('The channel was not added').count(), 0)
      await page.unroute('**/inboxes/*/channels')
    }
    await page.context().close()
  })
})

describe('the secrets of a type', () => {
  it('that end with the new one are named before; a new one is active only after confirmation (47)', async () => {
    const { uid } = await call('POST', '/channel_types', { name: 'Turning', server_url: fixture.channel.server.url })
    const states = async () => {
      const { secrets } = await call('GET', `/channel_types/${uid}`)
      return secrets.map(({ state }: { state: string }) => state)
    }
    const page = await fixture.open(`/settings/channel-types/${uid}`)
    const ending = page.getByText('The previous secret, which is accepted still, ends at once.')
    for (const isEnding of [false, true]) {
      await button(page, 'Rotate secret').click()
      await button(page.getByRole('dialog'), 'Rotate secret').click()
      await page.getByText('Until then Portico signs with the current one.').waitFor()
      assert.deepEqual((await states()).slice(0, 2), ['new', 'current'])
      await button(page, 'I have stored it').click()
      await button(page, 'Sign with it now').click()
      await page.getByText('A server that checks signatures and does not know it yet').waitFor()
      assert.equal(await ending.count(), isEnding ? 1 : 0)
      await button(page, 'Sign with the new secret').click()
      await page.getByText('Portico signs with the new secret now').waitFor()
      await page.reload()
    }
    assert.deepEqual(await states(), ['current', 'previous'])
    await page.context().close()
  })
})

describe('a pending link', () => {
  it('is shown as an invitation or as a password link', async () => {
    await addTeammate('Noor')
    for (const email of ['noor@acme.example', 'new@acme.example']) await call('POST', '/invitations', { email })
    const page = await fixture.open('/settings/teammates')
    const waiting = page.getByRole('list', { name: 'Waiting for an answer' }).getByRole('listitem')
    await waiting.filter({ hasText: 'new@acme.example' }).getByText('Invitation · until').waitFor()
    await waiting.filter({ hasText: 'noor@acme.example' }).getByText('New password · until').waitFor()
    await button(page, 'Revoke the password link of noor@acme.example').click()
    await page.getByText('The link for noor@acme.example does not work any more').waitFor()
    await page.context().close()
  })

  it('is not offered to a blocked teammate', async () => {
    const { id } = await addTeammate('Bo')
    await call('PATCH', `/teammates/${id}`, { is_blocked: true })
    const page = await fixture.open('/settings/teammates/invite')
    await page.getByLabel('E-mail address').fill('bo@acme.example')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /teammate (?:and|who is) blocked/ }).waitFor()
    await page.context().close()
  })
})

describe('a teammate who is to be removed', () => {
  it('has trashed conversations that nobody gets, and they are counted', async () => {
    const { id } = await addTeammate('Mia')
    const [open, thrown] = [await conversationOf('ann'), await conversationOf('bob')]
    for (const path of [open, thrown]) await call('PATCH', `/conversations/${path}`, { assignee_id: id })
    await call('PATCH', `/conversations/${thrown}`, { status: 'spam' })
    const page = await fixture.open(`/settings/teammates/${id}/remove`)
    const heir = page.getByLabel('Who gets the 2 conversations that are assigned to them?')
    await heir.selectOption('Noor Lind')
    await page.getByText('1 of them is in the trash or in spam, which nobody gets.').waitFor()
    await button(page, 'Remove Mia Lind').click()
    await page.getByText('Mia Lind was removed').waitFor()
    assert.equal((await call('GET', `/conversations/${open}`)).assignee.email, 'noor@acme.example')
    assert.equal((await call('GET', `/conversations/${thrown}`)).assignee, null)
    await page.context().close()
  })
})

describe('a change of an admin’s own rights', () => {
  it('is confirmed with its consequences: a right that they cannot restore, a link that they open', async () => {
    const page = await fixture.open('/settings/teammates')
    await button(page, 'Change Ada Acme').click()
    await page.getByRole('menuitem', { name: 'Take admin rights away' }).click()
    await page.getByRole('heading', { name: 'Stop being an admin?' }).waitFor()
    await button(page, 'Cancel').click()
    await button(page, 'Change Ada Acme').click()
    await page.getByRole('menuitem', { name: 'New password…' }).click()
    await page.getByText('the old one and all your sessions end, this one, too.').waitFor()
    await button(page, 'Make link').click()
    await page.getByRole('heading', { name: 'Open this link' }).waitFor()
    await page.context().close()
  })
})

describe('the credential for a new channel', () => {
  it('has the label that its type gives it', async () => {
    const names = { api_key: 'API key', bearer: 'Token', basic: 'User name' }
    for (const [auth_type, label] of Object.entries(names)) {
      const type = await call('POST', '/channel_types', {
        name: auth_type,
        server_url: fixture.channel.server.url,
        auth_type,
      })
      const page = await fixture.open(`/settings/channels/new/${type.uid}`)
      await page.getByLabel(label, { exact: true }).waitFor()
      await page.context().close()
    }
  })
})

describe('a teammate without an inbox', () => {
  let own: BrowserFixture
  before(async () => {
    own = await openBrowserFixture()
  })
  after(() => own.close())

  it('does not read that there is no inbox or no channel', async () => {
    const member = { email: 'ben@acme.example', password: 'long enough' }
    const actor = { companyId: own.hub.companyId, kind: 'system' as const, id: null }
    await createTeammate(own.hub.db, own.hub.hub.bus, actor, { ...member, firstName: 'Ben', lastName: 'Lind' })
    await own.hub.call('PATCH', `/inboxes/${own.hub.inbox}`, { is_public: false })
    const page = await own.open('/settings/channels', {}, member)
    await page.getByText('No channel in your inboxes yet').waitFor()
    await page.goto(`${own.origin}/app/settings/inboxes`)
    await page.getByRole('heading', { name: 'You have no inbox yet' }).waitFor()
    await page.getByText('An admin can give you one.').waitFor()
    assert.equal(await page.getByText(/^(?:No|There is no) (?:channel|inbox) yet/).count(), 0)
    const admin = await own.open('/settings/channels/new')
    await admin.getByText('You have no inbox', { exact: true }).waitFor()
  })
})

describe('a failed load', () => {
  it('is not shown as an empty list', async () => {
    const page = await fixture.open('/settings/preferences')
    await page.route('**/channels', (route) =>
      route.request().resourceType() === 'fetch' ? route.fulfill({ status: 403, json: {} }) : route.fallback(),
    )
    await page.goto(`${fixture.origin}/app/settings/inboxes/${fixture.hub.inbox}`)
    await page.getByText('This did not load').first().waitFor()
    assert.equal(await page.getByText('No channel brings messages into this inbox yet').count(), 0)
    await page.goto(`${fixture.origin}/app/settings/inboxes`)
    await page.getByRole('link', { name: /Support.*Everybody/ }).waitFor()
    assert.equal(await page.getByText('no channel').count(), 0)
    await page.context().close()
  })
})
