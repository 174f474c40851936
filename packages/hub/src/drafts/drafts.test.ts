import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { startHub } from '@portico/hub'
import { openDatabase } from '@portico/hub/database'
import { makeSealer } from '@portico/hub/sealer'
import { readSettings } from '@portico/hub/settings'
import { pino } from 'pino'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { upload } from '../../../../tests/harness/files.ts'
import { type EmptyHub, startEmptyHub, testMasterKey } from '../../../../tests/harness/hub.ts'
import { freePort } from '../../../../tests/harness/spawned-hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: EmptyHub
let mine: StaffedCompany
let other: StaffedCompany
let author: string
let colleague: string
let stranger: string
let conversationId: string
let draft: string

before(async () => {
  hub = await startEmptyHub()
  mine = await hub.addStaffedCompany('mine')
  other = await hub.addStaffedCompany('other')
  author = await hub.signIn(mine.admin.email)
  colleague = await hub.signIn(mine.member.email)
  stranger = await hub.signIn(other.admin.email)
})
beforeEach(async () => {
  const path = `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}/messages`
  const { body } = await hub.request('POST', path, {
    as: mine.apiToken,
    headers: { prefer: 'return=representation' },
    body: { to: ['ivo'], body: 'Hello', options: { archive: false } },
  })
  conversationId = body._links.related.conversation.split('/').at(-1)
  draft = `/conversations/${conversationId}/draft`
})
after(() => hub.close())

const saveDraft = (body: string, base_version?: number, more = {}) =>
  hub.request('PUT', draft, { as: author, body: { body, base_version, ...more } })
const get = (as = author) => hub.request('GET', draft, { as })
const reply = (body: string, more = {}, as = author) =>
  hub.request('POST', `/conversations/${conversationId}/messages`, { as, body: { body, ...more } })

