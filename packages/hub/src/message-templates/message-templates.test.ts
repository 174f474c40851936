import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { upload as uploadFile } from '../../../../tests/harness/files.ts'
import { type Answer, startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { StreamReader } from '../../../../tests/harness/stream.ts'

let hub: TestHub
let channel: TestChannel
let plain: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub, { type: { name: 'Texts', message_templates: true } })
  plain = await addTestChannel(hub, { type: { name: 'Plain' } })
})
after(async () => {
  await Promise.all([channel.server.stop(), plain.server.stop()])
  await hub.close()
})

const greeting = {
  external_id: 'greeting',
  name: 'Greeting',
  blurb: 'Hello {{1}}, this is {{2}}',
  is_disabled: false,
  status_name: 'APPROVED',
  variable_mappings: [
    { uid: '1', type: 'text', name: 'first_name' },
    { uid: '2', type: 'text', name: 'agent' },
  ],
  template_preview: '<div style="color:red" onclick="x()">Hello <b>{{1}}</b>, this is {{ 2 }}.<script>1</script></div>',
}
const pathOf = (at: TestChannel, externalId?: string) =>
  `/channels/${at.id}/application_message_templates${externalId === undefined ? '' : `/${encodeURIComponent(externalId)}`}`
const put = (template: object, at = channel, token: string | undefined = at.token()) =>
  hub.call('PUT', pathOf(at), template, { token })
const patch = (externalId: string, change: object, at = channel) =>
  hub.call('PATCH', pathOf(at, externalId), change, { token: at.token() })
const read = async (externalId: string) => (await hub.call('GET', pathOf(channel, externalId))).body
const codeOf = ({ status, body }: Answer) => [status, body?._error?.code]

async function untilState(message: string, state: string): Promise<void> {
  while ((await hub.call('GET', message)).body.delivery.state !== state) await setTimeout(20)
}

async function events(): Promise<any[]> {
  return (await hub.call('GET', '/events?q[types][]=message_template&limit=100')).body._results
}

let conversations = 0
async function addConversation(at = channel): Promise<string> {
  const name = `conversation-${++conversations}`
  const pushed = await at.push({ body: 'Hello', externalId: name, conversation: name, handle: name, name: 'Ivo' })
  assert.equal(pushed.status, 202, pushed.text)
  const message = (await hub.call('GET', `/messages/alt:uid:${pushed.body.message_uid}`)).body
  return new URL(message._links.related.conversation).pathname
}

/** The last message request to the channel's server. */
async function requestOf(id: string) {
  const asked = () => channel.server.messages().findLast(({ body }) => body.payload.id === id)
  await channel.server.until(() => asked() !== undefined)
  return asked()!.body
}

const send = (conversation: string, body: object, headers: Record<string, string> = {}) =>
  hub.call('POST', `${conversation}/messages`, body, { headers: { prefer: 'return=representation', ...headers } })
const hello = { external_id: 'greeting', variables: { 1: 'Ivo <b>', 2: '{{1}} & Noor' } }

