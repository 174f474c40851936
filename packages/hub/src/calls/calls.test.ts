import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { issueChannelToken } from '@portico/protocol'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { fileOf, formOf, sendForm } from '../../../../tests/harness/files.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'
import { wavOf } from '../../../../tests/harness/sound.ts'

let hub: TestHub
let line: TestChannel
let other: TestChannel
let agent: string
before(async () => {
  hub = await startTestHub()
  line = await addTestChannel(hub, { type: { contact_type: 'phone' } })
  other = await addTestChannel(hub, { type: { contact_type: 'phone', name: 'Other line' } })
  agent = (await hub.call('GET', '/teammates')).body._results[0].email
})
after(async () => {
  await line.server.stop()
  await other.server.stop()
  await hub.close()
})

const began = Date.now() - 30_000
const at = (seconds: number) => began + seconds * 1_000
let count = 0
const newId = () => `call-${++count}`
const newNumber = () => `+3161234${String(5000 + ++count)}`

const send = (method: string, path: string, body: unknown, channel = line) =>
  hub.call(method, `/channels/${channel.id}/calls${path}`, body, { token: channel.token() })
async function create(id: string, fields: object = {}, channel = line) {
  const call = { external_call_id: id, initial_status: 'ringing', direction: 'inbound', from: { handle: newNumber() } }
  const answer = await send('POST', '', { ...call, started_at: at(0), ...fields }, channel)
  assert.equal(answer.status, 202, answer.text)
  assert.deepEqual(answer.body, { status: 'accepted' })
}
async function update(id: string, call_status: string, seconds?: number, fields: object = {}) {
  const occurred = seconds === undefined ? {} : { occurred_at: at(seconds) }
  const answer = await send('PATCH', `/${encodeURIComponent(id)}`, { call_status, ...occurred, ...fields })
  assert.deepEqual([answer.status, answer.body], [202, { status: 'accepted' }])
}
/** The public id of a call's first leg, found in its conversation's timeline. */
async function cardOf(id: string): Promise<any> {
  const [row] = await hub.db.query<{ root_id: number }>(
    'root_of',
    'select root_id from calls where company_id = $1 and external_id = $2',
    [hub.companyId, id],
  )
  const conversations = (await hub.call('GET', '/conversations?limit=100')).body._results
  for (const { id: conversation } of conversations) {
    const entries = (await hub.call('GET', `/conversations/${conversation}/timeline?limit=100`)).body._results
    const found = entries.find(
      ({ kind, call }: any) =>
        kind === 'call' && Number.parseInt(call.id.slice(4), 36) === row!.root_id * 2 ** 20 + hub.companyId,
    )
    if (found) return { ...found.call, conversation, at: found.at }
  }
  return undefined
}
const conversationOf = async (id: string) =>
  (await hub.call('GET', `/conversations/${(await cardOf(id)).conversation}`)).body
const lastEvent = async () =>
  Number(
    (
      await hub.db.query<{ n: number }>('last_event', 'select last_event as n from counters where company_id = $1', [
        hub.companyId,
      ])
    )[0]!.n,
  )
const typesAfter = async (number: number) =>
  (
    await hub.db.query<{ type: string }>(
      'types_after',
      'select type from events where company_id = $1 and number > $2 order by number',
      [hub.companyId, number],
    )
  ).map(({ type }) => type)

