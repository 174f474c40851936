import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, afterEach, before, describe, it } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { Admission, type BodyBudget, quotaOf } from './admission.ts'
import { ApiError } from './api-error.ts'

const mib = 1024 * 1024
const large = 900_000

let hub: EmptyHub
let acme: StaffedCompany
let globex: StaffedCompany
/** The bytes that the hub has read of each connection, closed ones included. */
const accepted: Socket[] = []
const opened: Socket[] = []
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  globex = await hub.addStaffedCompany('globex')
  hub.app.server.on('connection', (socket) => accepted.push(socket))
})
after(() => hub?.close())
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy()
  await untilEmpty()
  accepted.splice(0)
})

/** Waits until no bytes are in flight. */
async function untilEmpty(): Promise<void> {
  while (hub.app.admission.bytes > 0 || hub.app.admission.waiting > 0) await new Promise(setImmediate)
}

interface Upload {
  socket: Socket
  /** All that came back until the connection ended. */
  answer: Promise<string>
}

/** Begins a request and leaves the rest of its body to come. */
function begin(path: string, authorization: string, length: number | 'chunked', start = ''): Upload {
  const { hostname, port } = new URL(hub.url)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  opened.push(socket)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  const framing = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n${framing}\r\n\r\n${start}`,
  )
  return { socket, answer: once(socket, 'close').then(() => text) }
}

const inbound = (who: StaffedCompany) => `/channels/${who.channelPublicId}/inbound_messages`

function messageOf(id: string, bytes = 5): string {
  const metadata = { external_id: id, external_conversation_id: 'c' }
  return JSON.stringify({ sender: { handle: 'ann' }, metadata, body: 'x'.repeat(bytes) })
}

const push = (who: StaffedCompany, id: string, token = who.channelToken()) =>
  hub.request('POST', inbound(who), { as: token, body: messageOf(id) })

async function holdOpen(count: number, who: StaffedCompany): Promise<Upload[]> {
  const uploads = Array.from({ length: count }, () => begin(inbound(who), who.channelToken(), large, '{'))
  while (hub.app.admission.waiting < Math.min(count, 128) - 4) await new Promise(setImmediate)
  return uploads
}

describe('a channel that sends more than its quota at once', () => {
  it('does not delay another company, and uses no more memory than its quota', async () => {
    await holdOpen(64, acme)
    assert.equal((await push(globex, 'beside')).status, 202)
    const asked = await hub.request('GET', '/me', { as: globex.apiToken })
    assert.equal(asked.status, 200)
    assert.equal((await hub.request('POST', '/inboxes', { as: acme.apiToken, body: { name: 'Beside' } })).status, 201)
    assert.ok(hub.app.admission.bytes <= 4 * mib, `${hub.app.admission.bytes} bytes`)
    const read = accepted.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
    assert.ok(read < mib, `${read} bytes were read of bodies that wait`)
  })

  it('is refused with Retry-After before a body is read, and its token is not spent', async () => {
    const initech = await hub.addStaffedCompany('initech')
    await hub.db.query('single', 'update channel_types set single_use_tokens = true where company_id = $1', [
      initech.companyId,
    ])
    await holdOpen(132, initech)
    const token = initech.channelToken()
    const refused = await push(initech, 'again', token)
    assert.deepEqual([refused.status, refused.body._error.code], [429, 'too_much_at_once'])
    assert.equal(refused.headers.get('retry-after'), '1')
    for (const socket of opened) socket.destroy()
    await untilEmpty()
    assert.equal((await push(initech, 'again', token)).status, 202)
    assert.equal((await push(initech, 'again', token)).body._error.code, 'token_replayed')
  })

  it('is admitted as its earlier requests end, and every message is stored', async () => {
    const uploads = Array.from({ length: 12 }, (_, n) => {
      const message = messageOf(`queued-${n}`, 500_000)
      return { message, ...begin(inbound(acme), acme.channelToken(), message.length) }
    })
    for (const { socket, message } of uploads) socket.write(message)
    await Promise.all(
      uploads.map(async ({ socket }) => assert.match((await once(socket, 'data'))[0], /^HTTP\/1\.1 202 /)),
    )
  })

  it('waits for a limited time', async () => {
    const uploads = await holdOpen(5, acme)
    const answer = await uploads[4]!.answer
    assert.match(answer, /^HTTP\/1\.1 429 .*too_much_at_once/s)
    assert.match(answer, /^retry-after: 1\r$/im)
  })
})

describe('capacity for a body', () => {
  it('is freed after a response, an error and a closed connection', async () => {
    await push(acme, 'answered')
    await hub.request('POST', inbound(acme), { as: acme.channelToken(), body: '{' })
    await hub.request('POST', inbound(acme), { as: acme.channelToken(), body: { sender: 1 } })
    await hub.request('POST', inbound(acme), { as: acme.channelToken(), body: 'x'.repeat(2 * mib) }).catch(() => {})
    await hub.request('POST', '/sign_in', { body: { email: 'a@b.example', password: 'wrong' } })
    const cut = begin(inbound(acme), acme.channelToken(), large, '{')
    while (hub.app.admission.bytes === 0) await new Promise(setImmediate)
    cut.socket.destroy()
    await untilEmpty()
  })

  it('shrinks to the size of a chunked body once it has arrived', async () => {
    const chunks = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`
    const uploads = Array.from({ length: 12 }, (_, n) =>
      begin(inbound(acme), acme.channelToken(), 'chunked', chunks(messageOf(`chunks-${n}`))),
    )
    await Promise.all(
      uploads.map(async ({ socket }) => assert.match((await once(socket, 'data'))[0], /^HTTP\/1\.1 202 /)),
    )
  })

  it('is limited to a small part for all unauthenticated callers', async () => {
    for (let n = 0; n < 40; n++) begin('/sign_in', 'none', 16_000, '{')
    while (hub.app.admission.waiting < 24) await new Promise(setImmediate)
    assert.ok(hub.app.admission.bytes <= mib / 4)
    assert.equal((await push(globex, 'with a token')).status, 202)
  })
})

