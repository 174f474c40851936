import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const cursorNow = async () => Number((await hub.call('GET', '/conversations')).headers.get('x-portico-cursor'))
const headers = () => ({ authorization: `Bearer ${hub.token}` })
const largestFrame = 64 * 1024

let count = 0
async function push(conversation: string, bodies: string[]): Promise<void> {
  for (const body of bodies) await pushOne(conversation, body)
}

async function pushOne(conversation: string, body: string): Promise<void> {
  const { status } = await channel.push({ body, externalId: `m-${++count}`, conversation })
  assert.equal(status, 202)
}

const pushMany = (conversation: string, total: number, body: string) =>
  Promise.all(Array.from({ length: total }, () => pushOne(conversation, body)))

const text = (bytes: number) => 'Where is my parcel? '.repeat(Math.ceil(bytes / 20)).slice(0, bytes)
const shapes: Record<string, string[]> = {
  '150 messages of 5 kB': Array.from({ length: 150 }, () => text(5_000)),
  'a text of 900 kB': [text(900_000)],
  '200 kB of ampersands': ['&'.repeat(200_000)],
  '900 kB of HTML': [`<p>${text(900_000)}</p>`],
  'ten texts of 900 kB': Array.from({ length: 10 }, () => text(900_000)),
}

describe('a reader that was away', { timeout: 120_000 }, () => {
  for (const [what, bodies] of Object.entries(shapes)) {
    it(`gets ${what} in one stream, each in a frame of bounded size`, async () => {
      const start = await cursorNow()
      await push(what, bodies)
      const reader = await StreamReader.open(hub.url, headers(), start)
      await reader.until(() => reader.messages.length >= bodies.length || reader.hasEnded)
      reader.close()
      const numbers = reader.messages.map(({ id }) => id)
      assert.deepEqual(
        numbers,
        bodies.map((_, n) => start + 1 + n),
      )
      for (const { data } of reader.messages) assert.ok(JSON.stringify(data).length < largestFrame)
    })
  }

  it('gets an excerpt of a long message with its link, and a short one in full', async () => {
    const start = await cursorNow()
    await push('whole', [text(20_000), 'Short & sweet'])
    const reader = await StreamReader.open(hub.url, headers(), start)
    await reader.until(() => reader.messages.length === 2)
    reader.close()
    const [long, short] = reader.messages.map(({ data }) => data.target.data)
    assert.equal(long.is_excerpt, true)
    assert.ok(text(20_000).startsWith(long.text.replace('…', '')) && long.text.length > 100)
    assert.equal((await hub.call('GET', `/messages/${long.id}`)).body.text, text(20_000))
    assert.equal(short.is_excerpt, undefined)
    assert.deepEqual([short.text, short.body], ['Short & sweet', '<p>Short &amp; sweet</p>'])
  })
})

describe('a message to a hundred people', () => {
  it('comes in a frame of bounded size too', async () => {
    const start = await cursorNow()
    const to = Array.from({ length: 100 }, (_, n) => ({ handle: `${n}`.padEnd(500, 'h'), name: 'n'.repeat(500) }))
    const metadata = { external_id: 'crowd', external_conversation_id: 'crowd' }
    const body = { to, body: 'Hello', metadata }
    const path = `/channels/${channel.id}/outbound_messages`
    assert.equal((await hub.call('POST', path, body, { token: channel.token() })).status, 202)
    const reader = await StreamReader.open(hub.url, headers(), start)
    await reader.until(() => reader.messages.length === 1)
    reader.close()
    const { target } = reader.messages[0]?.data ?? assert.fail()
    assert.ok(JSON.stringify(target).length < largestFrame)
    assert.deepEqual([target.data.is_excerpt, target.data.recipients.length], [true, 21])
    assert.equal((await hub.call('GET', `/messages/${target.data.id}`)).body.recipients.length, 101)
  })
})

describe('a reader that stops reading', { timeout: 120_000 }, () => {
  it('delays nobody, and continues in the same stream where it stopped', async () => {
    const start = await cursorNow()
    const slow = await openPaused(start)
    const total = 400
    await pushMany('paused', total, text(1_900))
    const quick = await StreamReader.open(hub.url, headers(), start)
    await quick.until(() => quick.messages.length >= total)
    quick.close()
    const seen = await readOn(slow.response, total)
    slow.asking.destroy()
    assert.deepEqual(
      seen,
      Array.from({ length: total }, (_, n) => start + 1 + n),
    )
  })
})