describe('a call', () => {
  it('is one entry of the timeline, with who called, the agent and its state', async () => {
    const id = newId()
    const handle = newNumber()
    await create(id, { from: { handle, name: 'Ivo' }, agent_email_address: agent.toUpperCase() })
    const ringing = await cardOf(id)
    assert.deepEqual(
      [
        ringing.state,
        ringing.direction,
        ringing.party.handle,
        ringing.party.name,
        ringing.agent.email,
        ringing.answered_at,
      ],
      ['ringing', 'inbound', handle, 'Ivo', agent, null],
    )
    await update(id, 'connected', 4)
    assert.equal((await cardOf(id)).state, 'connected')
    await update(id, 'hold', 6)
    assert.equal((await cardOf(id)).state, 'hold')
    await update(id, 'resumed', 9)
    await update(id, 'hangup', 20)
    const ended = await cardOf(id)
    assert.deepEqual([ended.state, ended.duration, ended.legs.length], ['ended', 16, 1])
    assert.deepEqual((await hub.call('GET', `/calls/${ended.id}`)).body.legs, ended.legs)
  })

  it('is not among the messages of its conversation', async () => {
    const id = newId()
    await create(id)
    const { conversation } = await cardOf(id)
    assert.deepEqual((await hub.call('GET', `/conversations/${conversation}/messages`)).body._results, [])
  })

  it('comes out the same in whatever order its updates come, also before it is created', async () => {
    const updates: [string, number][] = [
      ['connected', 3],
      ['hold', 5],
      ['connected', 8],
      ['hangup', 11],
    ]
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ]
    for (const order of orders) {
      for (const createdAfter of [0, 2, 4]) {
        const id = newId()
        for (const [position, index] of order.entries()) {
          if (position === createdAfter) await create(id)
          const [status, seconds] = updates[index]!
          await update(id, status, seconds)
        }
        if (createdAfter === 4) await create(id)
        const { state, answered_at, ended_at, duration } = await cardOf(id)
        const times = [state, answered_at, ended_at, duration]
        assert.deepEqual(times, ['ended', at(3) / 1000, at(11) / 1000, 8], `${order} created after ${createdAfter}`)
      }
    }
  })

  it('stays ended, and ignores updates that occurred after its end', async () => {
    const id = newId()
    await create(id)
    await update(id, 'connected', 1)
    await update(id, 'hangup', 5)
    await update(id, 'connected', 9)
    await update(id, 'missed', 10)
    assert.deepEqual([(await cardOf(id)).state, (await cardOf(id)).duration], ['ended', 4])
  })

  it('sorts statuses of the same second by how far they lead', async () => {
    const id = newId()
    await create(id)
    await update(id, 'hangup', 7)
    await update(id, 'connected', 7)
    assert.deepEqual([(await cardOf(id)).state, (await cardOf(id)).answered_at], ['ended', at(7) / 1000])
  })

  it('emits no event when it is created or updated again', async () => {
    const id = newId()
    const from = { handle: newNumber() }
    await create(id, { from })
    await update(id, 'connected', 2)
    await update(id, 'hold')
    const before = await lastEvent()
    const card = await cardOf(id)
    await create(id, { from, initial_status: 'queued' })
    await update(id, 'connected', 2)
    await update(id, 'hold')
    assert.deepEqual(await typesAfter(before), [])
    assert.deepEqual(await cardOf(id), card)
  })

  it('writes the event types that Front publishes', async () => {
    const before = await lastEvent()
    const id = newId()
    await create(id, { initial_status: 'queued' })
    for (const [n, status] of ['ringing', 'connected', 'hold', 'connected', 'hangup'].entries())
      await update(id, status, n + 1)
    assert.deepEqual(await typesAfter(before), [
      ...['call_started', 'call_ringing', 'call_connected', 'call_on_hold', 'call_resumed', 'call_hangup'],
    ])
    const listed = (await hub.call('GET', '/events?limit=3')).body._results
    assert.deepEqual(
      listed.map(({ type, target }: any) => [type, target._meta.type, target.data.state]),
      [
        ['call_hangup', 'call', 'ended'],
        ['call_resumed', 'call', 'ended'],
        ['call_on_hold', 'call', 'ended'],
      ],
    )
  })
})

