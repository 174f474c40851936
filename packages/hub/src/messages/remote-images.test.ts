import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A server of the sender's, which notes who asks it for what. */
const seen: IncomingMessage[] = []
const answers: Record<string, (response: ServerResponse) => void> = {
  '/a.png?x=1&y=2': (response) => response.end(png),
  '/html.png': (response) => response.setHeader('content-type', 'image/png').end('<script>alert(1)</script>'),
  '/svg.png': (response) => response.end('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  '/large.png': (response) => response.end(Buffer.concat([png, Buffer.alloc(6_000_000)])),
  '/missing.png': (response) => response.writeHead(404).end(png),
  '/moved.png': (response) => response.writeHead(302, { location: '/a.png?x=1&y=2' }).end(),
  '/to-metadata.png': (response) => response.writeHead(302, { location: 'http://169.254.169.254/a.png' }).end(),
  '/round.png': (response) => response.writeHead(302, { location: '/round.png' }).end(),
}
const server = createServer((request, response) => {
  seen.push(request)
  const answer = answers[request.url ?? '']
  if (answer) answer(response)
  else response.writeHead(500).end()
})

let hub: EmptyHub
let acme: StaffedCompany
let cookie: string
let origin: string
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rules = { http: true, loopback: true, private: false, anyPort: true, ownOrigin: () => 'http://hub.example' }
  hub = await startEmptyHub({ imageAddresses: rules, logLevel: 'silent' })
  acme = await hub.addStaffedCompany('acme')
  cookie = await hub.signIn(acme.admin.email)
})
after(async () => {
  await hub.close()
  server.close()
})

let count = 0
async function push(body: string, { to = acme, at = hub } = {}): Promise<string> {
  const metadata = { external_id: `r-${count++}`, external_conversation_id: 'images' }
  const path = `/channels/${to.channelPublicId}/inbound_messages`
  const answer = await at.request('POST', path, {
    as: to.channelToken(),
    body: { sender: { handle: 'h' }, body, metadata },
  })
  assert.equal(answer.status, 202, answer.text)
  const message = await at.request('GET', `/messages/alt:uid:${answer.body.message_uid}`, { as: to.apiToken })
  assert.deepEqual(message.body.render?.kind, 'frame')
  return message.body.id
}

const frame = async (id: string, query = '', at = hub, as = cookie) =>
  (await at.request('GET', `/messages/${id}/frame${query}`, { as })).text

const sourcesIn = (html: string) =>
  Array.from(html.matchAll(/<img\b[^>]* src="([^"]*)"/g), ([, src = '']) => src.replaceAll('&amp;', '&'))

const asked = '?remote_images=true'

async function sourceOf(src: string): Promise<string> {
  const id = await push(`<p>Hi</p><img src="${src}" width="600" alt="A lamp">`)
  const [source] = sourcesIn(await frame(id, asked))
  assert.ok(source, src)
  return source
}

const choose = async (remote_images: string) => {
  const answer = await hub.request('PATCH', `/inboxes/${acme.inbox}`, { as: cookie, body: { remote_images } })
  assert.equal(answer.status, 204, answer.text)
}

