import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let company: StaffedCompany
let ada: string
let ben: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ada = await hub.signIn(company.admin.email)
  ben = await hub.signIn(company.member.email)
})
after(() => hub?.close())

const ask = (method: string, path: string, body?: unknown, as = company.apiToken) =>
  hub.request(method, path, { as, ...(body !== undefined && { body }) })
const read = async (path: string, as?: string) => (await ask('GET', path, undefined, as)).body
const email = (handle: string) => ({ source: 'email', handle })
async function make(name: string, handles = [email(`${name}@acme.example`)], more: object = {}) {
  const { status, body, text } = await ask('POST', '/contacts', { name, handles, ...more })
  assert.equal(status, 201, text)
  return body
}
let count = 0
async function write(handle: string, thread = handle) {
  const path = `/channels/${company.channelPublicId}/inbound_messages`
  const metadata = { external_id: `in-${++count}`, external_conversation_id: thread }
  const { body } = await hub.request('POST', path, {
    as: company.channelToken(),
    body: { sender: { handle }, body: 'Hello', metadata },
  })
  return read(`/messages/alt:uid:${body.message_uid}`)
}
const conversationOf = (message: any) => read(new URL(message._links.related.conversation).pathname)
const contactOf = (message: any): string | null =>
  message.recipients.find(({ role }: any) => role === 'from')._links.related.contact
const handlesOf = ({ handles }: any) => handles.map(({ source, handle }: any) => `${source} ${handle}`)

describe('a contact', () => {
  it('is made with its handles as they are looked up, and found by its id and by each of them', async () => {
    const made = await make('Ann', [email('Ann@Acme.example'), { source: 'phone', handle: '+33 6 12 34 56 78' }], {
      description: 'Buys parcels',
      links: ['https://acme.example'],
    })
    assert.deepEqual(handlesOf(made), ['email ann@acme.example', 'phone +33612345678'])
    assert.deepEqual([made.description, made.links], ['Buys parcels', ['https://acme.example']])
    for (const id of [made.id, 'alt:email:ANN@acme.example', 'alt:phone:+33612345678']) {
      assert.equal((await read(`/contacts/${id}`, ben)).id, made.id)
    }
  })

  it('is refused where another has one of its handles, and names that one', async () => {
    const owner = await make('Bob')
    const { status, body } = await ask('POST', '/contacts', {
      handles: [email('new@acme.example'), email('BOB@acme.example')],
    })
    assert.deepEqual([status, body._error.code, body._error.details], [409, 'handle_taken', [`contact: ${owner.id}`]])
    assert.equal((await ask('GET', '/contacts/alt:email:new@acme.example')).status, 404)
  })

  it('is made once by two at the same time', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => ask('POST', '/contacts', { handles: [email('once@acme.example')] })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409])
  })

  it('is changed field by field, and a name of theirs is told to no channel', async () => {
    const message = await write('cay')
    const path = new URL(contactOf(message)!).pathname
    assert.equal((await ask('PATCH', path, { name: 'Cay Jones', links: ['https://cay.example'] }, ben)).status, 204)
    assert.equal((await ask('PATCH', path, { description: 'VIP' })).status, 204)
    const { name, description, links } = await read(path)
    assert.deepEqual([name, description, links], ['Cay Jones', 'VIP', ['https://cay.example']])
    await ask('PATCH', path, { description: null, links: [] })
    assert.deepEqual([(await read(path)).description, (await read(path)).links], ['', []])
    const { rows } = await hub.db.pool.query('select named_by from contacts where name = $1', ['Cay Jones'])
    assert.deepEqual(rows, [{ named_by: null }])
    const conversation = await conversationOf(message)
    assert.equal(conversation.recipient.name, 'Cay Jones')
    const own = await read(new URL(conversation._links.self).pathname, company.channelToken())
    assert.equal(own.recipient.name, null)
    // a channel that tells a name does not overwrite it
    await write('cay')
    assert.equal((await read(path)).name, 'Cay Jones')
    // columns that are no fields of the body change nothing
    const columns = { id: 'x', named_by: 'y', created_at: 'soon', is_made_by_hand: 7 }
    assert.equal((await ask('PATCH', path, columns)).status, 204)
    assert.equal((await ask('POST', '/contacts', { handles: [{ source: 'phone', handle: '\u202a' }] })).status, 400)
    for (const field of ['custom_fields', 'list_names']) {
      const value = field === 'list_names' ? ['VIP'] : { language: 'de' }
      const { status, body } = await ask('PATCH', path, { [field]: value })
      assert.deepEqual([status, body._error.code], [400, 'unsupported_field'], field)
    }
  })

  it('gets handles and loses them, the last one only by force', async () => {
    const made = await make('Dan')
    const other = await make('Eva')
    const add = (handle: object, as?: string) => ask('POST', `/contacts/${made.id}/handles`, handle, as)
    const remove = (handle: object) => ask('DELETE', `/contacts/${made.id}/handles`, handle, ada)
    const number = { source: 'phone', handle: '0049 30 123456' }
    assert.equal((await add(number, ben)).status, 204)
    assert.equal((await add(number)).status, 204)
    assert.equal((await add(email('Eva@acme.example'))).body._error.code, 'handle_taken')
    assert.deepEqual(handlesOf(await read(`/contacts/${made.id}`)), [
      'email Dan@acme.example'.toLowerCase(),
      'phone +4930123456',
    ])
    assert.equal((await remove(email('nobody@acme.example'))).status, 400)
    assert.equal((await remove(number)).status, 204)
    const last = await remove(email('dan@acme.example'))
    assert.deepEqual([last.status, last.body._error.code], [409, 'last_handle'])
    assert.equal((await remove({ ...email('dan@acme.example'), force: true })).status, 204)
    assert.equal((await ask('GET', `/contacts/${made.id}`)).status, 404)
    assert.equal((await ask('GET', `/contacts/${other.id}`)).status, 200)
  })

  it('is deleted from its conversations, which stay, and who writes there again is one contact anew', async () => {
    const message = await write('flo')
    const path = new URL(contactOf(message)!).pathname
    assert.equal((await ask('DELETE', path, undefined, ben)).status, 403)
    assert.equal((await ask('DELETE', path)).status, 204)
    const conversation = await conversationOf(message)
    assert.deepEqual([conversation.recipient.handle, conversation.recipient._links.related.contact], ['flo', null])
    const again = contactOf(await write('flo'))
    assert.ok(again)
    assert.notEqual(new URL(again).pathname, path)
    assert.equal(contactOf(await write('flo')), again)
    assert.equal((await conversationOf(message)).recipient._links.related.contact, again)
  })

  it('is written to after it was deleted, as one contact anew', async () => {
    const message = await write('gus')
    await ask('DELETE', new URL(contactOf(message)!).pathname)
    const { id } = await conversationOf(message)
    assert.equal((await ask('POST', `/conversations/${id}/messages`, { body: 'Still there?' })).status, 202)
    const contact = (await conversationOf(message)).recipient._links.related.contact
    assert.ok(contact)
    assert.equal(contactOf(await write('gus')), contact)
  })

  it('has a list of its conversations, as far as they are seen', async () => {
    const one = await write('hal', 'hal-1')
    await write('hal', 'hal-2')
    const path = `${new URL(contactOf(one)!).pathname}/conversations`
    assert.equal((await read(path))._results.length, 2)
    assert.equal((await read(`${path}?q[statuses][]=archived`))._results.length, 0)
    const made = await make('Iris')
    assert.deepEqual((await read(`/contacts/${made.id}/conversations`, ben))._results, [])
  })

  it('is of one company', async () => {
    const other = await hub.addStaffedCompany('other')
    const made = await make('Jim')
    assert.equal((await ask('GET', `/contacts/${made.id}`, undefined, other.apiToken)).status, 404)
    assert.equal((await ask('POST', '/contacts', { handles: made.handles }, other.apiToken)).status, 201)
  })
})