describe('a missed call', () => {
  it('reopens its conversation and makes it unread, once', async () => {
    const handle = newNumber()
    const first = newId()
    await create(first, { from: { handle } })
    await update(first, 'connected', 1)
    await update(first, 'hangup', 2)
    const { conversation } = await cardOf(first)
    await hub.call('PATCH', `/conversations/${conversation}`, { status: 'archived' })
    const before = await lastEvent()
    const second = newId()
    await create(second, { from: { handle } })
    assert.equal((await conversationOf(second)).status, 'archived')
    await update(second, 'missed', 5)
    assert.deepEqual(await typesAfter(before), ['call_started', 'call_missed', 'reopen'])
    const reopened = (await hub.call('GET', `/events?limit=1`)).body._results[0]
    assert.deepEqual([reopened.type, reopened.cause.type], ['reopen', 'call'])
    assert.match(reopened.cause.id, /^cal_/)
    const shown = await conversationOf(second)
    assert.deepEqual([shown.id, shown.status, shown.last_call.state], [conversation, 'unassigned', 'missed'])
    assert.match(shown.newest_inbound_id, /^cal_/)
    const after = await lastEvent()
    await update(second, 'missed', 5)
    await update(second, 'abandoned', 6)
    assert.deepEqual(await typesAfter(after), [])
    await hub.call('PATCH', `/conversations/${conversation}`, { status: 'archived' })
    await send('POST', `/${second}/summary`, { content: 'Nobody was there' })
    assert.deepEqual(await typesAfter(after), ['archive', 'call_summary_added'])
  })

  it('does neither when the call was ours', async () => {
    const id = newId()
    await create(id, { direction: 'outbound', from: undefined, to: { handle: newNumber() } })
    await update(id, 'missed', 3)
    const shown = await conversationOf(id)
    assert.deepEqual([shown.newest_inbound_id, shown.last_call.state], [null, 'missed'])
  })
})

describe('the conversation of a call', () => {
  it('is that of the last call with the same number on the channel', async () => {
    const handle = newNumber()
    const [one, two, elsewhere] = [newId(), newId(), newId()]
    await create(one, { from: { handle } })
    await create(two, { direction: 'outbound', from: undefined, to: { handle: handle.replace('+', '00') } })
    await create(elsewhere, { from: { handle } }, other)
    assert.equal((await cardOf(one)).conversation, (await cardOf(two)).conversation)
    assert.notEqual((await cardOf(one)).conversation, (await cardOf(elsewhere)).conversation)
  })

  it('is the one that the channel names, or that it calls by the number', async () => {
    const handle = newNumber()
    await line.push({ body: 'Hi', externalId: newId(), conversation: 'sms-thread', handle })
    const named = newId()
    await create(named, { from: { handle }, external_conversation_id: 'sms-thread' })
    const byNumber = newNumber()
    await line.push({ body: 'Hi', externalId: newId(), conversation: byNumber, handle: byNumber })
    const found = newId()
    await create(found, { from: { handle: byNumber } })
    for (const id of [named, found]) {
      const { conversation } = await cardOf(id)
      assert.equal((await hub.call('GET', `/conversations/${conversation}/messages`)).body._results.length, 1)
    }
  })

  it('is a new one for each withheld number, with a contact of its own', async () => {
    const ids = [newId(), newId(), newId()]
    for (const [n, handle] of ['anonymous', 'anonymous', ''].entries()) await create(ids[n]!, { from: { handle } })
    const cards = await Promise.all(ids.map(cardOf))
    assert.equal(new Set(cards.map(({ conversation }) => conversation)).size, 3)
    assert.equal(new Set(cards.map(({ party }) => party._links.related.contact)).size, 3)
  })

  it('is not one in the trash', async () => {
    const handle = newNumber()
    const one = newId()
    await create(one, { from: { handle } })
    const { conversation } = await cardOf(one)
    await hub.call('PATCH', `/conversations/${conversation}`, { status: 'deleted' })
    const two = newId()
    await create(two, { from: { handle } })
    assert.notEqual((await cardOf(two)).conversation, conversation)
    assert.equal((await hub.call('DELETE', `/conversations/${conversation}`)).status, 204)
  })
})