describe('a draft on several devices', () => {
  it('counts its changes and refuses one that is based on another version', async () => {
    const first = await saveDraft('One', 0)
    assert.equal(first.body.version, 1)
    assert.equal((await saveDraft('One and two', 1)).body.version, 2)
    const stale = await saveDraft('Another one', 1)
    assert.deepEqual(
      [stale.status, stale.body._error.code, stale.body.draft.body, stale.body.draft.version],
      [409, 'draft_conflict', 'One and two', 2],
    )
    assert.equal((await get()).body.body, 'One and two')
  })

  it('keeps the text of both devices', async () => {
    await saveDraft('From the phone', 0)
    const { body } = await saveDraft('From the desk', 1, { set_aside: 'From the phone' })
    assert.deepEqual([body.body, body.set_aside], ['From the desk', 'From the phone'])
    assert.equal((await get()).body.set_aside, 'From the phone')
  })

  it('accepts the same text again from any device: a repeat is no conflict', async () => {
    await saveDraft('Same', 0)
    assert.deepEqual([(await saveDraft('Same', 0)).status, (await get()).body.version], [200, 1])
  })

  it('is reported with the timeline to its author only: kept, or none once it was sent', async () => {
    const reported = async (as: string) => {
      const { headers } = await hub.request('GET', `/conversations/${conversationId}/timeline`, { as })
      return headers.get('x-portico-draft')
    }
    assert.equal(await reported(author), 'none')
    await saveDraft('One')
    assert.deepEqual(
      [await reported(author), await reported(colleague), await reported(mine.apiToken)],
      ['kept', 'none', null],
    )
    await reply('One')
    assert.equal(await reported(author), 'none')
  })

  it('is sent with a reply, and a late save of what was sent does not bring it back', async () => {
    await saveDraft('On my way', 0)
    await reply('On my way', { draft_version: 1 })
    assert.equal((await get()).status, 204)
    assert.equal((await saveDraft('On my w', 1)).status, 409)
    assert.equal((await get()).status, 204)
    assert.equal((await saveDraft('The next one', 2)).status, 200)
  })

  it('is sent with a reply of a program that knows no versions', async () => {
    await saveDraft('On my way', 0)
    await reply('On my way')
    assert.equal((await get()).status, 204)
  })

  it('stays when it has newer text than the sent message', async () => {
    await saveDraft('On my way', 0)
    await saveDraft('On my way to the depot', 1)
    await reply('On my way', { draft_version: 1 })
    assert.equal((await get()).body.body, 'On my way to the depot')
  })

  it('is not sent a second time by a device that missed the first', async () => {
    await saveDraft('Once is enough', 0)
    await reply('Once is enough', { draft_version: 1 })
    const again = await reply('Once is enough', { draft_version: 1 })
    assert.deepEqual([again.status, again.body._error.code], [409, 'draft_sent'])
    assert.equal((await reply('Something else', { draft_version: 1 })).status, 202)
    assert.equal((await reply('Once is enough', { draft_version: 2 })).status, 202)
    assert.equal((await reply('Once is enough')).status, 202)
  })

  it('is not sent a second time when the sending device saved the empty draft before its reply arrived', async () => {
    await saveDraft('Once is enough', 0)
    await saveDraft('', 1)
    assert.equal((await reply('Once is enough', { draft_version: 1 })).status, 202)
    await saveDraft('The next one', 2)
    const again = await reply('Once is enough', { draft_version: 1 })
    assert.deepEqual([again.status, again.body._error?.code], [409, 'draft_sent'])
    assert.equal((await get()).body.body, 'The next one')
  })

  it('is not sent a second time after others were sent', async () => {
    for (const [base, words] of ['One', 'Two', 'Three'].entries()) {
      await saveDraft(words, 2 * base)
      assert.equal((await reply(words, { draft_version: 2 * base + 1 })).status, 202)
    }
    for (const [base, words] of ['One', 'Two', 'Three'].entries())
      assert.equal((await reply(words, { draft_version: 2 * base + 1 })).status, 409, words)
    assert.equal((await reply('One', { draft_version: 6 })).status, 202)
  })

  it('may be sent again after Undo send', async () => {
    await hub.request('PATCH', `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}`, {
      ...{ as: mine.apiToken, body: { settings: { undo_send_time: 30 } } },
    })
    await saveDraft('Too early', 0)
    const { body } = await hub.request('POST', `/conversations/${conversationId}/messages`, {
      as: author,
      headers: { prefer: 'return=representation' },
      body: { body: 'Too early', draft_version: 1 },
    })
    assert.equal((await hub.request('POST', `/messages/${body.id}/delivery/cancel`, { as: author })).status, 200)
    assert.equal((await reply('Too early', { draft_version: 1 })).status, 202)
  })

  it('of a new message is sent with it, once, and stays when it has newer text', async () => {
    const path = `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}/messages`
    const compose = (recipient: string, body: string, draft_version: number) =>
      hub.request('POST', path, {
        as: author,
        body: { to: [recipient], body, draft_version, options: { archive: false } },
      })
    const save = (body: string, base_version: number) =>
      hub.request('PUT', '/drafts/new', { as: author, body: { body, recipient: 'eva', base_version } })
    await save('Welcome', 0)
    assert.equal((await compose('eva', 'Welcome', 1)).status, 202)
    assert.equal((await hub.request('GET', '/drafts/new', { as: author })).status, 204)
    assert.deepEqual((await compose('eva', 'Welcome', 1)).body._error?.code, 'draft_sent')
    assert.equal((await compose('ida', 'Welcome', 1)).status, 202)
    await save('Newer words', 2)
    assert.equal((await compose('eva', 'Older words', 1)).status, 202)
    assert.equal((await hub.request('GET', '/drafts/new', { as: author })).body.body, 'Newer words')
  })

  it("is not touched by a colleague's reply, and theirs is another", async () => {
    await saveDraft('Mine', 0)
    await reply('Theirs', {}, colleague)
    assert.equal((await get()).body.body, 'Mine')
    assert.equal((await get(colleague)).status, 204)
  })

  it('may begin again without a version when none is left', async () => {
    await saveDraft('Thrown away', 0)
    await hub.request('DELETE', draft, { as: author })
    assert.equal((await get()).status, 204)
    assert.equal((await saveDraft('Anew', 0)).body.version, 3)
  })
})

