import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

/**
 * Every answer of every route that reads, as each kind of caller, and every link in it followed by the same caller. New
 * routes and new links are covered by themselves.
 */
let hub: EmptyHub
let acme: StaffedCompany
let callers: Record<string, string>
let conversation: string

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  await fill()
  callers = {
    admin: await hub.signIn(acme.admin.email),
    member: await hub.signIn(acme.member.email),
    'API token': acme.apiToken,
    channel: acme.channelToken(),
  }
})
after(() => hub?.close())

async function done(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer
  assert.ok(status < 300, `${status} ${text}`)
  return answer
}

/** A resource of every kind with links. */
async function fill() {
  await hub.db.query('undo', 'update channels set undo_send_time = 60 where company_id = $1', [acme.companyId])
  for (const [external_id, more] of [
    ['in-1', {}],
    ['in-2', { references: ['in-1'] }],
  ] as const) {
    await done(
      hub.request('POST', `/channels/${acme.channelPublicId}/inbound_messages`, {
        as: acme.channelToken(),
        body: {
          sender: { handle: 'ivo', name: 'Ivo' },
          body: 'hello',
          metadata: { external_id, external_conversation_id: 'ivo', ...more },
        },
      }),
    )
  }
  const [first] = (await hub.request('GET', '/conversations', { as: acme.apiToken })).body._results
  conversation = first.id
  const as = await hub.signIn(acme.admin.email)
  await done(hub.request('POST', `/conversations/${conversation}/messages`, { as, body: { body: 'answer' } }))
  const assignee_id = publicId('tea', acme.companyId, acme.memberId)
  await done(hub.request('PATCH', `/conversations/${conversation}`, { as, body: { assignee_id } }))
  await done(hub.request('POST', '/invitations', { as, body: { email: 'ivo@acme.example' } }))
}

/** Every URL below a `_links` or a `_pagination`. */
function linksIn(value: unknown, isLink = false): string[] {
  if (typeof value === 'string') return isLink ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) =>
    linksIn(one, isLink || key === '_links' || key === '_pagination'),
  )
}

const prefixes: Record<string, string> = {
  conversation_id: 'cnv',
  message_id: 'msg',
  inbox_id: 'inb',
  channel_id: 'cha',
  teammate_id: 'tea',
  event_id: 'evt',
  contact_id: 'crd',
  app_uid: 'app',
  team_id: 'tim',
}

/** The address of a route that reads, with ids that answers have told; undefined while one of them was never told. */
function addressOf(url: string, known: Map<string, string>): string | undefined {
  const names = Array.from(url.matchAll(/:(\w+)/g), ([, name = '']) => name)
  if (names.some((name) => !known.has(prefixes[name] ?? name))) return undefined
  return url.replace(/:(\w+)/g, (_, name: string) => known.get(prefixes[name] ?? name) ?? '')
}

function learnIds(text: string, known: Map<string, string>) {
  for (const [id, prefix = ''] of text.matchAll(/\b([a-z]{3})_[0-9a-z]+\b/g))
    if (!known.has(prefix)) known.set(prefix, id)
}

describe('every link in every answer', () => {
  for (const name of ['admin', 'member', 'API token', 'channel']) {
    it(`leads its reader, ${/^[aA]/.test(name) ? 'an' : 'a'} ${name}, somewhere`, async () => {
      const as = callers[name]
      const known = new Map([
        ['cha', acme.channelPublicId],
        ['app', acme.typeUid],
        ['cnv', conversation],
      ])
      const pages = /^\/(?:docs|app|stream|openapi|metrics|healthz|readyz|favicon|setup|invitations\/by_token)|^\/$/
      const reads = hub.app.routeTable.filter(({ method, url }) => method === 'GET' && !pages.test(url))
      const found = new Map<string, string>()
      const asked = new Set<string>()
      for (let isNew = true; isNew; ) {
        isNew = false
        for (const path of [...reads.map(({ url }) => addressOf(url, known)), ...found.keys()]) {
          if (path === undefined || asked.has(path)) continue
          asked.add(path)
          isNew = true
          const answer = await hub.request('GET', path, { as })
          learnIds(answer.text, known)
          if (!answer.headers.get('content-type')?.includes('json')) continue
          for (const link of linksIn(answer.body)) {
            assert.ok(link.startsWith(hub.settings.publicUrl), `${path}: ${link}`)
            found.set(link.slice(hub.settings.publicUrl.length), path)
          }
        }
      }
      assert.ok(found.size > (name === 'channel' ? 5 : 20), [...found].join('\n'))
      const dead: string[] = []
      for (const [path, from] of found) {
        const { status, body } = await hub.request('GET', path, { as })
        // a channel's token opens what is the channel's, and is told so of the rest
        if (status === 200 || (name === 'channel' && status === 403)) continue
        dead.push(`${path} in ${from}: ${status} ${body?._error?.message}`)
      }
      assert.deepEqual(dead, [])
    })
  }
})

describe('the routes that links lead to', () => {
  const find = async (as: string, path: string) => (await hub.request('GET', path, { as })).body

  it('return an event to those who may see it, and to no others', async () => {
    const [event] = (await find(acme.apiToken, '/events'))._results
    assert.deepEqual(await find(acme.apiToken, `/events/${event.id}`), event)
    const [conversation] = (await find(acme.apiToken, '/conversations'))._results
    await hub.db.query('hide', 'update conversations set inbox_id = $2 where company_id = $1', [
      acme.companyId,
      acme.privateInboxId,
    ])
    try {
      for (const path of [
        `/events/${event.id}`,
        `/conversations/${conversation.id}/inboxes`,
        new URL(conversation.recipient._links.related.contact).pathname,
      ]) {
        assert.equal((await hub.request('GET', path, { as: acme.apiToken })).status, 200, path)
        assert.equal((await hub.request('GET', path, { as: callers.member })).status, 404, path)
      }
    } finally {
      await hub.db.query('show', 'update conversations set inbox_id = $2 where company_id = $1', [
        acme.companyId,
        acme.inboxId,
      ])
    }
  })

  it('return the inbox of a conversation, a contact with its handles, and the conversations assigned to a teammate', async () => {
    const [conversation] = (await find(acme.apiToken, '/conversations'))._results
    const inboxes = await find(acme.apiToken, `/conversations/${conversation.id}/inboxes`)
    assert.deepEqual(
      inboxes._results.map((inbox: { id: string }) => inbox.id),
      [publicId('inb', acme.companyId, acme.inboxId)],
    )
    const contact = await find(acme.apiToken, new URL(conversation.recipient._links.related.contact).pathname)
    assert.deepEqual([contact.name, contact.handles], ['Ivo', [{ source: 'custom', handle: 'ivo' }]])
    assert.deepEqual(await find(acme.apiToken, '/contacts/alt:custom:ivo'), contact)
    assert.equal((await hub.request('GET', '/contacts/alt:custom:nobody', { as: acme.apiToken })).status, 404)
    const assigned = (id: number) =>
      find(acme.apiToken, `/teammates/${publicId('tea', acme.companyId, id)}/conversations`)
    assert.deepEqual(
      (await assigned(acme.memberId))._results.map((result: { id: string }) => result.id),
      [conversation.id],
    )
    assert.deepEqual((await assigned(acme.adminId))._results, [])
  })
})
