import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type ApiError, HubNotReached, isStatus, isTemporary } from './errors.ts'
import { bodyOf, reach, refusal } from './request.ts'

let behave: RequestListener
const server = createServer((received, response) => behave(received, response))
let url: string
before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
after(() => void server.close())

/** The error of a response. */
async function refusalOf(status: number, body: string, type = 'application/json'): Promise<ApiError> {
  behave = (_, response) => void response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body)
  return refusal(await reach(url, {}))
}
const hubSays = (status: number, code: string) =>
  refusalOf(
    status,
    JSON.stringify({ _error: { status, code, title: 'No', message: 'Not like this.', details: ['why'] } }),
  )

describe('an error of the hub', () => {
  it('has the hub’s sentence, code and details', async () => {
    const error = await hubSays(409, 'wrote_again')
    assert.deepEqual(
      [error.status, error.code, error.message, error.details],
      [409, 'wrote_again', 'Not like this.', ['why']],
    )
    assert.ok(isStatus(error, 409))
    assert.ok(!isStatus(error, 404))
  })

  it('is final, except for temporary ones', async () => {
    for (const status of [400, 401, 403, 404, 409, 413, 422])
      assert.ok(!isTemporary(await hubSays(status, 'no')), `${status}`)
    for (const status of [429, 500, 502, 503]) assert.ok(isTemporary(await hubSays(status, 'later')), `${status}`)
  })
})

describe('a response of a proxy', () => {
  it('is not treated as the hub’s: its 404 does not mean that anything was deleted', async () => {
    const error = await refusalOf(404, '<h1>Not Found</h1>', 'text/html')
    assert.ok(!isStatus(error, 404))
    assert.ok(isTemporary(error))
    assert.match(error.message, /404/)
    assert.equal(error.code, '404')
  })

  it('is recognised by its form, not by its type: other JSON, and no JSON', async () => {
    for (const body of ['{"error":"sign in to the Wi-Fi"}', '', '[]'])
      assert.ok((await refusalOf(403, body)).isForeign, body)
  })

  it('is final where the same request would be too large again', async () => {
    for (const status of [413, 414, 431]) assert.ok(!isTemporary(await refusalOf(status, '')), `${status}`)
  })
})

describe('a successful response', () => {
  it('is not the hub’s when it is the page of a portal, and the request may be repeated', async () => {
    behave = (_, response) => void response.writeHead(200, { connection: 'close' }).end('<h1>Sign in to the Wi-Fi</h1>')
    const error = await bodyOf(await reach(url, {})).catch((thrown: unknown) => thrown)
    assert.ok(isTemporary(error))
    assert.match((error as ApiError).message, /200/)
  })

  it('is incomplete when the connection ends within it', async () => {
    behave = (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"id":')
      setTimeout(() => response.destroy(), 20)
    }
    const error = await bodyOf(await reach(url, {})).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof HubNotReached)
  })
})

describe('a missing response', () => {
  it('may be repeated, and its message says so', async () => {
    behave = (received) => void received.socket.destroy()
    const error = await reach(url, {}).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof HubNotReached)
    assert.ok(isTemporary(error))
    assert.ok(error.message.length > 0)
    assert.ok(!isStatus(error, 404))
  })

  it('is not an error when the request was aborted', async () => {
    const stop = new AbortController()
    behave = () => stop.abort()
    const error = await reach(url, { signal: stop.signal }).catch((thrown: unknown) => thrown)
    assert.equal((error as Error).name, 'AbortError')
    assert.ok(!isTemporary(error))
  })
})
