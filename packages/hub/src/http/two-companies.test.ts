import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { publicId } from '@portico/protocol'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { fileOf, formOf, sendForm, upload } from '../../../../tests/harness/files.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import type { RouteEntry } from './access.ts'

/**
 * Every route that is registered, called by everybody of one company with the ids of another. New routes are covered by
 * themselves; one with a parameter that is not named in `idsOf` fails until it is.
 */
const CANARY = 'zanzibar'

/** A server that gives an image at every address. */
const images = createServer((_, response) => response.end('GIF89a'))

let hub: EmptyHub
let mine: StaffedCompany
let theirs: StaffedCompany
let ids: Record<string, string>
let routes: RouteEntry[]
let bodies: Map<string, JsonSchema>
let forms: Set<string>
let queries: Map<string, string[]>
let callers: Record<string, () => string>

before(async () => {
  await once(images.listen(0, '127.0.0.1'), 'listening')
  const rules = { http: true, loopback: true, private: false, anyPort: true, ownOrigin: () => 'http://hub.example' }
  hub = await startEmptyHub({ imageAddresses: rules })
  mine = await hub.addStaffedCompany('acme')
  theirs = await hub.addStaffedCompany(CANARY)
  ids = await idsOf(theirs)
  const admin = await hub.signIn(mine.admin.email)
  const member = await hub.signIn(mine.member.email)
  callers = {
    admin: () => admin,
    member: () => member,
    apiToken: () => mine.apiToken,
    channel: () => mine.channelToken(),
  }
  routes = hub.app.routeTable.filter(({ url, method }) => !isPage(url) && method !== 'HEAD' && url !== '/stream')
  ;({ bodies, forms, queries } = await requestsOf())
})
after(async () => {
  await hub?.close()
  images.close()
})

const isPage = (url: string) => /^\/(?:docs|app)(?:\/|$)/.test(url)
const isPublic = (route: RouteEntry) => route.access === 'public'
const hasId = (route: RouteEntry) => route.url.includes(':')
const nameOf = ({ method, url }: RouteEntry) => `${method} ${url}`