describe('a message template', () => {
  it('is made and replaced by its channel and by API tokens, changed in part, and each real change is an event', async () => {
    const before = (await events()).length
    const made = await put(greeting)
    assert.equal(made.status, 200, made.text)
    assert.match(made.body.template_id, /^amt_/)
    assert.deepEqual((await put(greeting)).body, made.body)
    assert.deepEqual((await put({ ...greeting, name: 'Greetings' }, channel, hub.token)).body, made.body)
    assert.deepEqual((await patch('greeting', { name: 'Greeting' })).body, made.body)
    assert.deepEqual((await patch('greeting', {})).body, made.body)
    const told = await events()
    assert.equal(told.length - before, 3)
    assert.deepEqual(told[0].data, { channel_id: channel.id, external_id: 'greeting' })
    const stored = await read('greeting')
    const { _links, id, updated_at, html, ...fields } = stored
    assert.deepEqual(fields, greeting)
    assert.equal(id, made.body.template_id)
    assert.ok(updated_at > 1)
    assert.doesNotMatch(html, /script|onclick/)
  })

  it('is listed by name to readers of the inbox, without its full text', async () => {
    await put({ ...greeting, external_id: 'a/b:c?', name: 'another' })
    const { body, status } = await hub.call('GET', pathOf(channel))
    assert.equal(status, 200)
    assert.deepEqual(
      body._results.map(({ name, template_preview }: any) => [name, template_preview]),
      [
        ['another', undefined],
        ['Greeting', undefined],
      ],
    )
    assert.equal((await hub.call('GET', new URL(body._results[0]._links.self).pathname)).body.external_id, 'a/b:c?')
    assert.equal((await patch('a/b:c?', { is_disabled: true })).status, 200)
    const other = await hub.addCompany('Other')
    for (const path of [pathOf(channel), pathOf(channel, 'greeting')])
      assert.equal((await hub.call('GET', path, undefined, { token: other.token })).status, 404)
    assert.equal((await put(greeting, channel, other.token)).status, 404)
    assert.deepEqual(codeOf(await put(greeting, channel, plain.token())), [403, 'forbidden'])
  })

  it('is refused where the type of the channel has none, in the form that Front documents', async () => {
    const refused = await put(greeting, plain)
    assert.deepEqual(codeOf(refused), [400, 'templates_off'])
    assert.match(refused.body._error.message, /does not support application message templates/)
    assert.deepEqual(codeOf(await patch('greeting', { name: 'x' }, plain)), [400, 'templates_off'])
    assert.deepEqual((await hub.call('GET', pathOf(plain))).body._results, [])
  })

  it('cannot be changed when it is unknown, and invalid fields are refused by name', async () => {
    assert.equal((await patch('nothing', { name: 'x' })).status, 404)
    const wrong: [object, RegExp][] = [
      [{ ...greeting, status_name: 'OK' }, /body\.status_name/],
      [{ ...greeting, name: ' ' }, /body\.name/],
      [{ ...greeting, blurb: undefined }, /body\.blurb: missing/],
      [{ ...greeting, variable_mappings: [{ uid: '1', type: 'number', name: 'x' }] }, /variable_mappings\[0\]\.type/],
      [
        { ...greeting, variable_mappings: [greeting.variable_mappings[0], greeting.variable_mappings[0]] },
        /variable_mappings\[1\]\.uid: is that of another variable/,
      ],
      [{ ...greeting, template_preview: 'x'.repeat(100_001) }, /body\.template_preview/],
    ]
    for (const [template, line] of wrong) {
      const answer = await put(template)
      assert.deepEqual(codeOf(answer), [400, 'invalid_body'])
      assert.match(answer.body._error.details[0], line)
    }
    assert.deepEqual((await read('greeting')).variable_mappings, greeting.variable_mappings)
  })

  it('has at most 100 placeholders, however they are written', async () => {
    const places = (text: string, times: number) => text.repeat(times)
    for (const [field, text] of [
      ['template_preview', places('{{1}}', 101)],
      ['template_preview', places('&#123;{1}}', 101)],
      ['blurb', places('{{1}}', 101)],
    ] as const) {
      const refused = await put({ ...greeting, external_id: 'many', [field]: text })
      assert.deepEqual(codeOf(refused), [400, 'invalid_body'])
      assert.deepEqual(refused.body._error.details, [`body.${field}: has more than 100 placeholders`])
    }
    assert.deepEqual(codeOf(await patch('many', { blurb: places('{{1}}', 101) })), [400, 'invalid_body'])
    const most = { ...greeting, external_id: 'many', template_preview: places('{{1}}', 100) }
    assert.equal((await put(most)).status, 200)
    await hub.call('PATCH', pathOf(channel, 'many'), { is_disabled: true })
  })

  it('is one of at most 1,000 of a channel', async () => {
    const full = await addTestChannel(hub, { type: { message_templates: true }, server: channel.server })
    await hub.db.query(
      'fill',
      `insert into message_templates (company_id, id, channel_id, external_id, name, blurb, is_disabled, status, variables, preview, html)
       select t.company_id, 1000000 + n, (select max(c.id) from channels c where c.company_id = t.company_id), 'x' || n, 'x' || n, '', false,
         'APPROVED', '[]', '', '' from message_templates t, generate_series(1, 1000) n where t.external_id = 'greeting'`,
      [],
    )
    assert.equal((await hub.call('GET', pathOf(full))).body._results.length, 1_000)
    assert.deepEqual(codeOf(await put(greeting, full)), [409, 'too_many_templates'])
    assert.equal((await put({ ...greeting, external_id: 'x7' }, full)).status, 200)
  })

  it('emits an event', async () => {
    const reader = await StreamReader.open(hub.url, { authorization: `Bearer ${hub.token}` })
    await patch('greeting', { blurb: 'Hi {{1}}, this is {{2}}' })
    await reader.until(() => reader.messages.some(({ data }) => data.type === 'message_template'))
    reader.close()
    await patch('greeting', { blurb: greeting.blurb })
  })
})

