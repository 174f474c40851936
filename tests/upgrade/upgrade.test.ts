import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { migrate } from '@portico/hub/migrate'
import { issueChannelToken } from '@portico/protocol'
import { inbound } from '../harness/channel.ts'
import { FakeChannelServer } from '../harness/channel-server.ts'
import { createEmptyDatabase, type TestDatabase } from '../harness/database.ts'
import { type Answer, type EmptyHub, startEmptyHub } from '../harness/hub.ts'
import { readFacts, type StoredFacts, storedDirectory } from './facts.ts'

const versions = globSync('*.sql', { cwd: storedDirectory }).map((file) => file.replace(/\.sql$/, ''))

it('a database of 0.2.0 is stored', () => assert.ok(versions.includes('0.2.0')))

for (const version of versions) {
  describe(`a database that ${version} left`, () => {
    const facts: StoredFacts = JSON.parse(readFileSync(join(storedDirectory, `${version}.json`), 'utf8'))
    let db: TestDatabase
    let server: FakeChannelServer
    let hub: EmptyHub
    let functionsThen: StoredFunction[]
    before(async () => {
      db = await createEmptyDatabase()
      await restore(db, version)
      functionsThen = await listFunctions(db)
      server = await FakeChannelServer.start()
      await db.pool.query(`update channels set webhook_url = $1`, [`${server.url}hook`])
      await migrate(db)
      hub = await startEmptyHub({ logLevel: 'silent' }, null, db)
    })
    after(async () => {
      await hub?.close()
      await server?.stop()
    })
    const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
      hub.request(method, path, { as: `Bearer ${facts.token}`, body })

    it('returns everything that it returned then, and perhaps more', async () => {
      const conversations = Object.keys(facts.answers).flatMap(
        (path) => /^\/conversations\/([^/]+)$/.exec(path)?.[1] ?? [],
      )
      const now = await readFacts(call, { conversations, channel: facts.channel.id })
      for (const [path, then] of Object.entries(facts.answers)) assert.deepEqual(pick(now[path], then), then, path)
    })

    it('lets its people sign in, with their drafts', async () => {
      const cookie = await hub.signIn(facts.admin.email, facts.admin.password)
      const draft = await hub.request('GET', `/conversations/${facts.conversations.talk}/draft`, { as: cookie })
      assert.equal(draft.body.body, 'Half an answer')
    })

    it('sends the waiting messages once and in order, and reports those in flight as not confirmed', async () => {
      const bodies = () => server.messages().map(({ body }) => body.payload.body)
      // sessions of a fresh dump wait a minute
      await server.until(() =>
        ['First.', 'Second.', 'Later.'].every((text) => bodies().some((body) => String(body).includes(text))),
      )
      const sent = bodies().map(String)
      assert.equal(sent.filter((body) => body.includes('First.')).length, 1)
      assert.ok(sent.findIndex((body) => body.includes('First.')) < sent.findIndex((body) => body.includes('Second.')))
      // the leases of attempts in flight expired long ago
      const stateOf = async () => (await call('GET', `/messages/${facts.messages.sending}/delivery`)).body.state
      while ((await stateOf()) === 'sending') await wait(50)
      assert.equal(await stateOf(), 'not_confirmed')
      assert.ok(!sent.some((text) => text.includes('Being sent.')))
    })

    it('takes its channels’ tokens, knows their messages and joins their conversations', async () => {
      const { id, typeUid: uid, secret } = facts.channel
      const push = (externalId: string) =>
        hub.request('POST', `/channels/${id}/inbound_messages`, {
          as: `Bearer ${issueChannelToken({ secret, uid, channelId: id })}`,
          body: inbound({ body: 'Still there?', externalId, conversation: 'talk', handle: 'talk' }),
        })
      const countMessages = async () =>
        (await call('GET', `/conversations/${facts.conversations.talk}/messages?limit=100`)).body._results.length
      const before = await countMessages()
      assert.equal((await push('in-talk')).status, 202)
      assert.equal(await countMessages(), before)
      assert.equal((await push('in-new')).status, 202)
      assert.equal(await countMessages(), before + 1)
    })

    it('keeps every function that its hub calls, while that one still runs beside the new one', async () => {
      const functionsNow = new Set((await listFunctions(db)).map(({ text }) => text))
      const gone = functionsThen.map(({ text }) => text).filter((text) => !functionsNow.has(text))
      if (version === versions.at(-1)) assert.deepEqual(gone, [])
    })
  })
}

interface StoredFunction {
  text: string
}

async function listFunctions(db: TestDatabase): Promise<StoredFunction[]> {
  return db.query<StoredFunction>(
    'list_functions',
    `select oid::regprocedure::text || ' returns ' || pg_get_function_result(oid) as text from pg_proc
     where pronamespace = 'public'::regnamespace order by 1`,
  )
}

/** Drops the schemas that the dump makes itself. */
async function restore(db: TestDatabase, version: string): Promise<void> {
  const dump = readFileSync(join(storedDirectory, `${version}.sql`), 'utf8')
  const client = await db.pool.connect()
  try {
    await client.query(dump)
    await client.query('reset all')
  } finally {
    client.release(true)
  }
}

/** The fields of `now` that `then` has, too. */
function pick(now: unknown, then: unknown): unknown {
  if (Array.isArray(now) && Array.isArray(then))
    return now.length === then.length ? now.map((item, index) => pick(item, then[index])) : now
  if (now === null || then === null || typeof now !== 'object' || typeof then !== 'object') return now
  return Object.fromEntries(Object.keys(then).map((key) => [key, pick((now as never)[key], (then as never)[key])]))
}