/** A resource of each kind in a company, by the name of its path parameter. */
async function idsOf(company: StaffedCompany): Promise<Record<string, string>> {
  const { companyId } = company
  const as = company.apiToken
  const channel_id = publicId('cha', companyId, company.channelId)
  const inbound = {
    sender: { handle: CANARY, name: CANARY },
    subject: CANARY,
    body: CANARY,
    metadata: { external_id: CANARY, external_conversation_id: CANARY },
  }
  // a message in its undo time does not change during this test
  await hub.db.query('undo', 'update channels set undo_send_time = 60 where company_id = $1', [companyId])
  const pushed = await hub.request('POST', `/channels/${channel_id}/inbound_messages`, {
    as: company.channelToken(),
    body: inbound,
  })
  assert.equal(pushed.status, 202, pushed.text)
  await hub.request('PATCH', `/channel_types/${company.typeUid}`, { as, body: { message_templates: true } })
  const template = {
    ...{ external_id: CANARY, name: CANARY, blurb: CANARY, template_preview: CANARY },
    ...{ is_disabled: false, status_name: 'APPROVED', variable_mappings: [] },
  }
  const synced = await hub.request('PUT', `/channels/${channel_id}/application_message_templates`, {
    as,
    body: template,
  })
  assert.equal(synced.status, 200, synced.text)
  const conversations = await hub.request('GET', '/conversations', { as })
  const token = await hub.request('POST', '/api_tokens', { as, body: { name: CANARY } })
  const invitation = await hub.request('POST', '/invitations', { as, body: { email: `${CANARY}@invited.example` } })
  assert.equal(invitation.status, 201, invitation.text)
  const uploads = [await upload(hub, as, CANARY), await upload(hub, as, CANARY)]
  const reply = await hub.request('POST', `/conversations/${conversations.body._results[0].id}/messages`, {
    as,
    body: { body: `${CANARY}<img src="${imageUrl()}" width="600">`, attachment_ids: [uploads[0]?.id] },
  })
  const message = await hub.request('GET', `/messages/alt:uid:${reply.body.message_uid}`, { as })
  assert.equal(message.status, 200, message.text)
  const call = { external_call_id: CANARY, direction: 'inbound', initial_status: 'ringing', from: { handle: CANARY } }
  const called = await hub.request('POST', `/channels/${channel_id}/calls`, { as: company.channelToken(), body: call })
  assert.equal(called.status, 202, called.text)
  const calls = await hub.request('GET', '/events?q[types][]=call_started', { as })
  const tag = await hub.request('POST', '/tags', { as, body: { name: CANARY } })
  await hub.request('POST', `/conversations/${conversations.body._results[0].id}/tags`, {
    as,
    body: { tag_ids: [tag.body.id] },
  })
  return {
    tag_id: tag.body.id,
    call_id: calls.body._results[0].target.data.id,
    external_call_id: CANARY,
    teammate_id: publicId('tea', companyId, company.memberId),
    inbox_id: publicId('inb', companyId, company.inboxId),
    channel_id,
    conversation_id: conversations.body._results[0].id,
    message_id: message.body.id,
    ...(await remoteImageOf(company, message.body.id)),
    attachment_link_id: message.body.attachments[0].id,
    attachment_id: String(uploads[1]?.id),
    event_id: (await hub.request('GET', '/events', { as })).body._results[0].id,
    contact_id: new URL(conversations.body._results[0].recipient._links.related.contact).pathname.slice(
      '/contacts/'.length,
    ),
    api_token_id: token.body.id,
    invitation_id: invitation.body.id,
    app_uid: company.typeUid,
    conversation_external_id: CANARY,
    message_external_id: CANARY,
    authorization_id: await authorizationOf(company),
    external_id: CANARY,
    team_id: publicId('tim', companyId, 1),
    kind: 'edit',
    emoji: '👍',
    token: 'x'.repeat(32),
    author_id: publicId('tea', companyId, company.adminId),
    assignee_id: publicId('tea', companyId, company.memberId),
    type: company.typeUid,
    channel_type: company.typeUid,
    media_type: 'image/*',
  }
}

const imageUrl = () => `http://127.0.0.1:${(images.address() as AddressInfo).port}/a.gif`

