import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: EmptyHub
let company: StaffedCompany
let other: StaffedCompany
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('mine')
  other = await hub.addStaffedCompany('other')
})
after(() => hub?.close())

let count = 0

async function push(who: StaffedCompany): Promise<void> {
  count++
  const { status, text } = await hub.request('POST', `/channels/${who.channelPublicId}/inbound_messages`, {
    as: who.channelToken(),
    body: {
      sender: { handle: 'ivo' },
      body: String(count),
      metadata: { external_id: `m${count}`, external_conversation_id: 'c' },
    },
  })
  assert.equal(status, 202, text)
}

async function untilLogged(words: string): Promise<void> {
  while (!hub.logged().includes(words)) await hub.db.query('t_moment', 'select pg_sleep(0.02)')
}

const bodies = ({ messages }: StreamReader) => messages.map(({ data }) => Number(data.target.data.text))

/** The table that only presenting an event reads. */
const broken = 'alter table teammates rename to gone'
const mended = 'alter table gone rename to teammates'

test('an error while events are read is logged, and readers then get everything they missed', async () => {
  const listen = (who: StaffedCompany) => StreamReader.open(hub.url, { authorization: who.apiToken })
  const [reader, another] = [await listen(company), await listen(other)]
  await push(company)
  await reader.until(() => reader.messages.length === 1)
  await hub.db.query('t_break', broken)
  for (let n = 0; n < 5; n++) await push(company)
  await push(other)
  await untilLogged('"42P01"')
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 200)
  await hub.db.query('t_mend', mended)
  await reader.until(() => reader.messages.length === 6)
  await another.until(() => another.messages.length === 1)
  assert.deepEqual(bodies(reader), [1, 2, 3, 4, 5, 6])
  reader.close()
  another.close()
})