describe('a message of a template', () => {
  it('has the text of the template with the values, and names the template to the channel', async () => {
    const conversation = await addConversation()
    const sent = await send(conversation, { template: hello })
    assert.equal(sent.status, 202, sent.text)
    const { body } = sent
    assert.equal(body.text, 'Hello Ivo <b>, this is {{1}} & Noor.')
    assert.equal(body.body, '<div style="color:red">Hello <b>Ivo &lt;b&gt;</b>, this is {{1}} &amp; Noor.</div>')
    const template = {
      external_id: 'greeting',
      name: 'Greeting',
      variables: [
        { uid: '1', name: 'first_name', type: 'text', value: 'Ivo <b>' },
        { uid: '2', name: 'agent', type: 'text', value: '{{1}} & Noor' },
      ],
    }
    assert.deepEqual(body.metadata.application_message_template, template)
    const { payload } = await requestOf(body.id)
    assert.equal(payload.text, body.text)
    assert.equal(payload.body, body.body)
    assert.deepEqual((payload.metadata as any).application_message_template, template)
  })

  it('is named by its id as well, finds values by name and by place, and leaves the draft of its author alone', async () => {
    await put({
      ...greeting,
      external_id: 'places',
      variable_mappings: [
        { uid: 'u-1', type: 'text', name: 'BODY_1' },
        { uid: 'u-2', type: 'text', name: 'BODY_2' },
      ],
      template_preview: '<p>{{1}}, {{BODY_2}}, {{u-1}}, {{other}}</p>',
    })
    const { id } = await read('places')
    const sent = await send(await addConversation(), { template: { id, variables: { 'u-1': 'a', 'u-2': 'b' } } })
    assert.equal(sent.body.text, 'a, b, a, {{other}}')
  })

  it('cannot put anything but text into the template', async () => {
    await put({
      ...greeting,
      external_id: 'links',
      variable_mappings: [{ uid: 'x', type: 'text', name: 'x' }],
      template_preview: '<p><a href="{{x}}">here</a> <a href=\'/{{x}}\'>there</a> {{x}}</p>',
    })
    for (const x of ['javascript:alert(1)', '" onmouseover="alert(1)', '<img src=x onerror=alert(1)>', '$& $1 {{x}}']) {
      const { body } = await send(await addConversation(), { template: { external_id: 'links', variables: { x } } })
      assert.doesNotMatch(body.body, /<img|href="javascript/)
      const tags = Array.from(body.body.matchAll(/<[^>]*>/g), ([tag]) => tag.replace(/"[^"]*"/g, '""'))
      const link = '<a href="" target="" rel="">'
      const plainLink = '<a target="" rel="">'
      assert.ok(
        tags.every((tag) => ['<p>', '</p>', '</a>', link, plainLink].includes(tag)),
        tags.join(' '),
      )
      assert.ok(body.text.includes(x), body.text)
    }
  })

  it('shows its blurb when its preview has no text', async () => {
    const template_preview = '<div></div>'
    await put({ ...greeting, external_id: 'empty', template_preview })
    const { body } = await send(await addConversation(), { template: { ...hello, external_id: 'empty' } })
    assert.equal(body.text, 'Hello Ivo <b>, this is {{1}} & Noor')
  })

  it('is refused when it is pending, rejected or disabled, of another channel, or unknown', async () => {
    const conversation = await addConversation()
    for (const [change, word] of [
      [{ status_name: 'PENDING' }, 'PENDING'],
      [{ status_name: 'REJECTED' }, 'REJECTED'],
      [{ is_disabled: true }, 'disabled'],
    ] as const) {
      await put({ ...greeting, ...change })
      const refused = await send(conversation, { template: hello })
      assert.deepEqual(codeOf(refused), [400, 'template_not_sendable'])
      assert.deepEqual(refused.body._error.details, [`body.template: is ${word}`])
    }
    await put(greeting)
    const { id } = await read('greeting')
    const elsewhere = await addConversation(plain)
    for (const template of [{ external_id: 'none' }, { id: 'amt_1' }, { id: 'cha_1' }])
      assert.deepEqual(codeOf(await send(conversation, { template })), [400, 'invalid_body'])
    assert.deepEqual(codeOf(await send(elsewhere, { template: { ...hello, external_id: undefined, id } })), [
      400,
      'invalid_body',
    ])
    for (const template of [{}, { id, external_id: 'greeting' }])
      assert.match((await send(conversation, { template })).body._error.details[0], /either id or external_id/)
    assert.match((await send(conversation, {})).body._error.details[0], /body\.body: missing/)
    const both = await send(conversation, { template: hello, body: 'Hello' })
    assert.deepEqual(both.body._error.details, ['body.body: does not go with body.template'])
  })

  it('is refused, by name, without a value, with a blank one, and with one nobody asked for', async () => {
    const conversation = await addConversation()
    const variables = { 1: ' ', __proto__: 'x', constructor: 'y' }
    const refused = await send(conversation, { template: { external_id: 'greeting', variables } })
    assert.deepEqual(codeOf(refused), [400, 'invalid_body'])
    assert.deepEqual(refused.body._error.details, [
      'body.template.variables.1: missing; the template calls it "first_name"',
      'body.template.variables.2: missing; the template calls it "agent"',
      'body.template.variables.constructor: is no variable of this template',
    ])
  })

  it('starts a conversation', async () => {
    const sent = await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['new'], template: hello })
    assert.equal(sent.status, 202, sent.text)
  })

  it('stays as it was sent, whatever becomes of the template, also for the repeat of its request and for Send again', async () => {
    const conversation = await addConversation()
    const { behave } = channel.server
    channel.server.behave = (_, response) => answer(response, 400, { type: 'bad_request', message: 'no' })
    const headers = { 'idempotency-key': 'once' }
    const sent = await send(conversation, { template: hello }, headers)
    const first = await requestOf(sent.body.id)
    const path = `/messages/${sent.body.id}`
    await untilState(path, 'failed')
    channel.server.behave = behave
    await put({
      ...greeting,
      template_preview: '<p>Other words, {{9}}</p>',
      variable_mappings: [],
      status_name: 'REJECTED',
    })
    const repeated = await send(conversation, { template: hello }, headers)
    assert.equal(repeated.body.id, sent.body.id)
    assert.equal(repeated.body.text, sent.body.text)
    const reused = await send(conversation, { template: { ...hello, variables: {} } }, headers)
    assert.deepEqual(codeOf(reused), [422, 'idempotency_key_reused'])
    assert.equal((await hub.call('POST', `${path}/delivery/retry`)).status, 200)
    await untilState(path, 'sent')
    assert.deepEqual(await requestOf(sent.body.id), first)
    await put(greeting)
  })

  it('is of one version of its template, however often that is replaced meanwhile', { timeout: 60_000 }, async () => {
    const conversation = await addConversation()
    const replaced = (n: number) => put({ ...greeting, name: `v${n}`, template_preview: `<p>v${n} {{1}} {{2}}</p>` })
    let isOver = false
    const replacing = (async () => {
      for (let n = 0; !isOver; n++) await replaced(n)
    })()
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(conversation, { template: hello })))
    isOver = true
    await replacing
    for (const { status, body } of answers) {
      if (status !== 202) assert.equal(body._error.code, 'template_changed')
      else
        assert.equal(
          body.text.split(' ')[0],
          body.metadata.application_message_template.name.replace('Greeting', 'Hello'),
        )
    }
    assert.ok(answers.some(({ status }) => status === 202))
    await put(greeting)
  })

  it('is made anew of the template as it is, when that is replaced after it was read', {
    timeout: 60_000,
  }, async () => {
    await put(greeting)
    const conversation = await addConversation()
    const holder = await hub.db.pool.connect()
    try {
      await holder.query('begin')
      await holder.query('select from counters where company_id = $1 for update', [hub.companyId])
      const sending = send(conversation, { template: hello })
      // it has read the template, and waits for the company's counter row
      const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%create_messages%'`
      while ((await hub.db.pool.query(waits)).rowCount === 0) await setTimeout(5)
      await holder.query(
        `update message_templates set html = '<p>Later {{1}}</p>', version = version + 1 where company_id = $1 and external_id = 'greeting'`,
        [hub.companyId],
      )
      await holder.query('commit')
      assert.equal((await sending).body.text, 'Later Ivo <b>')
    } finally {
      holder.release()
    }
    await put({ ...greeting, name: 'Again' })
    await put(greeting)
  })
})

