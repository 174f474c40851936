import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { firstTeam } from '../inboxes/owner.ts'

/** Every list that has pages, found in /openapi.json, so that new ones are held to the same. */
let hub: EmptyHub
let mine: StaffedCompany
let theirs: StaffedCompany
let lists: string[]

before(async () => {
  hub = await startEmptyHub()
  mine = await hub.addStaffedCompany('mine')
  theirs = await hub.addStaffedCompany('theirs')
  for (const company of [mine, theirs]) for (let n = 0; n < 3; n++) await push(company, `c${n % 2}`, `m${n}`)
  const { body } = await hub.request('GET', '/openapi.json')
  lists = Object.entries(body.paths as Record<string, { get?: { parameters?: { name: string }[] } }>)
    .filter(([, { get }]) => get?.parameters?.some(({ name }) => name === 'page_token'))
    .map(([path]) => path)
  assert(lists.length >= 5, String(lists))
})
after(() => hub?.close())

async function push(company: StaffedCompany, conversation: string, id: string): Promise<void> {
  const { status, text } = await hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
    as: company.channelToken(),
    body: {
      sender: { handle: `ivo${conversation}` },
      body: 'x',
      metadata: { external_id: id, external_conversation_id: conversation },
    },
  })
  assert.equal(status, 202, text)
}

/** The list's address for this company, with ids of things that are there. */
async function addressOf(list: string, company: StaffedCompany): Promise<string> {
  const { companyId } = company
  const conversations = await hub.request('GET', '/conversations', { as: company.apiToken })
  const contacts = await hub.db.query<{ id: number }>('t_contact', 'select id from contacts where company_id = $1', [
    companyId,
  ])
  const messages = await hub.request('GET', `/conversations/${conversations.body._results[0].id}/messages`, {
    as: company.apiToken,
  })
  const tag = await hub.request('POST', '/tags', { as: company.apiToken, body: { name: randomUUID() } })
  const ids: Record<string, string> = {
    conversation_id: conversations.body._results[0].id,
    message_id: messages.body._results[0].id,
    inbox_id: publicId('inb', companyId, company.inboxId),
    channel_id: company.channelPublicId,
    teammate_id: publicId('tea', companyId, company.adminId),
    tag_id: tag.body.id,
    team_id: publicId('tim', companyId, firstTeam),
    contact_id: publicId('crd', companyId, contacts[0]?.id ?? 0),
    query: 'x',
  }
  return list.replace(/\{(\w+)\}/g, (_, name: string) => {
    assert(ids[name], `${list}: this test does not know a ${name}`)
    return ids[name]
  })
}

const get = (path: string, token: string, company = mine) =>
  hub.request('GET', `${path}?limit=1&page_token=${encodeURIComponent(token)}`, { as: company.apiToken })

async function nextOf(path: string, company: StaffedCompany): Promise<string | null> {
  const { status, body, text } = await hub.request('GET', `${path}?limit=1`, { as: company.apiToken })
  assert.equal(status, 200, `${path}: ${text}`)
  return body._pagination.next && new URL(body._pagination.next).searchParams.get('page_token')
}

const encode = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url')

const garbage = {
  'no token': 'zzz',
  'not base64': '!!!***',
  'no JSON': Buffer.from('hello').toString('base64url'),
  'no list': encode({ a: 1 }),
  'an empty list': encode([]),
  'null values': encode([null, null]),
  'texts for numbers': encode(['x', 'y']),
  'numbers as text': encode(['1', '2']),
  'a number beyond bigint': Buffer.from('[1e30,1e30]').toString('base64url'),
  'a number beyond all': Buffer.from('[1e999,1e999]').toString('base64url'),
  fractions: encode([0.5, 1.5]),
  'U+0000': encode(['\0', 1]),
  'a raw U+0000': '\0',
  'too few values': encode([1]),
  'too many values': encode([1, 2, 3, 4, 5]),
  'a date that is none': encode(['2024-99-99', 1]),
  'half a surrogate pair': Buffer.from('["\\ud800",1]').toString('base64url'),
  'something huge': 'A'.repeat(8_000),
}

test('a page token that a list has not given is refused by name, on every list', async () => {
  for (const list of lists) {
    const path = await addressOf(list, mine)
    for (const [what, token] of Object.entries(garbage)) {
      const { status, body } = await get(path, token)
      assert.equal(status, 400, `${list}: ${what}`)
      assert(['invalid_query', 'invalid_character'].includes(body._error.code), `${list}: ${what}: ${body._error.code}`)
    }
  }
})

test('a page token is good for the list of the company that gave it, whole and as it was given', async () => {
  const given = new Map<string, string>()
  for (const list of lists) {
    const token = await nextOf(await addressOf(list, mine), mine)
    if (token) given.set(list, token)
  }
  assert(given.size >= 4, String([...given.keys()]))
  for (const list of lists) {
    const path = await addressOf(list, mine)
    const own = given.get(list)
    if (own) assert.equal((await get(path, own)).status, 200, list)
    const wrong = [...given].filter(([other]) => other !== list).map(([, token]) => token)
    if (own) {
      wrong.push(
        own.slice(0, -1),
        own.slice(0, own.length >> 1),
        own.slice(1),
        `${own}A`,
        `${own}=`,
        ` ${own}`,
        own.toLowerCase(),
      )
      const foreign = await nextOf(await addressOf(list, theirs), theirs)
      if (foreign) wrong.push(foreign)
    }
    for (const token of wrong) {
      const { status, body } = await get(path, token)
      assert.deepEqual([status, body._error?.code], [400, 'invalid_query'], `${list}: ${token}`)
    }
  }
})