describe('a transfer', () => {
  it('adds a leg to the same card, with the agent of each', async () => {
    const handle = newNumber()
    const [one, two] = [newId(), newId()]
    await create(one, { from: { handle }, parent_external_call_id: one, agent_email_address: agent })
    await update(one, 'connected', 2)
    await update(one, 'transferred', 8)
    assert.equal((await cardOf(one)).state, 'transferred')
    await create(two, {
      from: { handle },
      external_parent_call_id: one,
      agent_email_address: 'ben@elsewhere.example',
      started_at: at(9),
    })
    await update(two, 'connected', 10)
    const live = await cardOf(two)
    assert.deepEqual([live.state, live.agent, live.agent_email], ['connected', null, 'ben@elsewhere.example'])
    await update(two, 'hangup', 22)
    const card = await cardOf(one)
    assert.deepEqual(
      [card.state, card.duration, card.legs.map(({ status, agent_email }: any) => [status, agent_email])],
      [
        'ended',
        20,
        [
          ['transferred', agent],
          ['hangup', 'ben@elsewhere.example'],
        ],
      ],
    )
    const entries = (await hub.call('GET', `/conversations/${card.conversation}/timeline`)).body._results
    assert.equal(entries.filter(({ kind }: any) => kind === 'call').length, 1)
  })

  it('is one card also when it is reported before its parent call', async () => {
    const handle = newNumber()
    const [one, two] = [newId(), newId()]
    await create(two, { from: { handle: newNumber() }, parent_external_call_id: one, started_at: at(6) })
    await update(two, 'connected', 7)
    const { conversation } = await cardOf(two)
    await create(one, { from: { handle }, started_at: at(0) })
    await update(one, 'transferred', 5)
    const card = await cardOf(two)
    assert.deepEqual([card.conversation, card.legs.length, card.state], [conversation, 2, 'connected'])
  })

  it('is one card also when its parents form a cycle', async () => {
    const [one, two] = [newId(), newId()]
    const handle = newNumber()
    await create(one, { from: { handle }, parent_external_call_id: two })
    await create(two, { from: { handle }, parent_external_call_id: one })
    assert.equal((await cardOf(one)).legs.length, 2)
  })
})

describe('a summary and a transcript', () => {
  const lines = [
    { speaker_name: 'Noor', content: 'Hello', start_time_seconds: 1.5, speaker_type: 'internal' },
    { speaker_name: 'Ivo', content: 'Hi', start_time_seconds: 0, speaker_type: 'external' },
  ]

  it('stand with the call, also when they come before it', async () => {
    const id = newId()
    assert.equal((await send('POST', `/${id}/summary`, { content: 'About a parcel' })).status, 202)
    assert.equal((await send('POST', `/${id}/transcript`, { lines })).status, 202)
    await create(id)
    const card = await cardOf(id)
    assert.deepEqual([card.legs[0].summary, card.legs[0].transcript_lines], ['About a parcel', 2])
    const transcript = (await hub.call('GET', `/calls/${card.id}/transcript`)).body.lines
    assert.deepEqual(transcript, [
      { leg_id: card.id, ...lines[1] },
      { leg_id: card.id, ...lines[0] },
    ])
  })

  it('change nothing when they are repeated, and are replaced by others', async () => {
    const id = newId()
    await create(id)
    const before = await lastEvent()
    for (const content of ['One', 'One', 'Two']) await send('POST', `/${id}/summary`, { content })
    for (const some of [lines, lines, lines.slice(1)]) await send('POST', `/${id}/transcript`, { lines: some })
    assert.deepEqual(await typesAfter(before), [
      ...['call_summary_added', 'call_summary_added', 'call_transcript_added', 'call_transcript_added'],
    ])
    const { legs } = await cardOf(id)
    assert.deepEqual([legs[0].summary, legs[0].transcript_lines], ['Two', 1])
  })
})