describe('a variable that is a file', () => {
  const card = {
    ...greeting,
    external_id: 'card',
    blurb: 'For {{who}}: {{p}}',
    template_preview: '<p>For {{who}}: {{p}}</p>',
    variable_mappings: [
      { uid: 'who', type: 'text', name: 'Who' },
      { uid: 'p', type: 'image', name: 'Header' },
      { uid: 'f', type: 'file', name: 'Invoice' },
    ],
  }
  const upload = async (name: string, type: string, bytes = Buffer.from(name), token = hub.token) =>
    (await uploadFile(hub, `Bearer ${token}`, bytes, name, type)).id
  const withFiles = (p: string, f: string) => ({ external_id: 'card', variables: { who: 'Ivo <b>', p, f } })
  before(async () => assert.equal((await put(card)).status, 200))

  it('is an upload of the caller: the channel gets its URL, and the message its files', async () => {
    const conversation = await addConversation()
    const [picture, invoice] = [await upload('card.png', 'image/png'), await upload('<i>.pdf', 'application/pdf')]
    const sent = await send(conversation, { template: withFiles(picture, invoice) })
    assert.equal(sent.status, 202, sent.text)
    assert.equal(sent.body.text, 'For Ivo <b>: card.png')
    const payload = (await requestOf(sent.body.id)).payload as any
    const { variables } = payload.metadata.application_message_template
    const urls = payload.attachments.map(({ url }: { url: string }) => url)
    assert.deepEqual(
      variables.map(({ uid, type, value }: Record<string, string>) => [uid, type, value]),
      [
        ['who', 'text', 'Ivo <b>'],
        ['p', 'image', urls[0]],
        ['f', 'file', urls[1]],
      ],
    )
    assert.deepEqual(sent.body.metadata.application_message_template.variables, variables)
    for (const [n, name] of ['card.png', '<i>.pdf'].entries()) {
      const read = await fetch(urls[n], { headers: { authorization: `Bearer ${channel.token()}` } })
      assert.equal(await read.text(), name)
    }
  })

  it('is refused by name when it is none, is of another type, is used already, or is not the caller’s', async () => {
    const conversation = await addConversation()
    const [picture, invoice] = [await upload('a.png', 'image/png'), await upload('a.pdf', 'application/pdf')]
    const refused = async (p: string, f: string) => {
      const { status, body } = await send(conversation, { template: withFiles(p, f) })
      assert.deepEqual([status, body._error.code], [400, 'invalid_body'])
      return body._error.details
    }
    const none = (uid: string) =>
      `body.template.variables.${uid}: names no file of yours that waits to be used; POST /attachments answers its id`
    assert.deepEqual(await refused(invoice, picture), [
      'body.template.variables.p: is of the type image; "a.pdf" is application/pdf',
    ])
    assert.deepEqual(await refused('https://example.com/a.png', 'fil_1'), [none('p'), none('f')])
    const other = await hub.addCompany('Others')
    const foreign = await upload('b.png', 'image/png', Buffer.from('b'), other.token)
    assert.deepEqual(await refused(foreign, invoice), [none('p')])
    assert.equal((await send(conversation, { template: withFiles(picture, invoice) })).status, 202)
    assert.deepEqual(await refused(picture, invoice), [none('p'), none('f')])
    const beside = { template: withFiles(picture, invoice), attachment_ids: [invoice] }
    assert.deepEqual((await send(conversation, beside)).body._error.details, [
      'body.attachments: does not go with body.template',
    ])
  })

  it('is the same message for a repeat, and one file may fill two variables', async () => {
    const conversation = await addConversation()
    const picture = await upload('twice.png', 'image/png')
    const headers = { 'idempotency-key': 'template with a file' }
    const first = await send(conversation, { template: withFiles(picture, picture) }, headers)
    assert.equal(first.status, 202, first.text)
    assert.equal(first.body.attachments.length, 1)
    const again = await send(conversation, { template: withFiles(picture, picture) }, headers)
    assert.equal(again.body.id, first.body.id)
  })

  it('is held to what the channel takes', async () => {
    const narrow = await addTestChannel(hub, {
      type: { name: 'Narrow', message_templates: true, attachments: { max_bytes: 20, media_types: ['image/*'] } },
    })
    try {
      assert.equal((await put(card, narrow)).status, 200)
      const conversation = await addConversation(narrow)
      const picture = await upload('a.png', 'image/png')
      for (const second of [
        await upload('a.pdf', 'application/pdf'),
        await upload('b.png', 'image/png', Buffer.alloc(20)),
      ]) {
        const sent = await send(conversation, { template: withFiles(picture, second) })
        assert.deepEqual(codeOf(sent), [400, 'file_not_allowed'])
      }
    } finally {
      await narrow.server.stop()
    }
  })
})

