import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Hub, startHub } from '@portico/hub'
import { openDatabase } from '@portico/hub/database'
import { makeSealer } from '@portico/hub/sealer'
import { readSettings } from '@portico/hub/settings'
import { createTeammate } from '@portico/hub/teammates'
import { publicId } from '@portico/protocol'
import { pino } from 'pino'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub, testMasterKey } from '../../../../tests/harness/hub.ts'
import { freePort } from '../../../../tests/harness/spawned-hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'
import type { Database } from '../db/database.ts'

/** Two hubs on one database: what happens in one ends rights in the other. */
let here: TestHub
let there: { hub: Hub; db: Database }
let channel: TestChannel
before(async () => {
  here = await startTestHub()
  const db = openDatabase({ connection: { connectionString: here.db.url } })
  // several processes of a hub behind one URL
  const address = { PORT: String(await freePort()), PUBLIC_URL: here.url }
  const settings = readSettings({ ...address, PORTICO_DEMO: '0', LOG_LEVEL: 'silent' })
  const hub = await startHub({ settings, db, sealer: makeSealer(testMasterKey), log: pino({ level: 'silent' }) })
  there = { hub, db }
  channel = await addTestChannel(here)
})
after(async () => {
  await channel.server.stop()
  await there.hub.close()
  await there.db.close()
  await here.close()
})

let count = 0
const urls = () => ({ 'this hub': here.url, 'the other hub': there.hub.url })
const cursorNow = async () => Number((await here.call('GET', '/conversations')).headers.get('x-portico-cursor'))

interface Person {
  id: string
  email: string
  cookie: string
}

async function makePerson(): Promise<Person> {
  const [email, password] = [`ben${++count}@example.com`, 'correct horse battery']
  const actor = { companyId: here.companyId, kind: 'system' as const, id: null }
  const id = await createTeammate(here.db, here.hub.bus, actor, {
    email,
    password,
    firstName: 'Ben',
    lastName: 'Example',
  })
  return { id: publicId('tea', here.companyId, id), email, cookie: await signIn(email, password) }
}