describe('a recording', () => {
  const sound = wavOf(1)
  const record = (id: string, type: string, files: [string, File][]) =>
    sendForm(
      hub,
      `/channels/${line.id}/calls/${id}/recording`,
      `Bearer ${line.token()}`,
      formOf([...(type ? [['recording_type', type] as [string, string]] : []), ...files]),
    )
  const wav: [string, File] = ['attachments', fileOf('call.wav', sound, 'audio/wav')]
  const filesInHub = async () =>
    (
      await hub.db.query<{ n: number }>('files', 'select count(*)::int as n from attachments where company_id = $1', [
        hub.companyId,
      ])
    )[0]!.n

  it('is an attachment of its leg, which readers of the conversation play by ranges', async () => {
    const id = newId()
    await create(id)
    await update(id, 'connected', 1)
    await update(id, 'hangup', 3)
    const answer = await record(id, 'call', [wav])
    assert.deepEqual([answer.status, answer.body], [202, { status: 'accepted' }], answer.text)
    const { legs } = await cardOf(id)
    const [{ recording_type, file }] = legs[0].recordings
    assert.deepEqual(
      [recording_type, file.filename, file.content_type, file.size],
      [...['call', 'call.wav', 'audio/wav'], sound.length],
    )
    const part = await fetch(`${file.url}?inline`, {
      headers: { authorization: `Bearer ${hub.token}`, range: 'bytes=0-3' },
    })
    assert.deepEqual([part.status, await part.text()], [206, 'RIFF'])
    const path = new URL(file.url).pathname
    const stranger = await hub.addCompany('listener')
    for (const token of [stranger.token, other.token(), line.token()])
      assert.equal((await hub.call('GET', path, undefined, { token })).status, 404)
  })

  it('that comes again changes nothing, and leaves no file', async () => {
    const id = newId()
    await create(id)
    await record(id, 'call', [wav])
    const [before, files] = [await lastEvent(), await filesInHub()]
    assert.equal((await record(id, 'call', [wav])).status, 202)
    assert.deepEqual(await typesAfter(before), [])
    assert.equal((await cardOf(id)).legs[0].recordings.length, 1)
    while ((await filesInHub()) !== files) await wait(20)
  })

  it('of a voicemail makes a missed call unread again, and says so', async () => {
    const id = newId()
    await create(id)
    await update(id, 'missed', 2)
    const { conversation } = await cardOf(id)
    await hub.call('PATCH', `/conversations/${conversation}`, { status: 'archived' })
    const before = await lastEvent()
    await record(id, 'voicemail', [wav])
    assert.deepEqual(await typesAfter(before), ['call_recording_added', 'reopen'])
    assert.equal((await cardOf(id)).state, 'voicemail')
  })

  it('may come before its call, and goes with the conversation', async () => {
    const id = newId()
    const files = await filesInHub()
    assert.equal((await record(id, 'call', [['attachments[0]', wav[1]]])).status, 202)
    await create(id)
    const { legs, conversation } = await cardOf(id)
    assert.equal(legs[0].recordings.length, 1)
    await hub.call('PATCH', `/conversations/${conversation}`, { status: 'deleted' })
    assert.equal((await hub.call('DELETE', `/conversations/${conversation}`)).status, 204)
    while ((await filesInHub()) !== files) await wait(20)
  })

  it('is one audio file with its type; anything else is refused by name and leaves no file', async () => {
    const id = newId()
    await create(id)
    const files = await filesInHub()
    const wrong: [string, [string, File][], string][] = [
      ['call', [], 'body.attachments: one audio file is needed'],
      ['call', [wav, wav], 'body.attachments: one file is taken here'],
      ['call', [['file', wav[1]]], 'body.file: files are taken in attachments, attachments[]'],
      ['', [wav], 'body.recording_type: missing'],
      ['fax', [wav], 'body.recording_type: must be one of "call", "voicemail"'],
    ]
    for (const [type, sent, detail] of wrong) {
      const { status, body } = await record(id, type, sent)
      assert.deepEqual([status, body._error.details?.[0]], [400, detail])
    }
    const text = await record(id, 'call', [['attachments', fileOf('a.html', '<p>', 'text/html')]])
    assert.equal(text.body._error.code, 'file_not_allowed')
    assert.equal((await send('POST', `/${id}/recording`, { recording_type: 'call' })).status, 400)
    assert.deepEqual((await cardOf(id)).legs[0].recordings, [])
    while ((await filesInHub()) !== files) await wait(20)
  })
})

