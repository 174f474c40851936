import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { settings: { undo_send_time: 60 } })
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

interface Schema {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: boolean | Schema
  patternProperties?: Record<string, Schema>
  maxLength?: number
  maxItems?: number
  maximum?: number
}

/** The fields that may be as long, or as large, as they like. */
function unlimited(schema: Schema, path: string): string[] {
  if (schema.const !== undefined || schema.enum) return []
  if (schema.anyOf) return schema.anyOf.flatMap((schema) => unlimited(schema, path))
  if (schema.type === 'string') return schema.maxLength === undefined ? [path] : []
  if (schema.type === 'integer' || schema.type === 'number') return schema.maximum === undefined ? [path] : []
  if (schema.type === 'array') {
    return [...(schema.maxItems === undefined ? [`${path}[]`] : []), ...unlimited(schema.items ?? {}, `${path}[]`)]
  }
  const values = [...Object.values(schema.patternProperties ?? {}), schema.additionalProperties]
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => unlimited(field, `${path}.${name}`)),
    ...values.flatMap((value) => (typeof value === 'object' ? unlimited(value, `${path}.*`) : [])),
  ]
}

describe('every field that comes in', () => {
  it('has a length, or a largest value, that is written down', async () => {
    const { paths } = (await hub.call('GET', '/openapi.json')).body
    const operations = Object.entries(paths as Record<string, Record<string, any>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ what: `${method.toUpperCase()} ${path}`, operation })),
    )
    const fields = operations.flatMap(({ what, operation }) => {
      const schema = operation.requestBody?.content['application/json']?.schema
      const numbers = (operation.parameters ?? []).filter((one: any) => /integer|number/.test(one.schema?.type))
      return [
        ...(schema ? unlimited(schema, what) : []),
        ...numbers.flatMap((one: any) => unlimited(one.schema, `${what} ?${one.name}`)),
      ]
    })
    assert.deepEqual(fields, [])
  })

  const megabyte = 'x'.repeat(900_000)
  const metadata = (part = {}) => ({ external_id: `m-${Math.random()}`, external_conversation_id: 'c', ...part })
  const inbound = (part: object) => ({ sender: { handle: 'ivo' }, body: 'Hello', metadata: metadata(), ...part })
  const outbound = (part: object) => ({ to: [{ handle: 'ivo' }], body: 'Hello', metadata: metadata(), ...part })
  const people = (count: number) => Array.from({ length: count }, (_, n) => ({ handle: `h${n}` }))

  const pushed: Record<string, [kind: string, body: object]> = {
    'body.sender.handle': ['inbound', inbound({ sender: { handle: megabyte } })],
    'body.sender.name': ['inbound', inbound({ sender: { handle: 'ivo', name: megabyte } })],
    'body.sender.email': ['inbound', inbound({ sender: { handle: 'ivo', email: megabyte } })],
    'body.subject': ['inbound', inbound({ subject: megabyte })],
    'body.metadata.external_id': ['inbound', inbound({ metadata: metadata({ external_id: megabyte }) })],
    'body.metadata.external_conversation_id': [
      'inbound',
      inbound({ metadata: metadata({ external_conversation_id: megabyte }) }),
    ],
    'body.metadata.referenced_message_external_id': [
      'inbound',
      inbound({ metadata: metadata({ referenced_message_external_id: megabyte }) }),
    ],
    'body.to': ['outbound', outbound({ to: people(101) })],
    'body.to[0].name': ['outbound', outbound({ to: [{ handle: 'ivo', name: megabyte }] })],
    'body.sender_name': ['outbound', outbound({ sender_name: megabyte })],
    'body.author_id': ['outbound', outbound({ author_id: megabyte })],
  }
  for (const [field, [kind, body]] of Object.entries(pushed)) {
    it(`is refused by its name when it is longer: ${field} of a pushed message`, async () => {
      const path = `/channels/${channel.id}/${kind}_messages`
      const answer = await hub.call('POST', path, body, { token: channel.token() })
      assert.equal(answer.status, 400)
      assert.ok(
        answer.body._error.details.some((line: string) => line.startsWith(field)),
        answer.body._error.details,
      )
      assert.ok(JSON.stringify(answer.body).length < 2_000, 'the refusal does not repeat it')
    })
  }

  it('is accepted at its documented length', async () => {
    const sender = { handle: 'h'.repeat(500), name: 'n'.repeat(500) }
    const path = `/channels/${channel.id}/inbound_messages`
    const body = inbound({
      sender,
      subject: 's'.repeat(2_000),
      metadata: metadata({ external_conversation_id: 'long' }),
    })
    assert.equal((await hub.call('POST', path, body, { token: channel.token() })).status, 202)
    const { recipient, subject } = (await hub.call('GET', '/conversations?limit=1')).body._results[0]
    assert.deepEqual([recipient.name.length, recipient.handle.length, subject.length], [500, 500, 2_000])
  })
})

describe('a value stored before there were limits', () => {
  it('is truncated in lists', async () => {
    for (let n = 0; n < 20; n++) {
      await channel.push({
        body: 'Hello',
        externalId: `old-${n}`,
        conversation: `old-${n}`,
        handle: `old${n}`,
        name: 'Old',
      })
    }
    const { body } = await hub.call('GET', '/conversations?limit=1')
    const { id } = body._results[0]
    assert.equal((await hub.call('POST', `/conversations/${id}/messages`, { body: 'Hello' })).status, 202)
    const long = 'é'.repeat(400_000)
    await hub.db.query(
      'old_conversations',
      `update conversations set recipient_name = $1, subject = $1 where company_id = $2`,
      [long, hub.companyId],
    )
    await hub.db.query(
      'old_messages',
      `update messages set name = $1, subject = $1, sender_name = $1, error_message = $1,
         recipients = jsonb_build_array(jsonb_build_object('handle', 'a', 'name', $1::text), jsonb_build_object('handle', 'b'))
       where company_id = $2`,
      [long, hub.companyId],
    )
    await hub.db.query('old_deliveries', 'update outbox set error_message = $1, error_code = $2', [long, 'refused'])
    const paths = ['/conversations?limit=100', '/events?limit=100']
    for (const path of [...paths, `/conversations/${id}`, `/conversations/${id}/messages`]) {
      const answer = await hub.call('GET', path)
      assert.equal(answer.status, 200)
      assert.ok(JSON.stringify(answer.body).length < 1_000_000, path)
    }
    const [message] = (await hub.call('GET', `/conversations/${id}/messages`)).body._results
    assert.equal(message.subject, 'é'.repeat(2_000))
    assert.equal(message.delivery.error.message, 'é'.repeat(4_000))
  })
})
