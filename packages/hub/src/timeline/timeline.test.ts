import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import type { Database } from '../db/database.ts'
import { eventTypes, typesWhere } from '../events/catalogue.ts'
import { listPositions } from './events.ts'

interface Item {
  kind: string
  at: number
  message?: { id: string; text: string }
  event?: { id: string; type: string; conversation: unknown; source: { data: { id: string } } }
}

describe('the timeline of a conversation', () => {
  let hub: TestHub
  let channel: TestChannel
  let conversation: string
  before(async () => {
    hub = await startTestHub()
    channel = await addTestChannel(hub)
    await say('Hello')
    await say('Is anybody there?')
    await change({ status: 'archived' })
    await change({ status: 'open' })
    const reply = await hub.call('POST', `${conversation}/messages`, { body: 'Yes', options: { archive: true } })
    assert.equal(reply.status, 202)
    await say('Good')
    const [teammate] = (await hub.call('GET', '/teammates')).body._results
    assert.equal((await hub.call('PUT', `${conversation}/assignee`, { assignee_id: teammate.id })).status, 204)
  })
  after(async () => {
    await channel.server.stop()
    await hub.close()
  })

  async function say(text: string) {
    const { body } = await channel.push({ body: text, externalId: text, conversation: 'one' })
    const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    conversation = new URL(message._links.related.conversation).pathname
  }

  async function change(fields: object) {
    assert.equal((await hub.call('PATCH', conversation, fields)).status, 204)
  }

  const read = async (query = '') =>
    (await hub.call('GET', `${conversation}/timeline?${query}`)).body as {
      _results: Item[]
      _pagination: { prev: string | null; next: string | null }
    }

  const labels = (items: Item[]) => items.map(({ message, event }) => message?.text ?? event?.type)

  async function readPages(query: string, follow: 'next' | 'prev' = 'next'): Promise<Item[]> {
    const items: Item[] = []
    for (let page = await read(query); ; ) {
      items.push(...page._results)
      const link = page._pagination[follow]
      if (link === null) return items
      page = (await hub.call('GET', link.slice(hub.url.length))).body
    }
  }

  it('has messages and what happened between them in the order in which it was', async () => {
    const { _results: items } = await read('sort_order=asc')
    assert.deepEqual(labels(items), [
      'Hello',
      'Is anybody there?',
      'archive',
      'reopen',
      'archive',
      'Yes',
      'reopen',
      'Good',
      'assign',
    ])
    const newest = (await read())._results
    assert.deepEqual(labels(newest), labels(items).reverse())
    const times = items.map(({ at }) => at)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  })

  it('holds the same messages and events as their own lists', async () => {
    const { _results: items } = await read('limit=100')
    const messages = (await hub.call('GET', `${conversation}/messages?limit=100`)).body._results
    const events = (await hub.call('GET', `${conversation}/events?limit=100`)).body._results
    const entries = new Set<string>(typesWhere(({ isInTimeline }) => isInTimeline))
    assert.deepEqual(
      items.flatMap(({ message }) => message ?? []),
      messages,
    )
    assert.deepEqual(
      items.flatMap(({ event }) => event ?? []),
      events
        .filter(({ type }: { type: string }) => entries.has(type))
        .map((event: object) => ({ ...event, conversation: null })),
    )
  })

  it('is the same read page by page, of any size, in both orders, forth and back', async () => {
    for (const order of ['asc', 'desc']) {
      const all = labels((await read(`limit=100&sort_order=${order}`))._results)
      for (const size of [1, 2, 5]) {
        const pages = await readPages(`limit=${size}&sort_order=${order}`)
        assert.deepEqual(labels(pages), all, `${size} ${order}`)
      }
      const first = await read(`limit=4&sort_order=${order}`)
      const second = (await hub.call('GET', first._pagination.next?.slice(hub.url.length) ?? '')).body
      const back = (await hub.call('GET', second._pagination.prev.slice(hub.url.length))).body
      assert.deepEqual(labels(back._results), labels(first._results))
    }
  })

  it('keeps kinds of the same microsecond apart, page by page', async () => {
    await hub.db.query('same_time', `update messages set sort_at = '2026-01-01' where company_id = $1`, [hub.companyId])
    await hub.db.query('same_time_events', `update events set emitted_at = '2026-01-01' where company_id = $1`, [
      hub.companyId,
    ])
    const all = labels((await read('limit=100&sort_order=asc'))._results)
    assert.deepEqual(all.length, 9)
    for (const order of ['asc', 'desc']) {
      const pages = labels(await readPages(`limit=1&sort_order=${order}`))
      assert.deepEqual(order === 'asc' ? pages : pages.reverse(), all)
    }
  })

  it('has the events that the catalogue marks as entries, and no others', async () => {
    const rows = await hub.db.query<{ type: string }>(
      'entry_types',
      'select type from unnest($1::text[]) type where is_in_timeline(type) order by type',
      [eventTypes],
    )
    assert.deepEqual(
      rows.map(({ type }) => type),
      typesWhere(({ isInTimeline }) => isInTimeline).sort(),
    )
  })

  it('has the events of an older hub without the timeline mark', async () => {
    const all = labels((await read('limit=100'))._results)
    await hub.db.query('as_before', 'update events set in_timeline = null where company_id = $1', [hub.companyId])
    assert.deepEqual(labels((await read('limit=100'))._results), all)
  })

  it('is read by its index, which does not change when a type is added', async () => {
    const asked = {
      companyId: hub.companyId,
      conversationId: 1,
      behind: { us: 8e15, number: 2 ** 52 },
      limit: 50,
    }
    for (const order of ['asc', 'desc'] as const) {
      const plan = await hub.db.transaction(async (tx) => {
        const explained: string[] = []
        await tx.query('no_seqscan', 'set local enable_seqscan = off')
        await tx.query('no_sort', 'set local enable_sort = off')
        const explaining = {
          async query<Row>(name: string, text: string, values: unknown[]): Promise<Row[]> {
            const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain_${name}`, `explain ${text}`, values)
            explained.push(...rows.map((row) => row['QUERY PLAN']))
            return []
          },
        }
        await listPositions(explaining as Pick<Database, 'query'>, { ...asked, order })
        return explained.join('\n')
      })
      assert.match(plan, /Index.* using events_timeline/)
    }
  })
})
