import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { upload } from '../../../../tests/harness/files.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let acme: StaffedCompany
let admin: string
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  admin = await hub.signIn(acme.admin.email)
})
after(() => hub?.close())

async function conversationOf(body: object) {
  const { body: message } = await hub.request('POST', `/channels/${acme.channelPublicId}/messages`, {
    as: admin,
    headers: { prefer: 'return=representation' },
    body: { to: ['ivo'], body: 'x', options: { archive: false }, ...body },
  })
  return new URL(message._links.related.conversation).pathname
}

const keys = () => hub.db.query<{ storage_key: string }>('t_keys', 'select storage_key from attachments')
const isThere = (key: string) => existsSync(join(hub.filesDirectory, key))

async function until(condition: () => Promise<boolean>): Promise<void> {
  const timeout = AbortSignal.timeout(10_000)
  while (!(await condition())) {
    assert.ok(!timeout.aborted, 'it did not come')
    await wait(20)
  }
}

it('a conversation that is deleted for ever takes the files of its messages and drafts along', async () => {
  const path = await conversationOf({ attachment_ids: [(await upload(hub, admin, 'a')).id] })
  const kept = await conversationOf({ attachment_ids: [(await upload(hub, admin, 'b')).id] })
  const attachment_ids = [(await upload(hub, admin, 'c')).id]
  assert.equal(
    (await hub.request('PUT', `${path}/draft`, { as: admin, body: { body: '', attachment_ids } })).status,
    200,
  )
  const before = await keys()
  assert.equal(before.length, 3)
  assert.equal((await hub.request('PATCH', path, { as: admin, body: { status: 'deleted' } })).status, 204)
  assert.equal((await hub.request('DELETE', path, { as: admin })).status, 204)
  await until(
    async () => (await keys()).length === 1 && before.filter(({ storage_key }) => isThere(storage_key)).length === 1,
  )
  const { body } = await hub.request('GET', `${kept}/messages`, { as: admin })
  assert.equal(body._results[0].attachments.length, 1)
})

it('an upload that nobody used is removed after a day, and one that was used stays', async () => {
  const unused = await upload(hub, admin, 'a')
  const used = await upload(hub, admin, 'b')
  await conversationOf({ attachment_ids: [used.id] })
  const before = await keys()
  await hub.db.query(
    't_tomorrow',
    "update attachments set expires_at = expires_at - interval '25 hours' where expires_at is not null",
  )
  await hub.db.query('t_due', "update timers set due_at = now() where kind = 'attachments'")
  await until(async () => (await keys()).length === before.length - 1)
  await until(async () => before.filter(({ storage_key }) => isThere(storage_key)).length === before.length - 1)
  const read = (url: string) => fetch(url, { headers: { cookie: admin } })
  assert.equal((await read(unused.url)).status, 404)
  assert.equal((await read(used.url)).status, 200)
})
