import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany
let inbound: string
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  inbound = `/channels/${publicId('cha', acme.companyId, acme.channelId)}/inbound_messages`
})
after(() => hub?.close())

const good = (id: string, more = {}) => ({
  sender: { handle: 'ann' },
  body: 'hello',
  metadata: { external_id: id, external_conversation_id: 'c' },
  ...more,
})

function push(body: unknown, headers: Record<string, string> = {}) {
  return hub.request('POST', inbound, { as: acme.channelToken(), body, headers })
}

/** Writes bytes to the hub and gives all that comes back until it closes the connection. */
async function raw(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(hub.url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

function assertRefused(answer: Answer, status: number, code: string) {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  assert.equal(answer.body._error.code, code)
  assert.equal(answer.body._error.status, status)
  assert.match(answer.body._error.request_id, /^req_/)
  assert.doesNotMatch(JSON.stringify(answer.body), /\bat .*\.ts|node_modules|select |insert /)
}

describe('the body of a request', () => {
  it('is refused above 1 MiB, and the connection closed', async () => {
    const answer = await push(`"${'x'.repeat(1024 * 1024)}"`)
    assertRefused(answer, 413, 'body_too_large')
    assert.equal(answer.headers.get('connection'), 'close')
  })

  it('is cut off when endless chunks pass 1 MiB', async () => {
    const head = `POST ${inbound} HTTP/1.1\r\nHost: x\r\nAuthorization: ${acme.channelToken()}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
    assert.match(await raw(head + chunk.repeat(40)), /^HTTP\/1\.1 413 /)
  })

  it('is refused with invalid_json when it is not JSON: cut, BOM, UTF-16, NaN', async () => {
    const bodies = ['{"sender":', '\uFEFF{}', '{"n": NaN}', "{'a':1}", '{"a":1}}']
    for (const body of bodies) assertRefused(await push(body), 400, 'invalid_json')
    const utf16 = Buffer.from('{"a":1}', 'utf16le')
    const head = `POST ${inbound} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${acme.channelToken()}\r\nContent-Type: application/json\r\nContent-Length: ${utf16.length}\r\n\r\n`
    assert.match(await raw(Buffer.concat([Buffer.from(head), utf16])), /^HTTP\/1\.1 400 .*invalid_json/s)
  })

  it('may be nested as deep as it likes, and is never a 5xx', async () => {
    for (const secret of ['1', '"\\u0000"', '{"__proto__":1}']) {
      const depth = 100_000
      const answer = await push('['.repeat(depth) + secret + ']'.repeat(depth))
      assert.ok(answer.status === 400, `${answer.status}`)
    }
  })

  it('is refused when it is nested deeper or has more values than anybody needs, also with an Idempotency-Key', async () => {
    const deep = (open: string, close: string) => `{"body":"x","deep":${open.repeat(8_000)}1${close.repeat(8_000)}}`
    const wide = (value: string) => `{"body":"x","to":[${Array(60_000).fill(value).join()}]}`
    const bodies = [deep('[', ']'), deep('{"a":', '}'), deep('[{"a":', '}]'), wide('1'), wide('{}'), wide('"x"')]
    const message = `/channels/${acme.channelPublicId}/messages`
    for (const body of bodies) {
      const answers = [
        await push(body),
        await hub.request('POST', message, { as: acme.apiToken, body, headers: { 'idempotency-key': 'k' } }),
        await hub.request('POST', '/inboxes', { as: acme.apiToken, body }),
      ]
      for (const answer of answers) assertRefused(answer, 400, 'invalid_body')
      const unknown = await hub.request('POST', '/sign_in', { body })
      if (body.length > 16_384) assertRefused(unknown, 413, 'body_too_large')
      else assertRefused(unknown, 400, 'invalid_body')
      assert.match(answers[0]!.body._error.details[0], /^body: (?:is nested|has more)/)
    }
    const commas = await push(JSON.stringify(good('commas', { body: '[,{'.repeat(100_000) })))
    assert.equal(commas.status, 202)
  })

  it('cannot reach a prototype, set what is ours, or win with a duplicate key that is not the last', async () => {
    const body = `{"sender":{"handle":"first"},"sender":{"handle":"last"},"body":"x","company_id":999,"id":"msg_1","is_admin":true,
      "__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"metadata":{"external_id":"proto","external_conversation_id":"c","__proto__":{"polluted":1}}}`
    const answer = await push(body)
    assert.equal(answer.status, 202)
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
    const message = await hub.request('GET', `/messages/alt:uid:${answer.body.message_uid}`, { as: acme.apiToken })
    assert.equal(message.body.recipients[0].handle, 'last')
    assert.notEqual(message.body.id, 'msg_1')
  })

  it('is refused for U+0000 and half surrogates, and the field is named', async () => {
    const cases: [object, string][] = [
      [good('n1', { body: 'a\0b' }), 'body.body'],
      [good('n2', { subject: '\ud800' }), 'body.subject'],
      [good('n3', { sender: { handle: '\udc00x' } }), 'body.sender.handle'],
      [good('n4', { metadata: { external_id: 'a\0' } }), 'body.metadata.external_id'],
      [good('n5', { to: [{ handle: 'x' }, { handle: '\0' }] }), 'body.to[1].handle'],
    ]
    for (const [body, field] of cases) {
      const answer = await push(body)
      assertRefused(answer, 400, 'invalid_character')
      assert.ok(answer.body._error.details[0].startsWith(`${field}: `), answer.body._error.details[0])
    }
    const pair = JSON.stringify(good('emoji')).replace('hello', '\\ud83d\\ude00')
    assert.equal((await push(pair)).status, 202)
  })

  it('is read as JSON without a type or as text/plain with a token, never with a cookie', async () => {
    const json = JSON.stringify(good('plain'))
    assert.equal((await push(json, { 'content-type': 'text/plain;charset=UTF-8' })).status, 202)
    assert.equal((await push(json, { 'content-type': 'application/vnd.api+json' })).status, 202)
    const untyped = `POST ${inbound} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${acme.channelToken()}\r\nContent-Length: ${json.length}\r\n\r\n${json}`
    assert.match(await raw(untyped), /^HTTP\/1\.1 202 /)
    const named = { body: '{"name":"x"}', headers: { 'content-type': 'text/plain' } }
    assert.equal((await hub.request('POST', '/inboxes', { ...named, as: acme.apiToken })).status, 201)
    const cookie = await hub.signIn(acme.admin.email)
    assertRefused(await hub.request('POST', '/inboxes', { ...named, as: cookie }), 415, 'unsupported_media_type')
  })

  it('is refused as a form of the old kind, compressed, and as multipart where no file is taken', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/mixed; boundary=x',
      'application/xml',
      'json',
    ]) {
      assertRefused(await push('{}', { 'content-type': type }), 415, 'unsupported_media_type')
    }
    const multipart = { 'content-type': 'multipart/form-data; boundary=x' }
    assertRefused(await push('{}', { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type')
    assertRefused(await push('{}', { 'content-encoding': 'gzip', ...multipart }), 415, 'unsupported_media_type')
    const named = { as: acme.apiToken, body: '--x--', headers: multipart }
    const refused = await hub.request('POST', '/inboxes', named)
    assertRefused(refused, 415, 'unsupported_media_type')
    assert.match(refused.body._error.message, /takes no files/)
  })

  it('is refused with a message for each field', async () => {
    const answer = await push({ sender: {}, body: 1, metadata: { external_id: 'x'.repeat(201) } })
    assertRefused(answer, 400, 'invalid_body')
    assert.ok(answer.body._error.details.includes('body.sender.handle: missing'), String(answer.body._error.details))
    assert.ok(answer.body._error.details.some((line: string) => line.startsWith('body.metadata.external_id: ')))
    assertRefused(await push(''), 400, 'invalid_body')
  })
})

describe('bytes that are text', () => {
  const latin = Buffer.from(JSON.stringify(good('latin', { body: 'Grüße' })), 'latin1')

  async function send(body: Buffer, type: string) {
    const head = `POST ${inbound} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${acme.channelToken()}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`
    return raw(Buffer.concat([Buffer.from(head), body]))
  }

  async function storedBody(externalId: string) {
    const [row] = await hub.db.query<{ body: string }>('t_body', 'select body from messages where external_id = $1', [
      externalId,
    ])
    return row?.body
  }

  it('are refused unless they are UTF-8, so that no other text is stored', async () => {
    const cases = [
      latin,
      Buffer.concat([Buffer.from('{"body":"'), Buffer.from([0xc3]), Buffer.from('"}')]),
      Buffer.concat([Buffer.from('{"body":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      Buffer.concat([Buffer.from('{"body":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
    ]
    for (const type of ['application/json', 'application/json; charset=utf-8', 'text/plain'])
      for (const body of cases) assert.match(await send(body, type), /^HTTP\/1\.1 400 .*invalid_json/s)
    assert.equal(await storedBody('latin'), undefined)
  })

  it('are read in the charset that the request names, and refused for an unknown one', async () => {
    assert.match(await send(latin, 'application/json; charset=ISO-8859-1'), /^HTTP\/1\.1 202 /)
    assert.equal(await storedBody('latin'), 'Grüße')
    const wide = Buffer.from(JSON.stringify(good('wide', { body: 'Grüße 🎈' })), 'utf16le')
    assert.match(await send(wide, 'application/json;charset="utf-16le"'), /^HTTP\/1\.1 202 /)
    assert.equal(await storedBody('wide'), 'Grüße 🎈')
    assert.match(await send(latin, 'application/json; charset=klingon'), /^HTTP\/1\.1 415 .*klingon/s)
    assert.match(
      await send(Buffer.from([0x80]), 'application/json; charset=shift_jis'),
      /^HTTP\/1\.1 400 .*invalid_json/s,
    )
  })

  it('are refused in an address, where they are no percent-encoded UTF-8', async () => {
    for (const path of [
      '/conversations?q=%E9',
      '/conversations/%E9',
      '/conversations?q=%',
      '/conversations?%zz=1',
      '/events?q=%ED%A0%80',
    ])
      assert.equal((await hub.request('GET', path, { as: acme.apiToken })).status, 400, path)
    const head = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${acme.apiToken}\r\n\r\n`
    assert.match(await raw(Buffer.from(head('/conversations?q=é'))), /^HTTP\/1\.1 400 /)
    assert.match(await raw(Buffer.from(head('/conversations?q=é'), 'latin1')), /^HTTP\/1\.1 400 /)
  })

  it('are two keys of idempotency when they differ', async () => {
    const path = `/channels/${acme.channelPublicId}/messages`
    const write = (key: string) =>
      hub.request('POST', path, {
        as: acme.apiToken,
        body: { to: ['x'], body: key },
        headers: { 'idempotency-key': key },
      })
    const answers = [await write('\xe9'), await write('\xe8')]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202],
    )
  })
})

describe('a request line and its headers', () => {
  it('are refused when they could be smuggled: length and chunks, two Hosts, bare LF', async () => {
    const attacks = [
      'POST /sign_out HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET',
      'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
      'GET /healthz HTTP/1.1\nHost: a\n\n',
      'GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n',
      'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n',
    ]
    for (const attack of attacks) assert.match(await raw(attack), /^HTTP\/1\.1 400 /, attack)
  })

  it('get a 431 above 16 KiB, in our envelope', async () => {
    const answer = await raw(`GET /me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(17_000)}\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 431 .*"code":"headers_too_large"/s)
  })

  it('count once where application and proxy both set them, and are refused where they differ', async () => {
    const send = (...more: string[]) => {
      const body = JSON.stringify(good(`twice ${more.join()}`))
      const own = [`Authorization: ${acme.channelToken()}`, 'Content-Type: application/json']
      const lines = ['Host: x', `Content-Length: ${body.length}`, 'Connection: close', ...own]
      const repeated = more.flatMap((name) => own.filter((line) => line.startsWith(name)))
      const others = more.filter((line) => line.includes(':'))
      return raw(`POST ${inbound} HTTP/1.1\r\n${[...lines, ...repeated, ...others].join('\r\n')}\r\n\r\n${body}`)
    }
    for (const name of ['Authorization', 'Content-Type']) assert.match(await send(name), /^HTTP\/1\.1 202 /, name)
    assert.match(await send('Content-Type: text/html'), /^HTTP\/1\.1 415 /)
    assert.match(await send('Authorization: Bearer other'), /^HTTP\/1\.1 401 /)
    for (const none of ['Identity', '', 'identity, IDENTITY']) {
      assert.match(await send(`Content-Encoding: ${none}`), /^HTTP\/1\.1 202 /, none)
    }
    assert.match(await send('Content-Encoding: identity, gzip'), /^HTTP\/1\.1 415 /)
  })

  it('have 10 seconds to arrive, and the whole request, which may bring files, ten minutes', () => {
    assert.equal(hub.app.server.headersTimeout, 10_000)
    assert.equal(hub.app.server.requestTimeout, 600_000)
  })

  it('may have repeated slashes and percent-encoded ids', async () => {
    const body = good('slashes')
    const doubled = await hub.request('POST', `/${inbound.replaceAll('/', '//')}`, { as: acme.channelToken(), body })
    assert.equal(doubled.status, 202)
    const alias = `/channels/${encodeURIComponent(`alt:address:${acme.channelAddress}`)}/inbound_messages`
    assert.equal((await hub.request('POST', alias, { as: acme.channelToken(), body })).status, 202)
    const email = encodeURIComponent(acme.admin.email)
    assert.equal((await hub.request('GET', `/teammates/alt:email:${email}`, { as: acme.apiToken })).status, 200)
    assert.equal(
      (await hub.request('GET', `/teammates/alt:email:${acme.admin.email}`, { as: acme.apiToken })).status,
      200,
    )
  })

  it('are refused with U+0000 or broken percent-encoding in the address', async () => {
    const as = acme.apiToken
    assertRefused(await hub.request('GET', '/teammates/alt:email:%00', { as }), 400, 'invalid_character')
    assertRefused(await hub.request('GET', '/conversations?status=%00', { as }), 400, 'invalid_character')
    assertRefused(await hub.request('GET', '/teammates/%ff', { as }), 400, 'malformed_request')
    assertRefused(await hub.request('GET', `/teammates/${'x'.repeat(5_000)}`, { as }), 404, 'not_found')
  })
})

describe('a response', () => {
  it('in JSON always has its Content-Length and is never compressed', async () => {
    const accepted = await push(good('length'), { 'accept-encoding': 'gzip, br' })
    assert.equal(accepted.status, 202)
    for (const answer of [accepted, await push('{'), await hub.request('GET', '/openapi.json')]) {
      assert.equal(Number(answer.headers.get('content-length')), Buffer.byteLength(answer.text))
      assert.equal(answer.headers.get('content-encoding'), null)
    }
  })

  it('for an unknown address has our error envelope', async () => {
    assertRefused(await hub.request('GET', '/nowhere', { as: acme.apiToken }), 404, 'not_found')
    assertRefused(await hub.request('POST', '/nowhere', { body: {} }), 404, 'not_found')
  })

  it('has nosniff and no-store', async () => {
    const { headers } = await hub.request('GET', '/me', { as: acme.apiToken })
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cache-control'), 'no-store')
  })
})
