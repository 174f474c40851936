import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { issueChannelToken } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { numeric_alias: 4711 } })
  await channel.push({ body: 'Hello', externalId: 'in-1', conversation: 'c-1' })
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const read = async (path: string, token?: string | null) =>
  hub.call('GET', path, undefined, token === undefined ? {} : { token })
const follow = async (link: string) => {
  assert.ok(link.startsWith(`${hub.url}/`), link)
  const { status, body } = await read(link.slice(hub.url.length))
  assert.equal(status, 200, link)
  return body
}

describe('the owner of inboxes and channels', () => {
  it('is a team: the one that there is, with its inboxes and its members', async () => {
    const inbox = (await read(`/inboxes/${hub.inbox}`)).body
    const { owner } = inbox._links.related
    assert.match(owner, /\/teams\/tim_[0-9a-z]+$/)
    assert.equal((await read(`/channels/${channel.id}`)).body._links.related.owner, owner)
    const team = await follow(owner)
    assert.deepEqual([team._links.self, team.name], [owner, 'Acme'])
    assert.deepEqual(
      team.inboxes.map(({ id }: any) => id),
      [hub.inbox],
    )
    assert.deepEqual(
      team.members.map(({ email }: any) => email),
      [hub.admin.email],
    )
    const { _results } = await follow(`${hub.url}/teams`)
    assert.deepEqual(_results, [{ _links: team._links, id: team.id, name: team.name }])
  })

  it('lists its inboxes and channels, and gets new inboxes', async () => {
    const [{ id }] = (await read('/teams')).body._results
    const made = await hub.call('POST', `/teams/${id}/inboxes`, { name: 'Returns' })
    assert.equal(made.status, 201)
    const names = async (path: string) => (await read(path)).body._results.map(({ id }: any) => id)
    assert.deepEqual(await names(`/teams/${id}/inboxes`), await names('/inboxes'))
    assert.ok((await names(`/teams/${id}/inboxes`)).includes(made.body.id))
    assert.deepEqual(await names(`/teams/${id}/channels`), await names('/channels'))
    for (const path of ['/teams/tim_zzz/inboxes', '/teams/tim_zzz/channels'])
      assert.equal((await read(path)).status, 404)
  })

  it('is the company’s own team', async () => {
    const other = await hub.addCompany('Other')
    const [mine] = (await read('/teams')).body._results
    assert.equal((await read(`/teams/${mine.id}`, other.token)).status, 404)
    for (const id of ['tim_zzz', 'inb_1', 'x']) assert.equal((await read(`/teams/${id}`)).status, 404, id)
  })
})

describe('a conversation', () => {
  it('links to its empty lists of followers and comments', async () => {
    const [{ _links, id }] = (await read('/conversations')).body._results
    for (const name of ['followers', 'comments']) {
      assert.equal(_links.related[name], `${hub.url}/conversations/${id}/${name}`)
      assert.deepEqual((await follow(_links.related[name]))._results, [])
    }
    for (const name of ['events', 'followers', 'messages', 'comments', 'inboxes', 'last_message']) {
      await follow(_links.related[name])
    }
    const other = await hub.addCompany('Third')
    assert.equal((await read(`/conversations/${id}/comments`, other.token)).status, 404)
  })
})

describe('a message', () => {
  it('has the id of the message that it replies to, and no such field otherwise', async () => {
    await channel.push({ body: 'First', externalId: 'n-1', conversation: 'c-2' })
    const [{ id }] = (await read('/conversations?limit=1')).body._results
    await hub.call('POST', `/conversations/${id}/messages`, { body: 'Answer' })
    const [answer, first] = (await read(`/conversations/${id}/messages`)).body._results
    assert.equal(answer.metadata.headers.in_reply_to, 'n-1')
    assert.deepEqual(first.metadata.headers, {})
    const events = (await read(`/conversations/${id}/events`)).body._results
    const event = events.find(({ target }: any) => target?.data?.id === first.id)
    assert.deepEqual(event.target.data.metadata.headers, {})
    const asChannel = await read(`/messages/${first.id}`, channel.token())
    assert.equal('in_reply_to' in asChannel.body.metadata.headers, false)
  })

  it('has null for it in requests to the channel’s server', async () => {
    const type = { allow_compose: true }
    const other = await addTestChannel(hub, { type })
    await hub.call('POST', `/channels/${other.id}/messages`, { to: ['ida'], body: 'Hello' })
    await other.server.until(() => other.server.messages().length > 0)
    assert.deepEqual(other.server.messages()[0]?.body.payload.metadata, { headers: { in_reply_to: null } })
    await other.server.stop()
  })
})

describe('a 401', () => {
  it('has Front’s title for every cause, and our message', async () => {
    const sign = (more: object) =>
      issueChannelToken({ secret: channel.secret, uid: channel.typeUid, channelId: channel.id, ...more })
    const tokens = [null, 'prt_wrong', 'x.y.z', sign({ channelId: 'cha_zzz' }), sign({ lifetimeSeconds: -100 })]
    for (const token of tokens) {
      const { status, body } = await read(`/channels/${channel.id}`, token)
      assert.deepEqual([status, body._error.title], [401, 'Unauthenticated'], String(token))
      assert.ok(body._error.message.length > 20)
    }
    const signIn = await hub.call('POST', '/sign_in', { email: 'a@b.example', password: 'wrong' }, { token: null })
    assert.deepEqual([signIn.status, signIn.body._error.title], [401, 'Unauthenticated'])
  })

  it('for a token with a wrong iss names the allowed ones', async () => {
    const foreign = issueChannelToken({ secret: channel.secret, uid: 'app_other', channelId: channel.id })
    const { status, body } = await read(`/channels/${channel.id}`, foreign)
    assert.deepEqual([status, body._error.code], [401, 'invalid_token'])
    assert.match(body._error.message, /\biss\b/)
    assert.deepEqual(body._error.details, [`token.iss: must be "${channel.typeUid}" or 4711`])
    const unsigned = issueChannelToken({ secret: 'another', uid: 'app_other', channelId: channel.id })
    const refused = (await read(`/channels/${channel.id}`, unsigned)).body._error
    assert.deepEqual([refused.code, refused.details], ['invalid_token', undefined])
    assert.doesNotMatch(refused.message, /\biss\b/)
  })
})