describe('the timeout of a reader', { timeout: 60_000 }, () => {
  /** The error of the system when a socket has moved no data for the whole timeout. */
  const silence = async (open: () => Promise<unknown>, meanwhile: () => Promise<unknown>) => {
    const asked = once(hub.hub.app.server, 'request')
    await open()
    const [{ socket }] = (await asked) as [IncomingMessage]
    await meanwhile()
    assert.equal(socket.timeout, 120_000)
    socket.emit('timeout')
    return socket
  }

  it('does not run while nothing is buffered for it', async () => {
    let reader: StreamReader | undefined
    await silence(
      async () => (reader = await StreamReader.open(hub.url, headers())),
      async () => {},
    )
    await push('quiet', ['Still there?'])
    await reader?.until(() => reader?.messages.length === 1 || reader?.hasEnded === true)
    assert.equal(reader?.messages.length, 1)
    reader?.close()
  })

  it('ends the stream when the reader takes nothing of its buffer', async () => {
    const start = await cursorNow()
    await push(
      'never',
      Array.from({ length: 1_000 }, () => '&'.repeat(1_900)),
    )
    const stopped = openPaused(start)
    const socket = await silence(
      () => stopped,
      async () => {
        const quick = await StreamReader.open(hub.url, headers(), start)
        await quick.until(() => quick.messages.length === 1_000)
        quick.close()
      },
    )
    if (!socket.destroyed) await once(socket, 'close')
    const { asking } = await stopped
    asking.destroy()
  })
})

/** A stream whose client takes nothing from its socket until `readOn`. */
async function openPaused(from: number): Promise<{ asking: ClientRequest; response: IncomingMessage }> {
  const { port } = new URL(hub.url)
  const options = { port, host: '127.0.0.1', path: `/stream?after=${from}`, headers: headers(), agent: false }
  const asking = request(options).end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  response.socket.pause()
  return { asking, response }
}

async function readOn(response: IncomingMessage, wanted: number): Promise<number[]> {
  response.socket.resume()
  const seen: number[] = []
  let left = ''
  for await (const chunk of response.setEncoding('utf8')) {
    const blocks = (left + chunk).split('\n\n')
    left = blocks.pop() ?? ''
    for (const block of blocks) if (block.includes('\ndata: ')) seen.push(Number(/^id: (\d+)/.exec(block)?.[1]))
    if (seen.length >= wanted) break
  }
  return seen
}

describe('a page', { timeout: 120_000 }, () => {
  const largestPage = 12 << 20

  async function walk(path: string) {
    const seen: any[] = []
    let pages = 0
    for (let next: string | null = path; next; pages++) {
      const answer: Response = await fetch(new URL(next, hub.url), { headers: headers() })
      const bytes = await answer.text()
      assert.ok(bytes.length <= largestPage, `${bytes.length} bytes`)
      const { _results, _pagination } = JSON.parse(bytes)
      assert.ok(_results.length > 0, 'a page is never empty')
      seen.push(..._results)
      next = _pagination.next
    }
    return { seen, pages }
  }

  it('of messages is limited in bytes, and its links lead to the last message in either order', async () => {
    const bodies = Array.from({ length: 30 }, (_, n) => `${n} ${n % 3 ? text(900_000) : 'short'}`)
    await push('pages', bodies)
    const { body } = await hub.call('GET', '/conversations?limit=1')
    const path = `/conversations/${body._results[0].id}/messages`
    for (const order of ['asc', 'desc']) {
      const { seen, pages } = await walk(`${path}?limit=100&sort_order=${order}`)
      const wanted = order === 'asc' ? bodies : bodies.toReversed()
      assert.deepEqual(
        seen.map((message) => message.text.length),
        wanted.map((message) => message.length),
      )
      assert.ok(pages > 3)
    }
  })

  it('of events is limited in bytes, and has every message in full', async () => {
    const start = await cursorNow()
    await push(
      'events',
      Array.from({ length: 12 }, () => text(900_000)),
    )
    const { seen } = await walk('/events?limit=100')
    assert.equal(seen.filter(({ type }) => type === 'inbound').length >= 12, true)
    assert.ok(seen.slice(0, 12).every(({ target }) => target.data.text.length === 900_000))
    assert.ok((await cursorNow()) >= start + 12)
  })

  it('is returned to six concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => hub.call('GET', '/events?limit=100')))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200, 200, 200],
    )
  })
})
