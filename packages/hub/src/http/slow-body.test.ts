import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let company: StaffedCompany
let conversation: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  await hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
    as: company.channelToken(),
    body: { sender: { handle: 'ann' }, body: 'Hello', metadata: { external_id: 'a', external_conversation_id: 'b' } },
  })
  conversation = (await hub.request('GET', '/conversations', { as: company.apiToken })).body._results[0].id
})
after(() => hub?.close())

/** A request whose body begins now and ends when it is let. */
function begin(method: string, path: string, as: string, body: object) {
  const { hostname, port } = new URL(hub.url)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  const text = JSON.stringify(body)
  const who = as.startsWith('Bearer') ? `Authorization: ${as}` : `Cookie: ${as}\r\nOrigin: ${hub.settings.publicUrl}`
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: x\r\n${who}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n{`,
  )
  return async () => {
    socket.write(text.slice(1))
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return Number(answer.split(' ')[1])
  }
}

async function endedMeanwhile(as: string, end: () => Promise<unknown>) {
  const path = `/conversations/${conversation}`
  const requests = [
    begin('POST', `${path}/messages`, as, { body: 'After the end' }),
    begin('PATCH', path, as, { status: 'archived' }),
    begin('POST', `/channels/${company.channelPublicId}/messages`, as, { to: ['eve'], body: 'After the end' }),
  ]
  while (hub.app.admission.bytes === 0) await new Promise(setImmediate)
  await end()
  // a right that was asked for within a fifth of a second counts
  await wait(250)
  for (const finish of requests) assert.equal(await finish(), 401)
  const { body } = await hub.request('GET', `${path}/messages`, { as: company.apiToken })
  assert.equal(body._results.length, 1)
  assert.equal((await hub.request('GET', path, { as: company.apiToken })).body.status, 'unassigned')
}

test('a signed-out browser changes nothing with a request whose body was still arriving', async () => {
  const cookie = await hub.signIn(company.member.email)
  await endedMeanwhile(cookie, () => hub.request('POST', '/sign_out', { as: cookie }))
})

test('nor does a blocked teammate', async () => {
  const cookie = await hub.signIn(company.member.email)
  const path = `/teammates/${publicId('tea', company.companyId, company.memberId)}`
  await endedMeanwhile(cookie, () => hub.request('PATCH', path, { as: company.apiToken, body: { is_blocked: true } }))
})

test('nor a deleted API token', async () => {
  const { body } = await hub.request('POST', '/api_tokens', { as: company.apiToken, body: { name: 'short-lived' } })
  await endedMeanwhile(`Bearer ${body.token}`, () =>
    hub.request('DELETE', `/api_tokens/${body.id}`, { as: company.apiToken }),
  )
})