/** The address of the message's remote image, and the hub's signature of it. */
async function remoteImageOf(company: StaffedCompany, messageId: string) {
  const as = await hub.signIn(company.admin.email)
  const frame = await hub.request('GET', `/messages/${messageId}/frame?remote_images=true`, { as })
  const source = /\/remote_image\?([^"]*)/.exec(frame.text)?.[1]?.replaceAll('&amp;', '&')
  const signature = new URLSearchParams(source).get('signature')
  assert.ok(signature, frame.text)
  return { url: imageUrl(), signature }
}

/** An admin of the company has come back from an authorization server, and has not chosen an address yet. */
async function authorizationOf({ companyId, adminId, inboxId }: StaffedCompany): Promise<string> {
  await hub.db.query(
    'test_authorization',
    `insert into channel_authorizations (company_id, id, state_hash, teammate_id, session_id, channel_type_id, inbox_id, name,
       sealed_verifier, sealed_tokens, expires_at, used_at)
     values ($1, 7777, 'x', $2, 'x', 1, $3, $4, 'x', 'x', now() + interval '1 hour', now())`,
    [companyId, adminId, inboxId, CANARY],
  )
  return '7777'
}

/** The route's path with the parameters of its query that it requires. */
function pathOf(route: RouteEntry): string {
  const filled = (name: string) => {
    assert.ok(ids[name], `${nameOf(route)}: add a value for ${name} to idsOf in this test`)
    return encodeURIComponent(ids[name])
  }
  const path = route.url.replace(/:(\w+)/g, (_, name: string) => filled(name))
  const query = queries.get(nameOf(route))?.map((name) => `${name}=${filled(name)}`)
  return query ? `${path}?${query.join('&')}` : path
}

interface JsonSchema {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  minLength?: number
  maxLength?: number
  minimum?: number
}

interface Parameter {
  in: string
  name: string
  required?: boolean
}

/** By route, the schema of its body, whether that is a form with files, and the names of the query parameters that it requires. */
async function requestsOf() {
  const { paths } = (await hub.request('GET', '/openapi.json')).body
  const bodies = new Map<string, JsonSchema>()
  const forms = new Set<string>()
  const queries = new Map<string, string[]>()
  for (const route of routes) {
    const operation = paths[route.url.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
    const content = operation?.requestBody?.content
    const form = content?.['application/json'] ? undefined : content?.['multipart/form-data']
    if (form) forms.add(nameOf(route))
    const schema = (form ?? content?.['application/json'])?.schema
    if (schema) bodies.set(nameOf(route), schema)
    const parameters: Parameter[] = operation?.parameters ?? []
    const required = parameters.filter((each) => each.in === 'query' && each.required).map(({ name }) => name)
    if (required.length > 0) queries.set(nameOf(route), required)
  }
  return { bodies, forms, queries }
}

/** A body the schema accepts, with every id in it one of the other company's. */
function exampleOf(schema: JsonSchema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {}, name)
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([key, field]) => [key, exampleOf(field, key)]))
  }
  if (schema.type === 'array') return [exampleOf(schema.items ?? {}, name.replace(/s$/, ''))]
  if (schema.type === 'object') return {}
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (name === 'email') return 'new@acme.example'
  if (/url$/.test(name)) return 'http://127.0.0.1:9/'
  return ids[name] ?? 'some text that is long enough'.slice(0, schema.maxLength)
}

function callAs(as: string | undefined, route: RouteEntry, path = pathOf(route)) {
  const schema = bodies.get(nameOf(route))
  const body = schema && exampleOf(schema)
  if (as && forms.has(nameOf(route))) return sendForm(hub, path, as, formWith(body))
  return hub.request(route.method, path, { as, ...(schema && { body }) })
}

function formWith(texts: unknown): FormData {
  const fields = Object.entries(texts ?? {}).map(([name, text]): [string, string] => [name, String(text)])
  return formOf([...fields, ['attachments', fileOf('a.mp3', 'ID3', 'audio/mpeg')]])
}

/** What the hub's own loops write, and what it writes a few seconds later of the requests that made the company. */
const writtenByTheHub = [
  ...['channel_delivery_states', 'channel_callbacks', 'consumer_cursors'],
  ...['channel_clocks', 'channel_hours', 'channel_token_failures', 'channel_type_secret_uses'],
]

