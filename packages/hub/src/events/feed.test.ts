import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { makeUrls } from '../http/urls.ts'
import { presentersOf } from '../main.ts'
import { readSettings } from '../settings/settings.ts'
import { CompanyFeed } from './feed.ts'

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

let said = 0

/** The feed of a company from now on, and the number of the newest event before it. */
async function openFeed(t: TestContext) {
  const start = await cursorNow()
  const urls = makeUrls(readSettings({}))
  const presented = { presenters: presentersOf({ db: hub.db, urls }), urls }
  const live = hub.db.dedicatedConnection({ pipelined: true })
  t.after(() => live.close())
  return { feed: new CompanyFeed(hub.db, live, presented, hub.companyId, start), start }
}

describe('the earlier location of a conversation with cached events', () => {
  it('is kept as long as one of them: after a move they are read again', async (t) => {
    const inbox = await newInbox()
    const { feed, start } = await openFeed(t)
    const moved = await say('moves')
    await say('stays')
    await say('moves')
    await feed.read()
    forgetOldest(feed)
    assert.deepEqual(numbersAfter(feed, start + 1), [start + 2, start + 3])
    await move(moved, inbox)
    await feed.read()
    assert.equal(feed.cachedAfter(start + 1), null)
    const [, last] = await feed.after(start + 1)
    assert.equal(publicId('inb', hub.companyId, last?.location?.inboxIds[0] ?? 0), inbox)
  })

  it('is dropped with the last of them: a move then keeps the other events cached', async (t) => {
    const inbox = await newInbox()
    const { feed, start } = await openFeed(t)
    const moved = await say('moves later')
    await say('stays')
    await feed.read()
    forgetOldest(feed)
    await move(moved, inbox)
    await feed.read()
    assert.deepEqual(numbersAfter(feed, start + 1), [start + 2, start + 3])
  })
})

describe('the event cache of a company', () => {
  it('is limited in bytes, and a reader who is further behind misses nothing', async (t) => {
    const { feed, start } = await openFeed(t)
    const wanted = 900
    await Promise.all(
      Array.from({ length: wanted }, (_, n) =>
        channel.push({ body: '&'.repeat(1_900), externalId: `kept-${n}`, conversation: `kept-${n % 9}` }),
      ),
    )
    await feed.read()
    assert.equal(feed.last, start + wanted)
    assert.ok(feed.bytes > 4 << 20 && feed.bytes <= 8 << 20, `${feed.bytes} bytes`)

    const numbers: number[] = []
    for (let cursor = start; cursor < feed.last; cursor = numbers.at(-1) ?? cursor) {
      numbers.push(...(await feed.after(cursor)).map(({ event }) => event.number))
    }
    assert.deepEqual(
      numbers,
      Array.from({ length: wanted }, (_, n) => start + 1 + n),
    )
    feed.trimTo(0)
    assert.equal(feed.bytes, 0)
    assert.equal((await feed.after(feed.last - 1)).length, 1)
    assert.deepEqual(await feed.after(feed.last), [])
  })
})

function forgetOldest(feed: CompanyFeed): void {
  feed.trimTo(feed.bytes - 1)
}

function numbersAfter(feed: CompanyFeed, cursor: number): number[] | undefined {
  return feed.cachedAfter(cursor)?.map(({ event }) => event.number)
}

/** Resolves with the address of the conversation. */
async function say(conversation: string): Promise<string> {
  const { body: accepted } = await channel.push({ body: 'Hello', externalId: `said-${++said}`, conversation })
  const { body: message } = await hub.call('GET', `/messages/alt:uid:${accepted.message_uid}`)
  return new URL(message._links.related.conversation).pathname
}

async function newInbox(): Promise<string> {
  const { status, text, body } = await hub.call('POST', '/inboxes', { name: `Inbox ${++said}` })
  assert.equal(status, 201, text)
  return body.id
}

async function move(conversation: string, inbox: string): Promise<void> {
  const { status, text } = await hub.call('PATCH', conversation, { inbox_id: inbox })
  assert.equal(status, 204, text)
}
