import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { queryClient } from '../api/query-client.ts'
import type { Delivery, Message } from '../api/types.ts'
import type { TimelinePages } from '../timeline/pages.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { isAlone } from './edit-again.ts'

const message = (id: string, state: Delivery['state'], may_have_arrived = false) =>
  ({ id, is_inbound: false, delivery: { state, may_have_arrived } as Delivery }) as Message
const received = { id: 'msg_in', is_inbound: true, delivery: null } as Message
const edited = message('msg_2', 'cancelled')

/** Whether `edited` is alone among these, which are all that was read of its conversation, unless there is a next page. */
function isAloneAmong(others: Message[], next: string | null = null): boolean {
  const entries = [...others, edited].map((message) => ({ kind: 'message' as const, at: 1, message: message }))
  const pages: TimelinePages = { pages: [{ entries, next }], pageParams: [null] }
  queryClient.setQueryData(timelineQuery('cnv_1').queryKey, pages)
  const answer = isAlone('cnv_1', edited)
  queryClient.clear()
  return answer
}

describe('a message that is edited again', () => {
  it('begins a new conversation when its own has no other received, sent or unconfirmed message', () => {
    assert.ok(isAloneAmong([]))
    assert.ok(isAloneAmong([message('msg_1', 'cancelled')]))
    assert.ok(!isAloneAmong([received]))
    for (const state of ['queued', 'delayed', 'sent', 'not_confirmed', 'failed'] as const)
      assert.ok(!isAloneAmong([message('msg_1', state)]), state)
    assert.ok(!isAloneAmong([message('msg_1', 'cancelled', true)]), 'an earlier attempt may have arrived')
  })

  it('stays in its conversation while not all of that is known', () => {
    assert.ok(!isAloneAmong([], 'page_2'))
    assert.ok(!isAlone('cnv_unread', edited))
  })
})
