import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { answer, succeed } from '../harness/channel-server.ts'
import { createDatabase } from '../harness/database.ts'
import { makeFixture, startEmptyHub } from '../harness/hub.ts'
import { readFacts, type StoredFacts, storedDirectory } from './facts.ts'

/**
 * Stores a database as this version leaves it, for the tests of every later one:
 * PORTICO_TEST_BINARIES=/usr/lib/postgresql/15/bin node tests/upgrade/store.ts 0.2.0
 * pg_dump comes from those binaries; 15 is the oldest supported PostgreSQL. A stored database is never stored again.
 */
const [version] = process.argv.slice(2)
const binaries = process.env.PORTICO_TEST_BINARIES
if (version === undefined || binaries === undefined) throw new Error('usage: PORTICO_TEST_BINARIES=… store.ts VERSION')

const db = await createDatabase()
const hub = await startEmptyHub({ logLevel: 'silent' }, null, db)
const acme = await makeFixture(db, hub.url, hub.bus)
const settled = await addTestChannel(acme)
const waiting = await addTestChannel(acme, { settings: { undo_send_time: 60 } })

const cookie = await hub.signIn(acme.admin.email)
const asAdmin = async (method: string, path: string, body?: unknown) => {
  const { status, text, body: answered } = await hub.request(method, path, { as: cookie, body })
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
  return answered
}

async function conversationOf(channel: TestChannel, thread: string, body: string): Promise<string> {
  const { body: accepted } = await channel.push({
    body,
    externalId: `in-${thread}`,
    conversation: thread,
    handle: thread,
  })
  return idOf(accepted.message_uid)
}

async function idOf(uid: string): Promise<string> {
  const { body } = await acme.call('GET', `/messages/alt:uid:${uid}`)
  return body._links.related.conversation.split('/').at(-1)
}

async function reply(conversation: string, body: string): Promise<string> {
  const { message_uid } = await asAdmin('POST', `/conversations/${conversation}/messages`, { body })
  const { body: message } = await acme.call('GET', `/messages/alt:uid:${message_uid}`)
  return message.id
}

async function untilState(message: string, ...states: string[]): Promise<void> {
  for (;;) {
    const { body } = await acme.call('GET', `/messages/${message}/delivery`)
    if (states.includes(body.state)) return
    await wait(20)
  }
}

// every end of a delivery
const talk = await conversationOf(settled, 'talk', 'Is my parcel lost?')
await untilState(await reply(talk, 'No, it comes today.'), 'sent')
settled.server.behave = (_, response) =>
  answer(response, 400, { type: 'bad_request', message: 'The number does not exist.' })
await untilState(await reply(talk, 'This one is refused.'), 'failed')
settled.server.behave = (_, response) => answer(response, 500, {})
await untilState(await reply(talk, 'Of this one nobody knows.'), 'not_confirmed')
settled.server.behave = succeed
const archived = await conversationOf(settled, 'archived', 'Thank you!')
await asAdmin('PATCH', `/conversations/${archived}`, { assignee_id: (await asAdmin('GET', '/me/teammate')).id })
await asAdmin('PATCH', `/conversations/${archived}`, { status: 'archived' })
const trashed = await conversationOf(settled, 'trashed', 'Buy now')
await asAdmin('PATCH', `/conversations/${trashed}`, { status: 'deleted' })
await asAdmin('PUT', `/conversations/${talk}/draft`, { body: 'Half an answer' })

// stores every state before it, too
const undo = await conversationOf(waiting, 'undo', 'Can you call me back?')
const queued = [await reply(undo, 'First.'), await reply(undo, 'Second.')]
const busy = await addTestChannel(acme)
busy.server.behave = (_, response) => void response.writeHead(429, { 'retry-after': '60' }).end()
const late = await conversationOf(busy, 'late', 'Hello?')
const delayed = await reply(late, 'Later.')
await untilState(delayed, 'delayed')
const silent = await addTestChannel(acme)
silent.server.behave = () => {}
const held = await conversationOf(silent, 'held', 'Anybody?')
const sending = await reply(held, 'Being sent.')
await untilState(sending, 'sending')

const secretsOf = ({ id, typeUid, secret }: TestChannel) => ({ id, typeUid, secret })
const facts: StoredFacts = {
  version,
  token: acme.token,
  admin: acme.admin,
  channel: secretsOf(settled),
  conversations: { talk, undo, late, held },
  messages: { queued, delayed, sending },
  answers: await readFacts(acme.call, { conversations: [talk, archived, trashed], channel: settled.id }),
}
const dump = execFileSync(join(binaries, 'pg_dump'), ['--inserts', '--no-owner', '--no-privileges', db.url], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
})
// meta commands of psql are not SQL
writeFileSync(join(storedDirectory, `${version}.sql`), dump.replaceAll(/^\\.*\n/gm, ''))
writeFileSync(join(storedDirectory, `${version}.json`), `${JSON.stringify(facts, null, 2)}\n`)
for (const { server } of [settled, waiting, busy, silent]) await server.stop()
await hub.close()
process.exit(0)