describe('a request about a call', () => {
  const refusal = ({ status, body }: { status: number; body: any }) => [
    status,
    body._error.code,
    body._error.details?.[0],
  ]
  const valid = () => ({
    external_call_id: newId(),
    initial_status: 'ringing',
    direction: 'inbound',
    from: { handle: newNumber() },
  })

  it('is refused by name where it is wrong', async () => {
    const wrong: [object, string][] = [
      [{ ...valid(), from: undefined }, 'body.from: missing, for inbound calls'],
      [{ ...valid(), direction: 'outbound' }, 'body.to: missing, for outbound calls'],
      [{ ...valid(), external_call_id: ' ' }, 'body.external_call_id: must match pattern "\\S"'],
      [{ ...valid(), initial_status: 'connected' }, 'body.initial_status: must be one of "queued", "ringing"'],
      [{ ...valid(), started_at: Math.floor(Date.now() / 1000) }, 'body.started_at: must be >= 100000000000'],
      [
        { ...valid(), started_at: Date.now() + 2 * 86_400_000 },
        'body.started_at: is more than a day ahead; it counts milliseconds',
      ],
      [
        { ...valid(), parent_external_call_id: 'a', external_parent_call_id: 'b' },
        'body.external_parent_call_id: is another call than body.parent_external_call_id',
      ],
    ]
    for (const [body, detail] of wrong)
      assert.deepEqual(refusal(await send('POST', '', body)), [400, 'invalid_body', detail])
    for (const body of [{ call_status: 'answered' }, {}, { call_status: 'hangup', occurred_at: 'now' }])
      assert.equal((await send('PATCH', '/x', body)).status, 400)
    for (const body of [{ content: '' }, { content: ' ' }, {}])
      assert.equal((await send('POST', '/x/summary', body)).status, 400)
    assert.equal((await send('POST', '/x/transcript', { lines: [] })).status, 400)
  })

  it('is for the channel of the token only, and for readers of the conversation', async () => {
    const id = newId()
    await create(id)
    const token = issueChannelToken({ secret: other.secret, uid: other.typeUid, channelId: other.id })
    const foreign = await hub.call('PATCH', `/channels/${line.id}/calls/${id}`, { call_status: 'missed' }, { token })
    assert.equal(foreign.status, 403)
    assert.equal((await hub.call('POST', `/channels/${line.id}/calls`, valid())).status, 403)
    const card = await cardOf(id)
    assert.equal((await hub.call('GET', `/calls/${card.id}`, undefined, { token: line.token() })).status, 403)
    const stranger = await hub.addCompany('stranger')
    assert.equal((await hub.call('GET', `/calls/${card.id}`, undefined, { token: stranger.token })).status, 404)
    assert.equal(
      (await hub.call('GET', `/calls/${card.id}/transcript`, undefined, { token: stranger.token })).status,
      404,
    )
  })

  it('is kept for a limited number of calls that are never created, and then refused', async () => {
    await hub.db.query(
      'fill',
      `insert into calls (company_id, id, channel_id, external_id, root_id)
       select $1, 1000000 + n, (select id from channels where company_id = $1 order by id limit 1), 'unknown-' || n, 1000000 + n
       from generate_series(1, 1000) n`,
      [hub.companyId],
    )
    const refused = await send('PATCH', `/${newId()}`, { call_status: 'connected' })
    assert.deepEqual(refusal(refused).slice(0, 2), [400, 'invalid_body'])
    await create(newId())
    await hub.db.query(
      'age',
      `update calls set created_at = now() - interval '2 days' where company_id = $1 and conversation_id is null`,
      [hub.companyId],
    )
    await update(newId(), 'connected', 1)
  })

  it('takes ids with any characters, and slashes too many', async () => {
    const id = '+31 6/12,é%'
    await create(id)
    await update(id, 'connected', 1)
    assert.equal((await cardOf(id)).state, 'connected')
    const body = { ...valid(), external_call_id: newId() }
    const answer = await hub.call('POST', `//channels/${line.id}/calls`, body, { token: line.token() })
    assert.equal(answer.status, 202)
  })
})
