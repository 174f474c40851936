import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addTestChannel, type TestChannel } from '../../../../tests/harness/channel.ts'
import { answer as json, succeed } from '../../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../../tests/harness/hub.ts'

let hub: TestHub
let channel: TestChannel
before(async () => {
  hub = await startTestHub()
  channel = await addTestChannel(hub)
})
after(async () => {
  await channel.server.stop()
  await hub.close()
})

const troubles = async () => (await hub.call('GET', '/channel_troubles')).body._results
const kinds = async () => (await troubles()).map(({ kind }: { kind: string }) => kind)
const state = (change: string) => hub.db.query(`test_${change}`, `update channel_delivery_states set ${change}`)

async function untilKinds(expected: string[]): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (JSON.stringify(await kinds()) === JSON.stringify(expected)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.deepEqual(await kinds(), expected)
}

describe('the channels in trouble', () => {
  it('are those whose breaker has opened, with the last error, until a message is sent', async () => {
    assert.deepEqual(await troubles(), [])
    channel.server.behave = (_, response) => json(response, 500, { message: 'Out of order' })
    for (const to of ['a', 'b', 'c', 'd', 'e'])
      await hub.call('POST', `/channels/${channel.id}/messages`, { to: [to], body: 'Hi' })
    await untilKinds(['failing'])
    const [{ channel_id, channel_name, since, reason }] = await troubles()
    assert.deepEqual([channel_id, channel_name], [channel.id, 'Test'])
    assert.ok(Math.abs(since - Date.now() / 1000) < 60)
    assert.match(reason, /500|Out of order/)
    channel.server.behave = succeed
    await state(`open_until = now() - interval '1 second'`)
    await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['f'], body: 'Hi' })
    await untilKinds([])
  })

  it('are those that say they are offline, those whose authorization has ended, and those whose messages wait too long', async () => {
    const answer = await hub.call('PATCH', `/channels/${channel.id}`, { status: 'offline' }, { token: channel.token() })
    assert.ok(answer.status < 300, answer.text)
    assert.deepEqual(await kinds(), ['offline'])
    await hub.call('PATCH', `/channels/${channel.id}`, { status: 'ok' }, { token: channel.token() })
    assert.deepEqual(await kinds(), [])

    await hub.db.query('test_undo', 'update channels set undo_send_time = 60')
    await hub.call('POST', `/channels/${channel.id}/messages`, { to: ['late'], body: 'Waits' })
    assert.deepEqual(await kinds(), [])
    await hub.db.query('test_old', `update messages set created_at = created_at - interval '16 minutes'`)
    const [backlog] = await troubles()
    assert.deepEqual([backlog.kind, backlog.since < Date.now() / 1000 - 900], ['backlog', true])

    await hub.db.query(
      'test_grant',
      `with made as (
         insert into oauth_grants (company_id, id, channel_type_id, sealed_access_token, ended_at)
         select company_id, 999, channel_type_id, '\\x00', now() from channels limit 1 returning company_id, id)
       update channels c set oauth_grant_id = m.id from made m where c.company_id = m.company_id`,
    )
    assert.deepEqual(await kinds(), ['authorization_ended'])
  })

  it('are not those that an admin has paused', async () => {
    await hub.call('POST', `/channels/${channel.id}/deliveries/stop`)
    assert.deepEqual(await kinds(), [])
    await hub.call('POST', `/channels/${channel.id}/deliveries/start`)
    assert.deepEqual(await kinds(), ['authorization_ended'])
  })

  it('are not told to another company, nor to a channel', async () => {
    const { token } = await hub.addCompany('Other')
    assert.deepEqual((await hub.call('GET', '/channel_troubles', undefined, { token })).body._results, [])
    assert.equal((await hub.call('GET', '/channel_troubles', undefined, { token: channel.token() })).status, 403)
  })
})
