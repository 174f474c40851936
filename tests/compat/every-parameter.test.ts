import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

let hub: TestHub
let channel: TestChannel
let sales: string
const conversations: string[] = []
let messageId: string
let tagId: string
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
  sales = (await hub.call('POST', '/inboxes', { name: 'Sales' })).body.id
  for (const n of [1, 2, 3, 4, 5]) {
    const { body } = await channel.push({ body: `Hello ${n}`, externalId: `in-${n}`, conversation: `c-${n}` })
    const message = (await hub.call('GET', `/messages/alt:uid:${body.message_uid}`)).body
    messageId = message.id
    conversations.push(new URL(message._links.related.conversation).pathname.split('/').at(-1) ?? '')
  }
  tagId = (await hub.call('POST', '/tags', { name: 'Late' })).body.id
  await hub.call('POST', `/conversations/${conversations[4]}/tags`, { tag_ids: [tagId] })
  await hub.call('PATCH', `/conversations/${conversations[0]}`, { status: 'archived' })
  await hub.call('PATCH', `/conversations/${conversations[1]}`, { inbox_id: sales })
  await hub.call('PATCH', `/conversations/${conversations[2]}`, { status: 'deleted' })
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

interface Listed {
  id: string
  type: string
  emitted_at: number
  conversation: { id: string }
}
const list = async (path: string): Promise<Listed[]> => {
  const { status, body } = await hub.call('GET', path)
  assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`)
  return body._results
}
const ids = async (path: string) => (await list(path)).map(({ id }) => id)
const types = async (path: string) => (await list(path)).map(({ type }) => type)
const q = (value: unknown) => `q=${encodeURIComponent(JSON.stringify(value))}`

async function assertRefused(path: string, name: string): Promise<void> {
  const { status, body } = await hub.call('GET', path)
  assert.equal(status, 400, `${path}: ${status}`)
  assert.ok(['invalid_query', 'unsupported_field'].includes(body._error.code), path)
  assert.ok(body._error.details[0].startsWith(`query.${name}: `), body._error.details[0])
}

describe('GET /events', () => {
  it('returns the requested types, in every spelling', async () => {
    const all = await types('/events?limit=100')
    assert.deepEqual(all, ['trash', 'move', 'archive', 'tag', ...Array(5).fill('inbound')])
    for (const query of [
      q({ types: ['archive', 'move'] }),
      'q[types][]=archive&q[types][]=move',
      'q[types]=archive,move',
      'q[types][0]=archive&q[types][1]=move',
    ]) {
      assert.deepEqual(await types(`/events?${query}`), ['move', 'archive'], query)
    }
    assert.deepEqual(await types(`/events?${q({ types: ['comment'] })}`), [])
    assert.deepEqual(await types(`/events?${q({ types: ['inbox'] })}`), ['inbox', 'inbox'])
  })

  it('returns the events before and after a time, in seconds with three decimals', async () => {
    const all = await list('/events?limit=100')
    const time = all[3]?.emitted_at ?? 0
    const before = all.filter(({ emitted_at }) => emitted_at < time).map(({ id }) => id)
    const after = all.filter(({ emitted_at }) => emitted_at > time + 0.001).map(({ id }) => id)
    assert.deepEqual(await ids(`/events?limit=100&${q({ before: time })}`), before)
    assert.deepEqual(await ids(`/events?limit=100&q[before]=${time}`), before)
    assert.deepEqual(await ids(`/events?limit=100&${q({ after: time + 0.001 })}`), after)
    assert.deepEqual(await ids(`/events?limit=100&${q({ before: 1 })}`), [])
  })

  it('returns the events of the requested inboxes', async () => {
    const inSales = await list(`/events?limit=100&${q({ inboxes: [sales] })}`)
    assert.ok(inSales.length > 0)
    for (const { conversation, type } of inSales) assert.equal(conversation.id, conversations[1], type)
    const elsewhere = await list(`/events?limit=100&${q({ inboxes: [hub.inbox], types: ['inbound'] })}`)
    assert.equal(elsewhere.length, 4)
    await assertRefused(`/events?${q({ inboxes: ['inb_zzz'] })}`, 'q.inboxes')
  })

  it('pages forward and back, in either order', async () => {
    const newest = await ids('/events?limit=100')
    assert.deepEqual(await ids('/events?limit=100&sort_by=created_at&sort_order=asc'), newest.toReversed())
    await assertPages('/events?sort_order=asc', newest.toReversed())
    await assertPages('/events?sort_order=desc', newest)
  })

  it('ignores an empty filter, in every spelling', async () => {
    const all = await ids('/events?limit=100')
    for (const query of [
      ...['q[types][]=', 'q[types]=', 'q[inboxes][]=', 'q[before]=&q[after]=', 'sort_order=', 'sort_by=', 'q='],
      ...[{ types: [] }, { types: null }, { types: '' }, { types: [''] }, { inboxes: [] }, { before: '' }].map(q),
    ]) {
      assert.deepEqual(await ids(`/events?limit=100&${query}`), all, query)
    }
  })

  it('refuses what it does not know, by name', async () => {
    await assertRefused(`/events?${q({ types: ['lost'] })}`, 'q.types')
    await assertRefused(`/events?${q({ since: 1 })}`, 'q.since')
    await assertRefused('/events?q[since]=1', 'q.since')
    await assertRefused(`/events?${q({ before: 'yesterday' })}`, 'q.before')
    await assertRefused(`/events?${q(['types'])}`, 'q')
    await assertRefused('/events?q=types', 'q')
    await assertRefused('/events?sort_by=type', 'sort_by')
    await assertRefused('/events?sort_order=up', 'sort_order')
    await assertRefused('/events?limit=none', 'limit')
  })
})

describe('lists of conversations', () => {
  it('go either way, page by page, and back', async () => {
    const newest = conversations.filter((_, index) => index !== 2).toReversed()
    assert.deepEqual(await ids('/conversations'), newest)
    assert.deepEqual(await ids('/conversations?sort_by=date&sort_order=asc'), newest.toReversed())
    await assertPages('/conversations?sort_order=asc', newest.toReversed())
    await assertPages('/conversations?sort_order=desc', newest)
    await assertPages('/conversations?q[statuses][]=unassigned&sort_order=asc', newest.toReversed().slice(1))
    const inInbox = newest.filter((id) => id !== conversations[1])
    await assertPages(`/inboxes/${hub.inbox}/conversations?sort_order=asc`, inInbox.toReversed())
  })

  it('ignore an empty filter, also of features that are not built', async () => {
    const all = await ids('/conversations')
    for (const query of [
      ...['q[statuses][]=', 'q[statuses]=', 'q[status_ids][]=', 'q[status_categories]=', 'sort_order=', 'sort_by='],
      ...[{ statuses: [] }, { statuses: [''] }, { status_ids: [] }, { status_ids: null }].map(q),
    ]) {
      assert.deepEqual(await ids(`/conversations?${query}`), all, query)
    }
  })

  it('refuse what they do not know, by name', async () => {
    for (const path of ['/conversations', `/inboxes/${hub.inbox}/conversations`]) {
      await assertRefused(`${path}?${q({ updated_after: 1 })}`, 'q.updated_after')
      await assertRefused(`${path}?q[updated_after]=1`, 'q.updated_after')
      await assertRefused(`${path}?${q({ status_ids: ['sts_1'] })}`, 'q.status_ids')
      await assertRefused(`${path}?${q({ status_categories: ['open'] })}`, 'q.status_categories')
      await assertRefused(`${path}?q[statuses]=lost`, 'q.statuses')
      await assertRefused(`${path}?sort_by=name`, 'sort_by')
      await assertRefused(`${path}?sort_order=up`, 'sort_order')
    }
  })
})

describe('a conversation’s own lists', () => {
  it('have its messages among its events, too', async () => {
    const [id] = conversations
    await hub.call('POST', `/conversations/${id}/messages`, { body: 'Answer', options: { archive: false } })
    const path = `/conversations/${id}/events`
    assert.deepEqual(await types(path), ['reopen', 'out_reply', 'archive', 'inbound'])
    await assertPages(`${path}?`, await ids(path))
    assert.deepEqual(await types(`${path}?q[types][]=archive`), ['archive'])
    await assertRefused(`${path}?q[before]=x`, 'q.before')
  })

  it('go either way and back', async () => {
    const [id] = conversations
    const newest = await ids(`/conversations/${id}/messages`)
    await assertPages(`/conversations/${id}/messages?sort_by=created_at&sort_order=asc`, newest.toReversed())
    await assertRefused(`/conversations/${id}/messages?sort_by=id`, 'sort_by')
  })
})

describe('every list', () => {
  it('has _pagination with prev and next, null at the ends, and supports limit and page_token', async () => {
    const { paths } = (await hub.call('GET', '/openapi.json')).body
    const lists = Object.keys(paths).filter((path) => {
      const schema = paths[path].get?.responses?.[200]?.content?.['application/json']?.schema
      // those of an export, which Front has not, are read once from first to last
      return schema?.properties?._results && !path.startsWith('/history/')
    })
    assert.ok(lists.length > 12, lists.join())
    for (const path of lists) {
      const url = path.replace(/\{(\w+)\}/g, (_, name) => pathParameters()[name] ?? name)
      const { status, body } = await hub.call('GET', url)
      assert.equal(status, 200, url)
      assert.deepEqual(body._pagination, { prev: null, next: null }, path)
      await assertPages(
        `${url}?`,
        body._results.map(({ id }: Listed) => id),
      )
      await assertRefused(`${url}?limit=0`, 'limit')
      await assertRefused(`${url}?page_token=x`, 'page_token')
    }
  })

  it('honours or refuses every parameter that Front publishes for it', async () => {
    const { paths } = (await hub.call('GET', '/openapi.json')).body
    const described = Object.values(paths).flatMap((all) => Object.values(all as Record<string, any>))
    const known = new Map(
      described.map((operation) => [operation.operationId, (operation.parameters ?? []).map(({ name }: any) => name)]),
    )
    const file = join(import.meta.dirname, '../../packages/hub/src/published/operations.tsv')
    for (const line of readFileSync(file, 'utf8').split('\n').slice(1, -1)) {
      const [, , operationId = '', query] = line.split('\t')
      const names = known.get(operationId)
      if (names && query)
        assert.deepEqual(
          query.split(',').filter((name) => !names.includes(name)),
          [],
          operationId,
        )
    }
  })
})

const pathParameters = (): Record<string, string> => ({
  inbox_id: hub.inbox,
  channel_id: channel.id,
  conversation_id: conversations[0] ?? '',
  teammate_id: `alt:email:${hub.admin.email}`,
  message_id: messageId,
  tag_id: tagId,
  contact_id: 'alt:custom:ivo',
  team_id: publicId('tim', hub.companyId, 1),
})

/** Follows `next` from the first page to the last, and `prev` back to the first. */
async function assertPages(path: string, expected: string[]): Promise<void> {
  const separator = /\?.+/.test(path) ? '&' : ''
  let at = `${path}${separator}limit=2`
  const forth: string[][] = []
  const back: string[][] = []
  let prev: string | null = null
  for (let next: string | null = at; next; at = next ?? at) {
    const { body } = await hub.call('GET', next)
    forth.push(body._results.map(({ id }: Listed) => id))
    ;({ prev } = body._pagination)
    next = body._pagination.next?.slice(hub.url.length) ?? null
  }
  assert.deepEqual(forth.flat(), expected, path)
  while (prev) {
    const { body } = await hub.call('GET', prev.slice(hub.url.length))
    back.unshift(body._results.map(({ id }: Listed) => id))
    ;({ prev } = body._pagination)
  }
  assert.deepEqual(back, forth.slice(0, -1), `${path}, back`)
}