describe('the files of a draft', () => {
  const ids = (draft: { attachments: { id: string }[] }) => draft.attachments.map(({ id }) => id)

  it('survive a reload, in their order, and are read by the author alone', async () => {
    const [a, b] = [await upload(hub, author, 'a'), await upload(hub, author, 'b')]
    const { body } = await saveDraft('With files', undefined, { attachment_ids: [b.id, a.id] })
    assert.deepEqual(ids(body), [b.id, a.id])
    assert.deepEqual(ids((await get()).body), [b.id, a.id])
    const read = (as: string) =>
      fetch(a.url, { headers: as.startsWith('Bearer') ? { authorization: as } : { cookie: as } })
    assert.equal(await (await read(author)).text(), 'a')
    for (const as of [colleague, stranger, mine.apiToken]) assert.equal((await read(as)).status, 404)
    assert.equal((await hub.request('DELETE', `/attachments/${a.id}`, { as: author })).status, 409)
  })

  it('are a field as the others: absent they stay, other versions and foreign files are refused', async () => {
    const file = await upload(hub, author, 'a')
    const { body } = await saveDraft('One', 0, { attachment_ids: [file.id] })
    assert.deepEqual(ids((await saveDraft('One and two', body.version)).body), [file.id])
    assert.equal((await saveDraft('Stale', body.version, { attachment_ids: [] })).status, 409)
    assert.deepEqual(ids((await get()).body), [file.id])
    const foreign = await upload(hub, colleague, 'x')
    assert.equal((await saveDraft('x', undefined, { attachment_ids: [foreign.id] })).status, 400)
    assert.deepEqual(ids((await saveDraft('x', undefined, { attachment_ids: [] })).body), [])
    assert.equal((await saveDraft('x', undefined, { attachment_ids: [file.id] })).status, 200)
  })

  it('alone make a draft, are sent with the message, and return on Undo send', async () => {
    await hub.request('PATCH', `/channels/alt:address:${encodeURIComponent(mine.channelAddress)}`, {
      ...{ as: mine.apiToken, body: { settings: { undo_send_time: 30 } } },
    })
    const [sent, left] = [await upload(hub, author, 'a'), await upload(hub, author, 'b')]
    const attachment_ids = [sent.id]
    await saveDraft('', 0, { attachment_ids: [sent.id, left.id] })
    assert.equal((await get()).status, 200)
    const { status, body } = await hub.request('POST', `/conversations/${conversationId}/messages`, {
      as: author,
      headers: { prefer: 'return=representation' },
      body: { body: '', draft_version: 1, attachment_ids },
    })
    assert.deepEqual([status, ids(body)], [202, [sent.id]])
    assert.equal((await get()).status, 204)
    assert.equal((await reply('', { draft_version: 1, attachment_ids })).status, 409)
    assert.equal((await saveDraft('', undefined, { attachment_ids })).status, 400)
    assert.equal((await hub.request('POST', `/messages/${body.id}/delivery/cancel`, { as: author })).status, 200)
    assert.deepEqual(ids((await saveDraft('Again', undefined, { attachment_ids })).body), [sent.id])
    assert.equal((await reply('Again', { attachment_ids: [sent.id, left.id] })).status, 202)
  })
})

