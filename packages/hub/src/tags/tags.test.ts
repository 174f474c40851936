import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: EmptyHub
let company: StaffedCompany
let ada: string
let ben: string
let conversation: string
before(async () => {
  hub = await startEmptyHub()
  company = await hub.addStaffedCompany('acme')
  ada = await hub.signIn(company.admin.email)
  ben = await hub.signIn(company.member.email)
  conversation = await addConversation('thread')
})
after(() => hub?.close())

async function addConversation(thread: string): Promise<string> {
  const body = {
    sender: { handle: 'ivo' },
    body: 'Hello',
    metadata: { external_id: `in ${thread}`, external_conversation_id: thread },
  }
  const path = `/channels/${company.channelPublicId}/inbound_messages`
  const { status, text } = await hub.request('POST', path, { as: company.channelToken(), body })
  assert.equal(status, 202, text)
  return new URL((await read('/conversations')).body._results[0]._links.self).pathname
}

const ask = (method: string, path: string, body?: unknown, as = company.apiToken) =>
  hub.request(method, path, { as, ...(body !== undefined && { body }) })
const read = (path: string, as = company.apiToken) => ask('GET', path, undefined, as)
async function make(name: string, more: object = {}, path = '/tags', as = company.apiToken) {
  const { status, body, text } = await ask('POST', path, { name, ...more }, as)
  assert.equal(status, 201, text)
  return body
}
const namesOf = (list: any[]) => list.map(({ name }) => name)
const tagsOf = async (path = conversation) => namesOf((await read(path)).body.tags)
const change = (method: 'POST' | 'DELETE', tags: { id: string }[], as?: string, path = conversation) =>
  ask(method, `${path}/tags`, { tag_ids: tags.map(({ id }) => id) }, as)
const events = async (path = conversation) =>
  (await read(`${path}/events?limit=50`)).body._results.filter(({ type }: any) => /tag/.test(type))