describe('the list of contacts', () => {
  it('is sorted, paged and filtered by when a contact was changed', async () => {
    const first = await make('List 1')
    const second = await make('List 2')
    const names = async (query: string) => (await read(`/contacts?${query}`))._results.map(({ name }: any) => name)
    assert.deepEqual((await names('limit=2')).slice(0, 2), ['List 2', 'List 1'])
    await ask('PATCH', `/contacts/${first.id}`, { description: 'Changed' })
    assert.equal((await names('limit=1&sort_by=updated_at'))[0], 'List 1')
    const { rows } = await hub.db.pool.query(
      `update contacts set updated_at = date_trunc('second', updated_at) - interval '1 minute' where name = $1
       returning extract(epoch from updated_at)::float8 as at`,
      ['List 2'],
    )
    assert.deepEqual(await names(`q[updated_after]=${rows[0].at + 0.001}&limit=1&sort_by=updated_at`), ['List 1'])
    assert.ok(!(await names(`limit=100&q[updated_after]=${rows[0].at}`)).includes('List 2'))
    assert.ok((await names(`limit=100&q[updated_after]=${rows[0].at - 0.001}`)).includes('List 2'))
    assert.ok(!(await names(`q={"updated_before":${rows[0].at}}`)).includes('List 1'))
    assert.equal((await ask('GET', '/contacts?sort_by=name')).status, 400)
    assert.equal((await ask('GET', '/contacts?q[updated_after]=soon')).status, 400)
    assert.equal(second.name, 'List 2')
  })

  it('has for a teammate those that were made by hand, and those of conversations that they see', async () => {
    await write('only-private')
    const named = async (as: string) =>
      (await read('/contacts?limit=100', as))._results.flatMap(({ handles }: any) =>
        handles.map(({ handle }: any) => handle),
      )
    assert.ok((await named(ben)).includes('only-private'))
    await hub.db.query('t_private', 'update inboxes set is_public = false where company_id = $1', [company.companyId])
    const seen = await named(ben)
    assert.ok(!seen.includes('only-private') && seen.includes('list 1@acme.example'), seen.join())
    assert.ok((await named(company.apiToken)).includes('only-private'))
    await hub.db.query('t_public', 'update inboxes set is_public = true where company_id = $1', [company.companyId])
  })
})
