import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { HubEvent } from '../api/types.ts'
import { RecentEvents } from './recent-events.ts'

const event = (id: string, conversationId = 'cnv_1', messageId?: string) =>
  ({
    id,
    conversation: { id: conversationId },
    target: messageId ? { data: { id: messageId } } : null,
  }) as unknown as HubEvent
const idsAfter = (events: RecentEvents, number: number) => events.after(number).map(({ id }) => id)

describe('recent events', () => {
  it('return the events after the cursor of a response, in order', () => {
    const events = new RecentEvents()
    for (const number of [10, 11, 13]) events.add({ number, event: event(`evt_${number}`) })
    assert.deepEqual(idsAfter(events, 10), ['evt_11', 'evt_13'])
    assert.deepEqual(idsAfter(events, 13), [])
    assert.deepEqual(idsAfter(events, 0), ['evt_10', 'evt_11', 'evt_13'])
  })

  it('are removed from the oldest on when there are too many', () => {
    const events = new RecentEvents(2)
    for (const number of [1, 2, 3]) events.add({ number, event: event(`evt_${number}`) })
    assert.deepEqual(idsAfter(events, 0), ['evt_2', 'evt_3'])
  })

  it('give the number of the last event about a message, and 0 for another message', () => {
    const events = new RecentEvents()
    events.add({ number: 5, event: event('evt_5', 'cnv_1', 'msg_1') })
    events.add({ number: 6, event: event('evt_6', 'cnv_1', 'msg_2') })
    events.add({ number: 7, event: event('evt_7', 'cnv_1', 'msg_1') })
    events.add({ number: 8, event: event('evt_8') })
    assert.deepEqual([events.lastAbout('msg_1'), events.lastAbout('msg_2'), events.lastAbout('msg_3')], [7, 6, 0])
  })

  it('drop those of a conversation that is no longer visible', () => {
    const events = new RecentEvents()
    events.add({ number: 1, event: event('evt_1', 'cnv_1', 'msg_1') })
    events.add({ number: 2, event: event('evt_2', 'cnv_2') })
    events.forget('cnv_1')
    assert.deepEqual(idsAfter(events, 0), ['evt_2'])
    assert.equal(events.lastAbout('msg_1'), 0)
  })
})
