import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import fc from 'fast-check'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

/** Ben, who is no admin, with a public inbox and two that are given to him and taken away. */
let hub: EmptyHub
let company: StaffedCompany
let ben: string
let inboxes: string[]
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ben = await hub.signIn(company.member.email)
  inboxes = [publicId('inb', company.companyId, company.inboxId)]
  for (const name of ['One', 'Two']) {
    const body = { name, is_public: false }
    const answer = await ask('POST', '/inboxes', body, { prefer: 'return=representation' })
    inboxes.push(answer.body.id)
  }
})
after(() => hub?.close())

async function ask(method: string, path: string, body?: unknown, headers = {}, as = company.apiToken) {
  const answer = await hub.request(method, path, { as, headers, ...(body !== undefined && { body }) })
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer
}

let count = 0
async function say(thread: number): Promise<string> {
  const metadata = { external_id: `m-${++count}`, external_conversation_id: `thread ${thread}` }
  const body = { sender: { handle: `h${thread}` }, body: `words of thread ${thread}`, metadata }
  const path = `/channels/${company.channelPublicId}/inbound_messages`
  const { body: accepted } = await ask('POST', path, body, {}, company.channelToken())
  const { body: message } = await ask('GET', `/messages/alt:uid:${accepted.message_uid}`)
  return new URL(message._links.related.conversation).pathname
}

type Step =
  | { kind: 'say'; thread: number }
  | { kind: 'move'; thread: number; to: number }
  | { kind: 'share' | 'take'; inbox: number }
  | { kind: 'trash' | 'restore' | 'erase'; thread: number }

const thread = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('say' as const), thread }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('move' as const), thread, to: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('share' as const, 'take' as const),
      inbox: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('trash' as const, 'restore' as const, 'erase' as const), thread }),
  },
)

const conversations = new Map<number, string>()
/** Messages of a conversation in this run. */
const said = new Map<string, number>()
const member = () => ({ teammate_ids: [publicId('tea', company.companyId, company.memberId)] })

async function take(step: Step): Promise<void> {
  if ('inbox' in step) {
    await ask(step.kind === 'share' ? 'POST' : 'DELETE', `/inboxes/${inboxes[step.inbox]}/teammates`, member())
  } else if (step.kind === 'say') {
    const path = await say(step.thread)
    conversations.set(step.thread, path)
    said.set(path, (said.get(path) ?? 0) + 1)
  } else await change(step, conversations.get(step.thread))
}

async function change(extract: Extract<Step, { thread: number }>, path: string | undefined): Promise<void> {
  if (!path) return
  if (extract.kind === 'move') await ask('PATCH', path, { inbox_id: inboxes[extract.to] })
  if (extract.kind === 'trash') await ask('PATCH', path, { status: 'deleted' })
  if (extract.kind === 'restore') await ask('PATCH', path, { status: 'open' })
  if (extract.kind !== 'erase') return
  await ask('PATCH', path, { status: 'deleted' })
  await ask('DELETE', path)
  conversations.delete(extract.thread)
}

const idOf = (path: string) => path.slice('/conversations/'.length)

describe('the events that Ben gets', () => {
  it('are all that he may see now, and no others, whatever happened', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (steps) => {
      const from = Number((await ask('GET', '/conversations')).headers.get('x-portico-cursor'))
      const open = await StreamReader.open(hub.url, { cookie: ben }, from)
      said.clear()
      for (const step of steps) await take(step)
      const last = idOf(await say(99))
      await ask('PATCH', `/conversations/${last}`, { inbox_id: inboxes[0] })
      const resumed = await StreamReader.open(hub.url, { cookie: ben }, from)
      const hasLast = (reader: StreamReader) => reader.messages.some(({ data }) => data.conversation?.id === last)
      await Promise.all([open, resumed].map((reader) => reader.until(() => hasLast(reader))))
      for (const reader of [open, resumed]) reader.close()

      const theirs = new Set<string>()
      for (const path of conversations.values()) {
        if ((await hub.request('GET', path, { as: ben })).status === 200) theirs.add(idOf(path))
      }
      const events = resumed.messages.map(({ data }) => data).filter(({ conversation }) => conversation)
      for (const { conversation, target, source, type } of events) {
        if (conversation.id === last) continue
        if (theirs.has(conversation.id)) assert.notEqual(conversation.inbox_id, null, type)
        else
          assert.deepEqual(
            [conversation.inbox_id, target, JSON.stringify(source).includes('inb_')],
            [null, null, false],
          )
      }
      const { text } = await ask('GET', '/events?limit=100', undefined, {}, ben)
      const listed = JSON.parse(text)._results.filter(({ conversation }: any) => conversation?.inbox_id)
      for (const { conversation } of listed) {
        assert.equal((await hub.request('GET', `/conversations/${conversation.id}`, { as: ben })).status, 200)
      }
      for (const [path, messages] of said) {
        if (!theirs.has(idOf(path))) continue
        const inbound = events.filter(({ type, conversation }) => type === 'inbound' && conversation.id === idOf(path))
        assert.equal(inbound.length, messages)
      }
    })
    await fc.assert(property, { numRuns: 12, interruptAfterTimeLimit: 60_000 })
  })
})