describe('bodies that do not arrive', () => {
  const untilHeld = async (bytes: number) => {
    while (hub.app.admission.bytes < bytes) await new Promise(setImmediate)
  }

  it('do not keep others of their network from signing in', async () => {
    for (let n = 0; n < 10; n++) begin('/sign_in', 'none', 'chunked', '1\r\n{\r\n')
    await untilHeld(10 * 4_096)
    const { status } = await hub.request('POST', '/sign_in', { body: { email: acme.admin.email, password: 'wrong' } })
    assert.equal(status, 401)
    assert.ok(await hub.signIn(acme.member.email))
  })

  it('do not keep a teammate from writing when they are sent by a program or a channel', async () => {
    const cookie = await hub.signIn(acme.admin.email)
    for (let n = 0; n < 4; n++) {
      begin('/inboxes', acme.apiToken, 'chunked', '1\r\n{\r\n')
      begin(inbound(acme), acme.channelToken(), 'chunked', '1\r\n{\r\n')
    }
    await untilHeld(8 * mib)
    const { status } = await hub.request('POST', '/inboxes', { as: cookie, body: { name: 'Written meanwhile' } })
    assert.equal(status, 201)
  })
})

describe('a body with an unknown token', () => {
  const nobody = () => `Bearer ${acme.channelToken().slice(7, -4)}AAAA`

  it('gets a 401 at once, and is not read', async () => {
    const uploads = Array.from({ length: 64 }, () => begin(inbound(acme), nobody(), 'chunked'))
    for (const { socket } of uploads) socket.write(`100000\r\n${'x'.repeat(mib)}\r\n`)
    for (const { answer } of uploads) assert.match(await answer, /^HTTP\/1\.1 401 .*^connection: close/ims)
    const read = accepted.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
    assert.ok(read < 16 * mib, `${read} of ${64 * mib} bytes were read`)
    assert.equal(hub.app.admission.bytes, 0)
  })

  it('does not hide the response from a caller that reads only after sending everything', async () => {
    const { socket, answer } = begin(inbound(acme), nobody(), large)
    socket.pause()
    await new Promise<unknown>((resolve) => socket.write('x'.repeat(large), resolve))
    socket.resume()
    assert.match(await answer, /^HTTP\/1\.1 401 /)
  })

  it('leaves the connection open when it is small', async () => {
    const { socket } = begin(inbound(acme), nobody(), 2, '{}')
    const [first] = await once(socket, 'data')
    assert.match(first, /^HTTP\/1\.1 401 /)
    assert.doesNotMatch(first, /^connection: close/im)
  })
})

describe('the total capacity', () => {
  const here = () => new EventEmitter()
  const enter = (admission: Admission, company: number, bytes: number, connection = here()) =>
    admission.enter(quotaOf(company, 1), bytes, connection)

  it('is given round-robin over callers, however many requests of one wait', async () => {
    const admission = new Admission()
    const budgets = await Promise.all(Array.from({ length: 8 }, (_, company) => enter(admission, company, 4 * mib)))
    const order: string[] = []
    const waiting = [1, 1, 1, 1, 2, 3].map((company, n) =>
      enter(admission, 100 + company, mib).then((budget) => {
        order.push(`${company}-${n}`)
        return budget
      }),
    )
    await new Promise(setImmediate)
    assert.equal(admission.waiting, 6)
    for (const budget of budgets.splice(0, 2)) budget.release()
    await Promise.all(waiting)
    assert.deepEqual(order, ['1-0', '2-4', '3-5', '1-1', '1-2', '1-3'])
  })

  it('is refused as overloaded when others use it, first to the last request of the longest queue', async () => {
    const admission = new Admission()
    await Promise.all(Array.from({ length: 8 }, (_, company) => enter(admission, company, 4 * mib)))
    const codes: string[] = []
    const wait = (company: number) =>
      enter(admission, company, mib).catch((error: ApiError) => void codes.push(`${company} ${error.code}`))
    for (const company of [101, 102, 103, 104]) for (let n = 0; n < 128; n++) void wait(company)
    void wait(105)
    await new Promise(setImmediate)
    assert.deepEqual(codes, ['101 overloaded'])
    assert.equal(admission.waiting, 512)
  })

  it('is freed when the last holder has released it, and a disconnected caller leaves the queue', async () => {
    const admission = new Admission()
    const budget: BodyBudget = await enter(admission, 1, 4 * mib)
    budget.retain()
    budget.release()
    assert.equal(admission.bytes, 4 * mib)
    const connection = here()
    const waiting = enter(admission, 1, mib, connection)
    connection.emit('close')
    await assert.rejects(waiting, ApiError)
    budget.release()
    assert.deepEqual([admission.bytes, admission.waiting], [0, 0])
  })
})