describe('a tag', () => {
  it('is made of the team, of the company and below another, and read with its place', async () => {
    const team = (await read('/teams')).body._results[0]
    const parent = await make('Billing', { description: 'Money', highlight: 'light-blue' })
    const ofTeam = await make('VIP', {}, `/teams/${team.id}/tags`, ben)
    const ofCompany = await make('Legal', { is_visible_in_conversation_lists: true }, '/company/tags')
    const child = await make('Refund', {}, `/tags/${parent.id}/children`)
    assert.deepEqual([parent.description, parent.highlight, parent.is_private], ['Money', 'light-blue', false])
    assert.equal(child._links.related.parent_tag, parent._links.self)
    assert.equal(ofCompany._links.related.owner, null)
    assert.equal(ofTeam._links.related.owner, team._links.self)
    assert.equal((await read(`/tags/${parent.id}`)).body._links.related.children, `${parent._links.self}/children`)
    assert.deepEqual(namesOf((await read(`/tags/${parent.id}/children`)).body._results), ['Refund'])
    assert.deepEqual(namesOf((await read('/tags?sort_by=id&sort_order=asc')).body._results), [
      ...['Billing', 'VIP', 'Legal', 'Refund'],
    ])
    assert.deepEqual(namesOf((await read('/company/tags')).body._results), ['Legal'])
    assert.deepEqual(namesOf((await read(`/teams/${team.id}/tags`)).body._results), ['Refund', 'VIP', 'Billing'])
  })

  it('has a name of its own in its place, whatever the capitals', async () => {
    await make('Urgent')
    const again = await ask('POST', '/tags', { name: ' URGENT ' })
    assert.deepEqual([again.status, again.body._error.code], [409, 'tag_name_taken'])
    const other = await make('urgent', {}, '/company/tags')
    const renamed = await ask('PATCH', `/tags/${other.id}`, { name: 'legal' })
    assert.deepEqual([renamed.status, renamed.body._error.code], [409, 'tag_name_taken'])
  })

  it('is changed by admins only, field by field, and null empties one', async () => {
    const tag = await make('Colour', { highlight: 'red', description: 'Red things' })
    assert.equal((await ask('PATCH', `/tags/${tag.id}`, { highlight: 'blue' }, ben)).status, 403)
    assert.equal((await ask('PATCH', `/tags/${tag.id}`, { highlight: 'blue' }, ada)).status, 204)
    assert.equal((await ask('PATCH', `/tags/${tag.id}`, { description: null, name: 'Paint' })).status, 204)
    const { name, highlight, description } = (await read(`/tags/${tag.id}`)).body
    assert.deepEqual([name, highlight, description], ['Paint', 'blue', null])
    // columns that are no fields of the body change nothing
    const columns = { id: 'x', company_id: 7, parent_id: 3, created_at: 'soon', highlight: 'blue' }
    assert.equal((await ask('PATCH', `/tags/${tag.id}`, columns)).status, 204)
    assert.equal((await read(`/tags/${tag.id}`)).body._links.related.parent_tag, null)
    for (const wrong of [
      { highlight: 'mauve' },
      { name: ' ' },
      { name: 'x'.repeat(65) },
      { name: null },
      { name: '\u200b' },
    ]) {
      assert.equal((await ask('PATCH', `/tags/${tag.id}`, wrong)).status, 400, JSON.stringify(wrong))
    }
  })

  it('is never its own ancestor, and is nested 8 levels deep at most, also by two at once', async () => {
    const [one, two] = [await make('One'), await make('Two')]
    const answers = await Promise.all([
      ask('PATCH', `/tags/${one.id}`, { parent_tag_id: two.id }),
      ask('PATCH', `/tags/${two.id}`, { parent_tag_id: one.id }),
    ])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 400])
    assert.equal((await ask('PATCH', `/tags/${one.id}`, { parent_tag_id: one.id })).status, 400)
    let deepest = await make('Level 1')
    const first = deepest
    for (let level = 2; level <= 8; level++) deepest = await make(`Level ${level}`, {}, `/tags/${deepest.id}/children`)
    const ninth = await ask('POST', `/tags/${deepest.id}/children`, { name: 'Level 9' })
    assert.match(ninth.body._error.details[0], /^body\.parent_tag_id: /)
    assert.equal((await ask('PATCH', `/tags/${first.id}`, { parent_tag_id: one.id })).status, 400)
    assert.equal((await ask('PATCH', `/tags/${deepest.id}`, { parent_tag_id: null })).status, 204)
    assert.equal((await read(`/tags/${deepest.id}`)).body._links.related.parent_tag, null)
  })

  it('is of one company', async () => {
    const other = await hub.addStaffedCompany('other')
    const tag = await make('Ours')
    assert.equal((await read(`/tags/${tag.id}`, other.apiToken)).status, 404)
    assert.deepEqual((await read('/tags', other.apiToken)).body._results, [])
    const foreign = await make('Theirs', {}, '/tags', other.apiToken)
    const refused = await change('POST', [foreign])
    assert.deepEqual([refused.status, refused.body._error.details], [400, ['body.tag_ids[0]: not a tag']])
  })
})