describe('images from elsewhere in an HTML body', () => {
  it('are words until the reader asks; then they come through the hub', async () => {
    const id = await push(`<p>Hi</p><img src="${origin}/a.png?x=1&amp;y=2" width="600" alt="A &lt;lamp&gt;">`)
    const hidden = await frame(id)
    assert.deepEqual(sourcesIn(hidden), [])
    assert.match(hidden, /data-remote-images="ask"/)
    assert.match(hidden, /<span>A &lt;lamp&gt;<\/span>/)
    assert.ok(!hidden.includes(origin), 'the document does not name the server')
    const shown = await frame(id, asked)
    assert.match(shown, /data-remote-images="shown"/)
    const [source = ''] = sourcesIn(shown)
    assert.match(source, new RegExp(`^/messages/${id}/remote_image\\?`))
    assert.equal(seen.length, 0, 'to show the message asks nobody')

    const answer = await fetch(hub.url + source, { headers: { cookie, referer: hub.url, 'user-agent': 'Canary/1.0' } })
    assert.equal(answer.status, 200)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), png)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
    const [request] = seen
    assert.equal(request?.url, '/a.png?x=1&y=2')
    const headers = JSON.stringify(request?.headers)
    assert.ok(!headers.includes('Canary') && !headers.includes('cookie') && !headers.includes('referer'), headers)
    // the hub has it cached for a second request
    assert.equal((await hub.request('GET', source, { as: cookie })).status, 200)
    assert.equal(seen.length, 1)
  })

  it('are shown always or never by the setting of the inbox', async () => {
    const id = await push(`<p>Hi</p><img src="${origin}/a.png?x=1&y=2" width="600">`)
    const [source = ''] = sourcesIn(await frame(id, asked))
    await choose('always')
    assert.equal(sourcesIn(await frame(id)).length, 1)
    await choose('never')
    const html = await frame(id, asked)
    assert.deepEqual(sourcesIn(html), [])
    assert.match(html, /data-remote-images="never"/)
    assert.equal((await hub.request('GET', source, { as: cookie })).status, 403)
    await choose('ask')
    const inbox = await hub.request('GET', `/inboxes/${acme.inbox}`, { as: cookie })
    assert.equal(inbox.body.remote_images, 'ask')
    const wrong = { as: cookie, body: { remote_images: 'sometimes' } }
    assert.equal((await hub.request('PATCH', `/inboxes/${acme.inbox}`, wrong)).status, 400)
  })

  it('are not counted when they are invisible', async () => {
    for (const pixel of [
      'width="1" height="1"',
      'style="width:1px;height:0"',
      'width=0 height=0',
      'style="display:none"',
    ]) {
      const id = await push(`<h1>Hi</h1><img src="${origin}/pixel.gif" ${pixel}>`)
      const html = await frame(id, asked)
      assert.deepEqual(sourcesIn(html), [], pixel)
      assert.match(html, /data-remote-images="none"/, pixel)
    }
  })

  it('are named by nobody else: a sender’s own attributes and other addresses are nothing', async () => {
    for (const src of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      '/me',
      '//user:pass@x.example/a.png',
      'ftp://x.example/a',
    ]) {
      const id = await push(`<h1>Hi</h1><img src="${src}" data-remote="${origin}/a.png" data-cid="x" alt="gone">`)
      assert.deepEqual(sourcesIn(await frame(id, asked)), [], src)
    }
  })
})

describe('the proxy for images', () => {
  it('fetches nothing that the hub did not sign, for a message that the reader does not see, or for nobody', async () => {
    const source = new URL(await sourceOf(`${origin}/a.png?x=1&y=2`), hub.url)
    const other = new URL(source)
    other.searchParams.set('url', `${origin}/other.png`)
    const forged = new URL(source)
    forged.searchParams.set('signature', 'x'.repeat(43))
    const elsewhere = new URL(source)
    elsewhere.pathname = `/messages/${await push('<h1>Hi</h1>')}/remote_image`
    const before = seen.length
    for (const url of [other, forged, elsewhere]) {
      assert.equal((await hub.request('GET', url.pathname + url.search, { as: cookie })).status, 404, url.href)
    }
    const away = await hub.addStaffedCompany('away')
    const stranger = await hub.signIn(away.admin.email)
    assert.equal((await hub.request('GET', source.pathname + source.search, { as: stranger })).status, 404)
    assert.equal((await hub.request('GET', source.pathname + source.search)).status, 401)
    assert.equal(seen.length, before)
  })

  it('follows a server to its image, and gives nothing that is none, that is too large, or where redirects lead astray', async () => {
    assert.equal((await hub.request('GET', await sourceOf(`${origin}/moved.png`), { as: cookie })).status, 200)
    for (const path of ['html', 'svg', 'large', 'missing', 'to-metadata', 'round']) {
      const answer = await hub.request('GET', await sourceOf(`${origin}/${path}.png`), { as: cookie })
      assert.deepEqual([answer.status, answer.body._error?.code], [404, 'not_found'], path)
    }
  })

  it('does not reach private addresses, whatever the operator allows to channels', async (t) => {
    const strict = await startEmptyHub({ allowInsecureChannels: true, logLevel: 'info' })
    t.after(() => strict.close())
    const company = await strict.addStaffedCompany('acme')
    const as = await strict.signIn(company.admin.email)
    const before = seen.length
    for (const src of [
      origin,
      origin.replace('127.0.0.1', 'localhost'),
      'http://10.0.0.1',
      'http://[::1]',
      'http://2130706433',
      strict.url,
    ]) {
      const id = await push(`<h1>Hi</h1><img src="${src}/a.png">`, { to: company, at: strict })
      const [source = ''] = sourcesIn(await frame(id, asked, strict, as))
      const answer = await strict.request('GET', source, { as })
      assert.equal(answer.status, 404, src)
    }
    assert.equal(seen.length, before)
    assert.equal(strict.logged().match(/"reason":"(?:blocked_address|loop)"/g)?.length, 6)
  })
})
