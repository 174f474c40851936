import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import sharp from 'sharp'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { type EmptyHub, type Fixture, makeFixture, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let company: Fixture
let chat: TestChannel
let plain: TestChannel
let noor: string
let ben: string
let stranger: string
let noorId: string
let benId: string

before(async () => {
  hub = await startEmptyHub()
  company = await makeFixture(hub.db, hub.url, hub.bus)
  chat = await addTestChannel(company, { type: { name: 'Chat', capabilities: ['teammate_profiles', 'typing'] } })
  plain = await addTestChannel(company, { type: { name: 'Plain', capabilities: ['typing'] } })
  noor = await hub.signIn(company.admin.email)
  const member = { email: 'ben@acme.example', password: 'correct horse battery' }
  const names = { firstName: 'Ben', lastName: 'Ali' }
  const number = await createTeammate(hub.db, hub.bus, company.system, { ...member, ...names })
  benId = publicId('tea', company.companyId, number)
  noorId = publicId('tea', company.companyId, company.adminId)
  ben = await hub.signIn(member.email)
  stranger = await hub.signIn((await hub.addStaffedCompany('other')).admin.email)
})
after(async () => {
  await chat.server.stop()
  await plain.server.stop()
  await hub.close()
})

/** A photo whose EXIF data says where it was taken. */
const photo = (red: number) =>
  sharp({ create: { width: 600, height: 300, channels: 3, background: { r: red, g: 80, b: 80 } } })
    .withExif({ IFD0: { Copyright: 'a secret place' } })
    .jpeg()
    .toBuffer()

async function uploadAs(as: string, bytes: Uint8Array | string, name = 'me.jpg'): Promise<string> {
  const form = new FormData()
  form.append('attachment', new Blob([bytes as BlobPart], { type: 'image/jpeg' }), name)
  const answer = await fetch(`${hub.url}/attachments`, {
    method: 'POST',
    headers: { cookie: as, origin: hub.url },
    body: form,
  })
  return ((await answer.json()) as { id: string }).id
}

const put = (id: string, attachment_id: unknown, as = noor) =>
  hub.request('PUT', `/teammates/${id}/avatar`, { as, body: { attachment_id } })
const pictureOf = async (id: string) => (await company.call('GET', `/teammates/${id}`)).body.avatar_url

async function requestOf(channel: TestChannel, external: string): Promise<any> {
  const pushed = await channel.push({ body: 'Hello', externalId: external, conversation: external, handle: external })
  const message = (await company.call('GET', `/messages/alt:uid:${pushed.body.message_uid}`)).body
  const path = new URL(message._links.related.conversation).pathname
  const before = channel.server.messages().length
  await hub.request('POST', `${path}/messages`, { as: noor, body: { body: 'Hi' } })
  await channel.server.until(() => channel.server.messages().length > before)
  return channel.server.messages().at(-1)?.body.payload
}

describe("a teammate's picture", { timeout: 60_000 }, () => {
  it('is cut to a small square without EXIF data, and loads without a token', async () => {
    assert.equal(await pictureOf(noorId), null)
    const upload = await uploadAs(noor, await photo(200))
    assert.equal((await put(noorId, upload)).status, 204)
    const url = await pictureOf(noorId)
    assert.match(url, new RegExp(`^${hub.url}/teammates/${noorId}/avatar/[0-9a-f]{32}$`))
    const answer = await fetch(url)
    const bytes = Buffer.from(await answer.arrayBuffer())
    const { format, width, height, exif } = await sharp(bytes).metadata()
    assert.deepEqual([format, width, height, exif], ['webp', 256, 256, undefined])
    const header = (name: string) => answer.headers.get(name)
    assert.equal(header('content-type'), 'image/webp')
    assert.equal(header('content-security-policy'), "default-src 'none'; sandbox")
    assert.equal(header('cross-origin-resource-policy'), 'cross-origin')
    assert.equal(header('cache-control'), 'public, max-age=3600')
    assert.equal((await hub.request('DELETE', `/attachments/${upload}`, { as: noor })).status, 404)
    assert.equal((await hub.request('GET', '/me/teammate', { as: noor })).body.avatar_url, url)
  })

  it('has another URL when it is changed, and the one before leads nowhere', async () => {
    const before = await pictureOf(noorId)
    await put(noorId, await uploadAs(noor, await photo(20)))
    const now = await pictureOf(noorId)
    assert.notEqual(now, before)
    assert.deepEqual([(await fetch(before)).status, (await fetch(now)).status], [404, 200])
    assert.equal((await fetch(now.replace(noorId, benId))).status, 404)
    assert.equal((await fetch(`${hub.url}/teammates/${noorId}/avatar/${'0'.repeat(32)}`)).status, 404)
    assert.equal((await fetch(`${hub.url}/teammates/x/avatar/y`)).status, 404)
  })

  it('is changed by oneself and by admins alone, from an upload of the caller', async () => {
    assert.equal((await put(noorId, await uploadAs(ben, await photo(1)), ben)).status, 403)
    assert.equal((await put(benId, await uploadAs(ben, await photo(1)), ben)).status, 204)
    assert.equal((await put(benId, await uploadAs(noor, await photo(2)))).status, 204)
    assert.equal((await put(noorId, await uploadAs(stranger, await photo(1)), stranger)).status, 404)
    assert.equal((await put(noorId, await uploadAs(ben, await photo(1)))).status, 400)
    const token = { attachment_id: 'fil_1' }
    assert.equal((await company.call('PUT', `/teammates/${noorId}/avatar`, token)).status, 403)
  })

  it('is a picture that can be decoded, or refused', async () => {
    const url = await pictureOf(noorId)
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for (const bytes of [svg, (await photo(3)).subarray(0, 200), 'text']) {
      const refused = await put(noorId, await uploadAs(noor, bytes, 'me.svg'))
      assert.deepEqual([refused.status, refused.body._error.code], [400, 'invalid_body'])
    }
    assert.equal((await put(noorId, 'fil_zzz')).status, 404)
    assert.equal((await put(noorId, 7)).status, 400)
    assert.equal(await pictureOf(noorId), url)
  })

  it('goes to channels with teammate_profiles, with the name, and to no others', async () => {
    const url = await pictureOf(noorId)
    const { author } = await requestOf(chat, 'ada')
    assert.deepEqual([author.display_name, author.avatar_url], ['Ada Acme', url])
    const other = await requestOf(plain, 'eva')
    assert.deepEqual(
      Object.keys(other.author).filter((name) => /avatar|display/.test(name)),
      [],
    )
    const { id } = other
    const asChannel = (await company.call('GET', `/messages/${id}`, undefined, { token: plain.token() })).body
    assert.ok(!JSON.stringify(asChannel).includes('avatar'))
  })

  it('is taken away, and the old URL leads nowhere', async () => {
    const url = await pictureOf(noorId)
    assert.equal((await hub.request('DELETE', `/teammates/${noorId}/avatar`, { as: ben })).status, 403)
    assert.equal((await hub.request('DELETE', `/teammates/${noorId}/avatar`, { as: noor })).status, 204)
    assert.deepEqual([(await fetch(url)).status, await pictureOf(noorId)], [404, null])
    const { author } = await requestOf(chat, 'leo')
    assert.deepEqual([author.display_name, author.avatar_url], ['Ada Acme', null])
  })
})
