import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
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

describe('what a company keeps in memory for its readers', () => {
  it('is bounded in bytes, and a reader who is further behind misses nothing', async () => {
    const start = await cursorNow()
    const urls = makeUrls(readSettings({}))
    const presented = { presenters: presentersOf({ db: hub.db, urls }), urls }
    const live = hub.db.dedicatedConnection({ pipelined: true })
    const feed = new CompanyFeed(hub.db, live, presented, hub.companyId, start)
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
    await live.close()
  })
})