describe('the stream', () => {
  it('reports a new version of a draft to its author only', async () => {
    const [own, colleagues, strangers] = await Promise.all(
      [author, colleague, stranger].map((cookie) => StreamReader.open(hub.url, { cookie })),
    )
    assert(own && colleagues && strangers)
    await saveDraft('Secret plans', 0)
    await reply('Secret plans', { draft_version: 1 })
    const drafts = (reader: StreamReader) => reader.messages.filter(({ event }) => event === 'draft')
    const hasReply = (reader: StreamReader) => reader.messages.some(({ data }) => data.type === 'out_reply')
    await own.until(() => drafts(own).length === 2 && hasReply(own))
    await colleagues.until(() => hasReply(colleagues))
    assert.deepEqual(
      drafts(own).map(({ data }) => data),
      [1, 2].map((version) => ({ conversation_id: conversationId, version })),
    )
    assert.deepEqual([...drafts(colleagues), ...drafts(strangers)], [])
    for (const reader of [own, colleagues, strangers]) reader.close()
  })

  it('reports the draft that lost a file to another one of its author, as a new version', async () => {
    const file = (await upload(hub, author, 'moves')).id
    const put = (path: string, attachment_ids: string[]) =>
      hub.request('PUT', path, { as: author, body: { body: 'Words', attachment_ids } })
    const before = (await put('/drafts/new', [file])).body
    const reader = await StreamReader.open(hub.url, { cookie: author })
    await put(`/conversations/${conversationId}/draft`, [file])
    const reported = () => reader.messages.filter(({ event }) => event === 'draft').map(({ data }) => data)
    await reader.until(() => reported().length === 2)
    assert.deepEqual(reported()[1], { conversation_id: null, version: before.version + 1 })
    const after = (await hub.request('GET', '/drafts/new', { as: author })).body
    assert.deepEqual([after.version, after.attachments, after.body], [before.version + 1, [], 'Words'])
    const stale = { body: 'Older', attachment_ids: [], base_version: before.version }
    assert.equal((await hub.request('PUT', '/drafts/new', { as: author, body: stale })).status, 409)
    await hub.request('DELETE', '/drafts/new', { as: author })
    reader.close()
  })

  it('reports it in every hub, also for the draft of a new message', async (t) => {
    const db = openDatabase({ connection: { connectionString: hub.db.url } })
    // several processes of a hub behind one URL
    const address = { PORT: String(await freePort()), PUBLIC_URL: hub.url }
    const settings = readSettings({ ...address, PORTICO_DEMO: '0', LOG_LEVEL: 'silent' })
    const other = await startHub({ settings, db, sealer: makeSealer(testMasterKey), log: pino({ level: 'silent' }) })
    t.after(async () => {
      await other.close()
      await db.close()
    })
    const reader = await StreamReader.open(other.url, { cookie: author })
    await saveDraft('Sent here', 0)
    await reply('Sent here', { draft_version: 1 })
    await hub.request('PUT', '/drafts/new', { as: author, body: { body: 'New' } })
    const reported = () => reader.messages.filter(({ event }) => event === 'draft').map(({ data }) => data)
    await reader.until(() => reported().length === 3)
    const [first, second, third] = reported()
    const versions = [1, 2].map((version) => ({ conversation_id: conversationId, version }))
    assert.deepEqual([first, second, third.conversation_id], [...versions, null])
    reader.close()
  })
})

describe('the buttons of a draft', () => {
  const buttons = [
    { id: 'a', title: '' },
    { id: 'yes', title: 'Yes' },
  ]

  it('are kept unfinished, count as content, and are a conflict where another device changed them', async () => {
    assert.deepEqual((await saveDraft('', 0, { buttons })).body.buttons, buttons)
    assert.equal((await saveDraft('', 0, { buttons })).status, 200)
    const conflict = await saveDraft('', 0, { buttons: buttons.slice(1) })
    assert.deepEqual([conflict.status, conflict.body.draft.buttons], [409, buttons])
    assert.deepEqual((await get()).body.buttons, buttons)
    for (const wrong of [[{ id: 'a', title: 'x'.repeat(201) }], Array(11).fill(buttons[1])])
      assert.equal((await saveDraft('', 1, { buttons: wrong })).status, 400)
  })

  it('are gone with the message that was sent of it, and the same words with other buttons are another message', async () => {
    const [, yes] = buttons
    await saveDraft('Right?', 0, { buttons: [yes] })
    const asked = { options: { archive: false }, buttons: [yes] }
    assert.equal((await reply('Right?', { ...asked, draft_version: 1 })).status, 202)
    assert.equal((await get()).status, 204)
    assert.equal((await reply('Right?', { ...asked, draft_version: 0 })).body._error?.code, 'draft_sent')
    assert.equal((await reply('Right?', { options: { archive: false }, draft_version: 0 })).status, 202)
  })
})

describe('the location of a draft', () => {
  it('is kept, counts as content, and is gone with the message that was sent of it', async () => {
    const location = { latitude: 52.3791, longitude: 4.9003, name: 'Pier 7' }
    assert.deepEqual((await saveDraft('', 0, { location })).body.location, location)
    assert.deepEqual((await get()).body.location, location)
    assert.equal((await saveDraft('', 1, { location: { latitude: 91, longitude: 0 } })).status, 400)
    const asked = { options: { archive: false }, location }
    assert.equal((await reply('', { ...asked, draft_version: 1 })).status, 202)
    assert.equal((await get()).status, 204)
    assert.equal((await reply('', { ...asked, draft_version: 0 })).body._error?.code, 'draft_sent')
    const other = { ...location, latitude: 51 }
    assert.equal((await reply('', { ...asked, location: other, draft_version: 0 })).status, 202)
  })
})