/** Everything the database holds of a company, as a list of checksums by table. */
async function contentsOf({ companyId }: StaffedCompany) {
  const tables = await hub.db.query<{ name: string }>(
    'tenant_tables',
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'company_id' order by 1`,
  )
  const contents: Record<string, unknown> = {}
  for (const { name } of tables) {
    if (writtenByTheHub.includes(name)) continue
    const [row] = await hub.db.query(
      `contents_of_${name}`,
      `select count(*) as n, md5(string_agg(t::text, '|' order by t::text)) as sum from ${name} t where company_id = $1`,
      [companyId],
    )
    contents[name] = row
  }
  return contents
}

/** Not found for a file that is no picture, and for an address that the hub did not sign. Their own tests read pictures. */
const needsPicture = new Set(['/attachments/:attachment_id/thumbnail', '/messages/:message_id/remote_image'])

describe('every route', () => {
  it('is covered by this test, and refuses unauthenticated callers', async () => {
    assert.ok(routes.length > 30, `${routes.length} routes`)
    for (const route of routes.filter((each) => !isPublic(each))) {
      const answer = await callAs(undefined, route)
      assert.equal(answer.status, 401, `${nameOf(route)}: ${answer.text}`)
    }
  })

  it('that reads finds the resource of its own company', async () => {
    for (const route of routes.filter((each) => each.method === 'GET' && hasId(each) && !isPublic(each))) {
      if (needsPicture.has(route.url)) continue
      const as =
        route.access.includes('api_token') || route.access.includes('admin')
          ? theirs.apiToken
          : await hub.signIn(theirs.admin.email)
      const answer = await callAs(as, route)
      const isRight = answer.status === 200 || (answer.status === 204 && /draft/.test(route.url))
      assert.ok(isRight, `${nameOf(route)}: ${answer.status} ${answer.text}`)
    }
  })

  it('returns 404 (or 403) for an id of another company to every caller, and changes nothing', async () => {
    const before = await contentsOf(theirs)
    for (const route of routes.filter((each) => hasId(each) && !isPublic(each))) {
      for (const [caller, token] of Object.entries(callers)) {
        const answer = await callAs(token(), route)
        const what = `${nameOf(route)} as ${caller}: ${answer.status} ${answer.text}`
        assert.ok([403, 404].includes(answer.status), what)
        assert.ok(!answer.text.includes(CANARY), what)
      }
    }
    assert.deepEqual(await contentsOf(theirs), before)
  })

  it('returns the same for an id of another company and for one that does not exist', async () => {
    const known = ids
    for (const route of routes.filter((each) => hasId(each) && !isPublic(each))) {
      const foreign = await callAs(mine.apiToken, route)
      ids = Object.fromEntries(Object.entries(known).map(([name, id]) => [name, nobodys(id)]))
      const missing = await callAs(mine.apiToken, route)
      ids = known
      assert.deepEqual(
        [foreign.status, foreign.body?._error.message],
        [missing.status, missing.body?._error.message],
        nameOf(route),
      )
    }
  })

  it('without an id in its path shows nothing of another company, also when the query or the body names it', async () => {
    const before = await contentsOf(theirs)
    const query = new URLSearchParams(Object.entries(ids).filter(([, id]) => !id.includes(CANARY))).toString()
    for (const route of routes.filter((each) => !hasId(each) && !/^\/(?:sign_|setup|demo|metrics)/.test(each.url))) {
      for (const [caller, token] of Object.entries(callers)) {
        for (const path of [route.url, `${route.url}?${query}`]) {
          const answer = await callAs(token(), route, path)
          const what = `${route.method} ${path} as ${caller}: ${answer.status} ${answer.text}`
          assert.ok(answer.status < 500, what)
          assert.ok(!answer.text.includes(CANARY), what)
        }
      }
    }
    assert.deepEqual(await contentsOf(theirs), before)
  })
})

/** An id of the same form in my own company that nobody has. */
function nobodys(id: string): string {
  const prefix = /^(tea|inb|cha|cnv|msg|fil|tok|ivt|cal)_/.exec(id)?.[1]
  if (id === ids.media_type) return id
  return prefix ? publicId(prefix as 'tea', mine.companyId, 2 ** 30) : `${id}-of-nobody`
}

describe('the stream', () => {
  it('sends nothing of another company', async () => {
    const stop = new AbortController()
    const response = await fetch(`${hub.url}/stream`, {
      headers: { authorization: mine.apiToken },
      signal: stop.signal,
    })
    assert.equal(response.status, 200)
    const push = (company: StaffedCompany, text: string) =>
      hub.request('POST', `/channels/${publicId('cha', company.companyId, company.channelId)}/inbound_messages`, {
        as: company.channelToken(),
        body: { sender: { handle: text }, body: text, metadata: { external_id: text, external_conversation_id: text } },
      })
    await push(theirs, `${CANARY} again`)
    await push(mine, 'the-last-one')
    let received = ''
    assert.ok(response.body)
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      received += chunk
      if (received.includes('the-last-one')) break
    }
    stop.abort()
    assert.ok(!received.includes(CANARY), received)
  })
})
