import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pino from 'pino'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { makeAuthenticateChannel } from '../channels/token.ts'
import { openDatabase } from '../db/database.ts'
import { Bus } from '../events/bus.ts'
import type { ChannelAuth } from '../http/principal.ts'
import { makeReceiver, type Pushed, type Receiver } from './receive.ts'

let hub: EmptyHub
let acme: StaffedCompany
let auth: ChannelAuth
let receiver: Receiver

before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  receiver = makeReceiver({ db: hub.db, bus: hub.bus, log: pino({ level: 'silent' }) })
  const authenticate = makeAuthenticateChannel({ db: hub.db, sealer: hub.sealer })
  auth = await authenticate(acme.channelToken().slice('Bearer '.length))
})
after(async () => {
  await receiver.close()
  await hub.close()
})

const message = (id: string, thread = 'one', body = 'x'): Pushed => ({
  isInbound: true,
  people: [{ handle: 'h' }],
  body,
  externalId: id,
  externalConversationId: thread,
})

/** The receiver of another hub on the same database. */
function otherHub() {
  const db = openDatabase({ connection: { connectionString: hub.db.url } })
  const receiver = makeReceiver({ db, bus: new Bus(db), log: pino({ level: 'silent' }) })
  return {
    receiver,
    async close() {
      await receiver.close()
      await db.close()
    },
  }
}

const numbersAfter = async (cursor: number): Promise<number[]> => {
  const { rows } = await hub.db.pool.query(
    'select number from events where company_id = $1 and number > $2 order by number limit 500',
    [acme.companyId, cursor],
  )
  return rows.map(({ number }) => Number(number))
}

test('8 writers over two hubs: events are gapless, and a reader that follows them never skips one', async () => {
  const other = otherHub()
  const receivers = [receiver, other.receiver]
  const start = (await numbersAfter(0)).at(-1) ?? 0
  let writing = true
  const read = async () => {
    const seen: number[] = []
    for (;;) {
      const wasWriting = writing
      const numbers = await numbersAfter(start + seen.length)
      for (const number of numbers) {
        assert.equal(number, start + seen.length + 1, 'the reader went past an event that was not committed yet')
        seen.push(number)
      }
      if (!wasWriting && numbers.length === 0) return seen.length
    }
  }
  const reading = Promise.all([read(), read()])
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 60; n++) {
        const id = n % 10 === 9 ? 'a-repeat' : `w${writer}-${n}`
        await receivers[(writer + n) % 2]!.receive(auth, message(id, `t${n % 7}`))
      }
    }),
  )
  writing = false
  assert.deepEqual(await reading, [8 * 54 + 1, 8 * 54 + 1])
  await other.close()
})

test('messages of a conversation are in the order of their events', async () => {
  await Promise.all(Array.from({ length: 200 }, (_, i) => receiver.receive(auth, message(`order-${i}`, 'order'))))
  const { rows } = await hub.db.pool.query(
    `select m.external_id from messages m join events e on e.company_id = m.company_id and e.message_id = m.id
     where m.company_id = $1 and m.external_id like 'order-%' order by m.sort_at, m.id`,
    [acme.companyId],
  )
  assert.deepEqual(
    rows.map((row) => row.external_id),
    Array.from({ length: 200 }, (_, i) => `order-${i}`),
  )
})

test('a repeat that waited for a first one that could not be stored is stored itself', async () => {
  const [bad, good, repeat] = await Promise.allSettled([
    receiver.receive(auth, message('second-chance', 'one', 'half a pair \ud800')),
    receiver.receive(auth, message('second-chance')),
    receiver.receive(auth, message('second-chance')),
  ])
  assert.equal(bad.status, 'rejected')
  assert.deepEqual([good.status, repeat.status], ['fulfilled', 'fulfilled'])
  assert.equal((good as PromiseFulfilledResult<string>).value, (repeat as PromiseFulfilledResult<string>).value)
})

test('a lost database is StorageUnavailable for all waiting messages, and the next one reconnects', async () => {
  const waiting = Promise.allSettled(Array.from({ length: 100 }, (_, i) => receiver.receive(auth, message(`cut-${i}`))))
  await hub.db.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  for (const result of await waiting) {
    if (result.status === 'rejected') assert.equal(result.reason.constructor.name, 'StorageUnavailable')
  }
  const uids = await Promise.all(Array.from({ length: 100 }, (_, i) => receiver.receive(auth, message(`cut-${i}`))))
  assert.equal(new Set(uids).size, 100)
  const { rows } = await hub.db.pool.query("select count(*)::int as n from messages where external_id like 'cut-%'")
  assert.equal(rows[0].n, 100)
})