describe('a conversation', () => {
  it('gets and loses tags, each once and with an event that names it', async () => {
    const [late, parcel] = [await make('Late'), await make('Parcel')]
    assert.deepEqual(await tagsOf(), [])
    assert.equal((await change('POST', [parcel, late], ben)).status, 204)
    assert.equal((await change('POST', [late])).status, 204)
    assert.deepEqual(await tagsOf(), ['Late', 'Parcel'])
    assert.equal((await change('DELETE', [late])).status, 204)
    assert.equal((await change('DELETE', [late])).status, 204)
    assert.deepEqual(await tagsOf(), ['Parcel'])
    const [first] = (await read('/conversations')).body._results
    assert.deepEqual(namesOf(first.tags), ['Parcel'])
    assert.deepEqual(
      (await events()).map(({ type, target, data }: any) => [type, target._meta.type, target.data.name, data.tag_name]),
      [
        ['untag', 'tag', 'Late', 'Late'],
        ['tag', 'tag', 'Parcel', 'Parcel'],
        ['tag', 'tag', 'Late', 'Late'],
      ],
    )
    const timeline = (await read(`${conversation}/timeline`)).body._results
    assert.equal(timeline.filter(({ event }: any) => /tag/.test(event?.type)).length, 3)
  })

  it('is left with the tags of a change, and with none by an empty list', async () => {
    const path = await addConversation('set')
    const [a, b, c] = [await make('A'), await make('B'), await make('C')]
    await change('POST', [a, b], undefined, path)
    const set = (tag_ids: string[], more: object = {}) => ask('PATCH', path, { tag_ids, ...more })
    assert.equal((await set([b.id, c.id], { status: 'archived' })).status, 204)
    assert.deepEqual(await tagsOf(path), ['B', 'C'])
    assert.deepEqual(
      (await read(`${path}/events`)).body._results.slice(0, 3).map(({ type }: any) => type),
      ['archive', 'tag', 'untag'],
    )
    assert.equal((await set(['tag_zz'])).status, 400)
    assert.equal((await set([])).status, 204)
    assert.deepEqual(await tagsOf(path), [])
  })

  it('is listed by its tag itself, in pages and by status, to who may see it', async () => {
    const tag = await make('Listed')
    const paths = [conversation, await addConversation('b'), await addConversation('c')]
    for (const path of paths) await change('POST', [tag], undefined, path)
    await ask('PATCH', paths[1]!, { status: 'archived' })
    const list = async (query: string, as?: string) =>
      (await read(`/tags/${tag.id}/conversations${query}`, as)).body._results.length
    assert.deepEqual(
      [await list(''), await list('?q[statuses][]=archived'), await list('?q[statuses][]=unassigned')],
      [3, 1, 2],
    )
    assert.equal(await list('?limit=2'), 2)
    await hub.db.query('t_private', 'update inboxes set is_public = false where company_id = $1', [company.companyId])
    assert.equal(await list('', ben), 0)
    await hub.db.query('t_public', 'update inboxes set is_public = true where company_id = $1', [company.companyId])
  })

  it('loses a tag that is deleted, whose children move up, and its events still name it', async () => {
    const [top, middle] = [await make('Top'), await make('Middle', {})]
    await ask('PATCH', `/tags/${middle.id}`, { parent_tag_id: top.id })
    const bottom = await make('Bottom', {}, `/tags/${middle.id}/children`)
    const path = await addConversation('deleted')
    await change('POST', [middle], undefined, path)
    assert.deepEqual((await read(`/tags/${middle.id}/deletion`)).body, { conversations: 1 })
    assert.equal((await ask('DELETE', `/tags/${middle.id}`, undefined, ben)).status, 403)
    assert.equal((await ask('DELETE', `/tags/${middle.id}`)).status, 204)
    assert.deepEqual(await tagsOf(path), [])
    assert.equal((await read(`/tags/${bottom.id}`)).body._links.related.parent_tag, top._links.self)
    const [event] = await events(path)
    assert.deepEqual([event.type, event.data], ['tag', { tag_name: 'Middle' }])
  })

  it('is told live what was tagged and which tags changed', async () => {
    const stream = await StreamReader.open(hub.url, { cookie: ada })
    const tag = await make('Live', {}, '/tags', ben)
    await change('POST', [tag], ben)
    const of = (type: string) => stream.messages.find(({ data }) => data.type === type)?.data
    await stream.until(() => of('tag_changed') && of('tag'))
    assert.equal(of('tag_changed').target.data.name, 'Live')
    assert.ok(namesOf(of('tag').conversation.tags).includes('Live'))
    stream.close()
  })
})