async function signIn(email: string, password: string): Promise<string> {
  const answer = await here.call('POST', '/sign_in', { email, password }, { token: null })
  assert.equal(answer.status, 204)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

const as = (cookie: string) => ({ token: null, headers: { cookie, origin: here.url } })
const say = async (conversation: string, body: string, by = channel): Promise<string> => {
  const { body: accepted } = await by.push({ body, externalId: `m-${++count}`, conversation })
  const message = (await here.call('GET', `/messages/alt:uid:${accepted.message_uid}`)).body
  return new URL(message._links.related.conversation).pathname
}
const receivedText = (reader: StreamReader) => JSON.stringify(reader.messages)

describe('an open stream', { timeout: 60_000 }, () => {
  type Open = { headers: Record<string, string>; end: () => Promise<unknown> }
  const sql = (name: string, text: string, values: unknown[]) => here.db.query(name, text, values)
  const ofSession = async (end: (person: Person) => Promise<unknown>): Promise<Open> => {
    const person = await makePerson()
    return { headers: { cookie: person.cookie }, end: () => end(person) }
  }
  const ways: Record<string, () => Promise<Open>> = {
    'the teammate is blocked': () =>
      ofSession(({ id }) => here.call('PATCH', `/teammates/${id}`, { is_blocked: true })),
    'the teammate signs out': () => ofSession(({ cookie }) => here.call('POST', '/sign_out', {}, as(cookie))),
    'the browser signs in as somebody else': () =>
      ofSession(({ cookie }) => here.call('POST', '/sign_in', here.admin, as(cookie))),
    'the sessions end without a word, as with a new password': () =>
      ofSession(({ email }) =>
        sql('end', 'delete from directory.sessions s using directory.users u where u.id = s.user_id and u.email = $1', [
          email,
        ]),
      ),
    'the session expires': () =>
      ofSession(({ email }) =>
        sql(
          'expire',
          'update directory.sessions s set expires_at = now() from directory.users u where u.id = s.user_id and u.email = $1',
          [email],
        ),
      ),
    'the API token is deleted': async () => {
      const { body } = await here.call('POST', '/api_tokens', { name: 'short' })
      return {
        headers: { authorization: `Bearer ${body.token}` },
        end: () => here.call('DELETE', `/api_tokens/${body.id}`),
      }
    },
  }
  for (const [way, open] of Object.entries(ways)) {
    it(`ends with its right in every hub when ${way}`, async () => {
      const { headers, end } = await open()
      const readers = await Promise.all(Object.values(urls()).map((url) => StreamReader.open(url, headers)))
      await end()
      await Promise.all(readers.map((reader) => reader.until(() => reader.hasEnded)))
      await say('after', 'parrot after the end')
      for (const reader of readers) assert.ok(!/parrot/.test(receivedText(reader)))
      for (const url of Object.values(urls())) await assert.rejects(StreamReader.open(url, headers, 0), /401/)
    })
  }
})

describe('an event that a teammate may no longer see', { timeout: 60_000 }, () => {
  interface Lost {
    /** A teammate who has the inbox until `lose`. */
    person: Person
    conversation: string
    lose: () => Promise<unknown>
    /** Something happens there afterwards. */
    goOn: () => Promise<unknown>
  }
  const makeInbox = async (body: object) =>
    (await here.call('POST', '/inboxes', body, { headers: { prefer: 'return=representation' } })).body.id as string
  const moveTo = (conversation: string, inbox: string) => here.call('PATCH', conversation, { inbox_id: inbox })

  async function begin(inbox: string, name: string) {
    const conversation = await say(name, `canary early in ${name}`)
    await moveTo(conversation, inbox)
    return conversation
  }
  const ways: Record<string, (name: string) => Promise<Lost>> = {
    'the inbox is no longer shared': async (name) => {
      const person = await makePerson()
      const inbox = await makeInbox({ name, is_public: false, teammate_ids: [person.id] })
      const conversation = await begin(inbox, name)
      const lose = () => here.call('DELETE', `/inboxes/${inbox}/teammates`, { teammate_ids: [person.id] })
      return { person, conversation, lose, goOn: () => say(name, `canary late in ${name}`) }
    },
    'the inbox is made private': async (name) => {
      const person = await makePerson()
      const inbox = await makeInbox({ name })
      const conversation = await begin(inbox, name)
      const lose = () => here.call('PATCH', `/inboxes/${inbox}`, { is_public: false })
      return { person, conversation, lose, goOn: () => say(name, `canary late in ${name}`) }
    },
    'the conversation moves to a private inbox': async (name) => {
      const person = await makePerson()
      const secret = await makeInbox({ name: `canary inbox ${name}`, is_public: false })
      const conversation = await say(name, `canary early in ${name}`)
      return {
        person,
        conversation,
        lose: () => moveTo(conversation, secret),
        goOn: () => say(name, `canary late in ${name}`),
      }
    },
    'it moves there by way of a third inbox': async (name) => {
      const person = await makePerson()
      const secret = await makeInbox({ name: `canary inbox ${name}`, is_public: false })
      const between = await makeInbox({ name })
      const conversation = await begin(between, name)
      return {
        person,
        conversation,
        lose: () => moveTo(conversation, secret),
        goOn: () => say(name, `canary late in ${name}`),
      }
    },
    'its channel moves to a private inbox': async (name) => {
      const person = await makePerson()
      const secret = await makeInbox({ name: `canary inbox ${name}`, is_public: false })
      const own = await addTestChannel(here, { server: channel.server })
      const conversation = await say(name, `canary early in ${name}`, own)
      const lose = async () => {
        await here.call('PATCH', `/channels/${own.id}`, { inbox_id: secret })
        while ((await here.call('GET', conversation)).body.inbox_id !== secret);
      }
      return { person, conversation, lose, goOn: () => say(name, `canary late in ${name}`, own) }
    },
    'the conversation is deleted for ever': async (name) => {
      const person = await makePerson()
      const conversation = await say(name, `canary early in ${name}`)
      const lose = async () => {
        await here.call('PATCH', conversation, { status: 'deleted' })
        assert.equal((await here.call('DELETE', conversation)).status, 204)
      }
      return { person, conversation, lose, goOn: async () => {} }
    },
  }
  for (const [way, begun] of Object.entries(ways)) {
    it(`is in no open stream, for no earlier cursor and not in GET /events when ${way}`, async () => {
      const before = await cursorNow()
      const { person, conversation, lose, goOn } = await begun(way)
      const headers = { cookie: person.cookie }
      const open = await Promise.all(Object.values(urls()).map((url) => StreamReader.open(url, headers, before)))
      for (const reader of open) await reader.until(() => /canary early/.test(receivedText(reader)))
      await lose()
      const lost = await cursorNow()
      await goOn()
      const signal = `signal ${++count}`
      await say(signal, signal)
      for (const reader of open) {
        await reader.until(() => receivedText(reader).includes(signal))
        const later = reader.messages.filter(({ id }) => id >= lost)
        assert.ok(!/canary/.test(JSON.stringify(later)), 'on the open stream')
      }
      const resumed = await Promise.all(Object.values(urls()).map((url) => StreamReader.open(url, headers, before)))
      for (const reader of resumed) {
        await reader.until(() => receivedText(reader).includes(signal))
        assert.ok(!/canary/.test(receivedText(reader)), 'to a cursor from before')
        reader.close()
      }
      for (const reader of open) reader.close()
      const listed = await here.call('GET', '/events?limit=100', undefined, as(person.cookie))
      assert.ok(JSON.stringify(listed.body).includes(signal))
      assert.ok(!/canary/.test(JSON.stringify(listed.body)), 'in GET /events')
      const early = open.flatMap(({ messages }) => messages).find(({ data }) => data.type === 'inbound')
      const message = `/messages/${early?.data.target.data.id}`
      const paths = [
        ...['', '/events', '/messages', '/draft'].map((path) => conversation + path),
        ...[message, `${message}/frame`, `${message}/delivery`],
        `/events/${early?.data.id}`,
      ]
      for (const path of paths) {
        assert.equal((await here.call('GET', path, undefined, as(person.cookie))).status, 404, path)
      }
    })
  }
})
