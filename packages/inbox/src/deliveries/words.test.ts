import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Delivery, DeliveryState, Message } from '../api/types.ts'
import { deliveryWords, messageWords } from './words.ts'

const now = new Date(2026, 4, 12, 14, 0).getTime() / 1000

const delivery = (state: DeliveryState, part: Partial<Delivery> = {}): Delivery => ({
  state,
  undo_until: null,
  next_attempt_at: null,
  error: null,
  attempts: 1,
  waits_for: null,
  decided_by: null,
  ...part,
})

describe('the truth about sending', () => {
  it('says Sending… and then Sent', () => {
    assert.equal(deliveryWords(delivery('queued'), now).text, 'Sending…')
    assert.equal(deliveryWords(delivery('sending'), now).text, 'Sending…')
    assert.equal(deliveryWords(delivery('sent'), now).text, 'Sent')
  })

  it('counts the undo time down and offers Undo only while it runs', () => {
    const words = deliveryWords(delivery('queued', { undo_until: now + 4.2 }), now)
    assert.equal(words.text, 'Sending in 5 s')
    assert.deepEqual(words.verbs, ['undo'])
    assert.deepEqual(deliveryWords(delivery('queued', { undo_until: now - 1 }), now).verbs, [])
  })

  it('tells when a delayed message is tried next, and why it waits', () => {
    const error = { code: 'connection_refused', message: 'The server refused the connection.' }
    const words = deliveryWords(delivery('delayed', { next_attempt_at: now + 32 * 60, error }), now)
    assert.match(
      words.text,
      /^Delayed: next try 2:32 PM \(The server refused the connection\)$|^Delayed: next try 14:32/,
    )
    assert.deepEqual(words.verbs, ['try_now', 'cancel'])
  })

  it('never calls a message failed that may have arrived', () => {
    const words = deliveryWords(delivery('not_confirmed'), now)
    assert.match(words.text, /^Not confirmed: .*may have arrived$/)
    assert.deepEqual(words.verbs, ['send_again', 'mark_as_sent'])
  })

  it("shows the channel's own words when it refused", () => {
    const words = deliveryWords(delivery('failed', { error: { code: 'x', message: 'number unreachable' } }), now)
    assert.equal(words.text, 'Failed: “number unreachable”')
    assert.deepEqual(words.verbs, ['retry', 'edit'])
    assert.equal(words.tone, 'danger')
  })

  it('says why a message was cancelled, when nobody chose to', () => {
    const error = { code: 'channel_deleted', message: 'The channel was deleted.' }
    assert.equal(
      deliveryWords(delivery('cancelled', { error }), now).text,
      'Cancelled when the channel was deleted: this was not sent',
    )
    assert.equal(deliveryWords(delivery('cancelled'), now).text, 'Cancelled: this was not sent')
    const refused = { code: 'connection_refused', message: 'The server refused the connection.' }
    assert.equal(
      deliveryWords(delivery('cancelled', { error: refused }), now, { decider: 'Sam' }).text,
      'Cancelled by Sam: this was not sent',
    )
  })

  it('says what a waiting message waits for', () => {
    assert.equal(deliveryWords(delivery('waiting'), now).text, 'Waits for the one above')
  })

  it('tells the failure of a message the channel pushed, and nothing of one that is well', () => {
    const pushed = { is_inbound: false, delivery: null, error_type: null, error_message: null } as Message
    assert.equal(messageWords(pushed), null)
    const failed = { ...pushed, error_type: 'delivery_failed', error_message: 'mailbox full' }
    assert.equal(messageWords(failed)?.text, 'Failed: “mailbox full”')
    assert.equal(messageWords({ ...failed, is_inbound: true }), null)
  })
})