describe('a channel that takes free text only for some time', () => {
  let texts: TestChannel
  before(async () => {
    const type = { name: 'Window', message_templates: true, free_text_window_hours: 24 }
    texts = await addTestChannel(hub, { type })
    assert.equal((await put(greeting, texts)).status, 200)
  })
  after(() => texts.server.stop())

  const windowOf = async (conversation: string) => (await hub.call('GET', `${conversation}/free_text_window`)).body
  const idOf = (conversation: string) => conversation.split('/').at(-1)
  /** Ages everything in it by so much. */
  const age = (handle: number, interval: string) =>
    hub.db.query(
      'age',
      `update messages m set sort_at = m.sort_at - $2::interval where m.handle = $1 and m.is_inbound`,
      [`conversation-${handle}`, interval],
    )

  it('takes it within the time after the customer’s last message', async () => {
    const conversation = await addConversation(texts)
    assert.equal((await send(conversation, { body: 'Hello' })).status, 202)
    const window = await windowOf(conversation)
    assert.deepEqual([window.hours, window.is_open], [24, true])
    assert.ok(Math.abs(window.closes_at - Date.now() / 1000 - 86_400) < 60)
    await age(conversations, '23 hours 59 minutes')
    assert.equal((await send(conversation, { body: 'Hello' })).status, 202)
  })

  it('refuses it afterwards with the time, and accepts a template; the next message of the customer opens it again', async () => {
    const conversation = await addConversation(texts)
    await age(conversations, '25 hours')
    const refused = await send(conversation, { body: 'Hello' })
    assert.deepEqual(codeOf(refused), [400, 'free_text_window_closed'])
    const window = await windowOf(conversation)
    assert.equal(window.is_open, false)
    const until = new Date(window.closes_at * 1000).toISOString()
    assert.deepEqual(refused.body._error.details, [`body.body: free text was taken until ${until}`])
    assert.equal((await send(conversation, { template: hello })).status, 202)
    assert.deepEqual(codeOf(await send(conversation, { body: 'Hello' })), [400, 'free_text_window_closed'])
    await texts.push({ body: 'Yes', externalId: 'again', conversation: `conversation-${conversations}`, handle: 'x' })
    assert.equal((await send(conversation, { body: 'Hello' })).status, 202)
  })

  it('takes a new conversation by template only', async () => {
    const start = (body: object) => hub.call('POST', `/channels/${texts.id}/messages`, { to: ['stranger'], ...body })
    const refused = await start({ body: 'Hello' })
    assert.deepEqual(codeOf(refused), [400, 'free_text_window_closed'])
    assert.deepEqual(refused.body._error.details, ['body.body: the customer has not written here yet'])
    assert.equal((await start({ template: hello })).status, 202)
  })

  it('counts from the newest message, also when older ones are imported after it', async () => {
    const conversation = await addConversation(texts)
    const old = Math.floor(Date.now() / 1000) - 5 * 86_400
    const name = `conversation-${conversations}`
    await texts.push({
      body: 'Long ago',
      externalId: `${name}-old`,
      conversation: name,
      handle: name,
      deliveredAt: old,
    })
    assert.equal((await windowOf(conversation)).is_open, true)
    assert.equal((await send(conversation, { body: 'Hello' })).status, 202)
  })

  it('is asked for by who may see the conversation; elsewhere free text is always taken', async () => {
    const elsewhere = await addConversation(plain)
    assert.deepEqual(await windowOf(elsewhere), { hours: null, closes_at: null, is_open: true })
    const other = await hub.addCompany('Stranger')
    const path = `/conversations/${idOf(elsewhere)}/free_text_window`
    assert.equal((await hub.call('GET', path, undefined, { token: other.token })).status, 404)
  })

  it('is a type that has templates: without them nothing could be sent', async () => {
    const path = `/channel_types/${texts.typeUid}`
    for (const [change, at] of [
      [{ message_templates: false }, path],
      [{ free_text_window_hours: 24 }, `/channel_types/${plain.typeUid}`],
    ] as const) {
      const refused = await hub.call('PATCH', at, change)
      assert.deepEqual(refused.body._error?.details, ['body.free_text_window_hours: needs message_templates'])
    }
    for (const free_text_window_hours of [0, -1, 1.5, 8_761, '24'])
      assert.equal((await hub.call('PATCH', path, { free_text_window_hours })).status, 400)
    const type = (await hub.call('GET', path)).body
    assert.deepEqual([type.message_templates, type.free_text_window_hours], [true, 24])
  })
})
