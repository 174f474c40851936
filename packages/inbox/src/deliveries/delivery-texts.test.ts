import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Delivery, DeliveryState, Message } from '../api/types.ts'
import { deliveryText, messageDeliveryText, noAttemptText } from './delivery-texts.ts'

const now = new Date(2026, 4, 12, 14, 0).getTime() / 1000

const delivery = (state: DeliveryState, part: Partial<Delivery> = {}): Delivery => ({
  state,
  undo_until: null,
  next_attempt_at: null,
  held_until: null,
  error: null,
  attempts: 1,
  may_have_arrived: false,
  is_dismissed: false,
  waits_for: null,
  decided_by: null,
  decided_by_type: null,
  ...part,
})

describe('the delivery text', () => {
  it('is Sending… and then Sent', () => {
    assert.equal(deliveryText(delivery('queued'), now).text, 'Sending…')
    assert.equal(deliveryText(delivery('sending'), now).text, 'Sending…')
    assert.equal(deliveryText(delivery('sent'), now).text, 'Sent')
  })

  it('counts the undo time down and offers Undo only while it runs', () => {
    const shown = deliveryText(delivery('queued', { undo_until: now + 4.2 }), now)
    assert.equal(shown.text, 'Sending in 5 s')
    assert.deepEqual(shown.verbs, ['undo'])
    assert.deepEqual(deliveryText(delivery('queued', { undo_until: now - 1 }), now).verbs, [])
    const colleague = deliveryText(delivery('queued', { undo_until: now + 4.2 }), now, { isMine: false })
    assert.deepEqual([colleague.text, colleague.verbs], ['Sending in 5 s', []])
  })

  it('has the next attempt of a delayed message, and the reason', () => {
    const error = { code: 'connection_refused', message: 'The server refused the connection.' }
    const shown = deliveryText(delivery('delayed', { next_attempt_at: now + 32 * 60, error }), now)
    assert.match(
      shown.text,
      /^Delayed: next try 2:32 PM \(The server refused the connection\)$|^Delayed: next try 14:32/,
    )
    assert.deepEqual(shown.verbs, ['try_now', 'cancel'])
  })

  it('never calls a message failed that may have arrived', () => {
    const shown = deliveryText(delivery('not_confirmed'), now)
    assert.match(shown.text, /^Not confirmed: .*may have arrived$/)
    assert.deepEqual(shown.verbs, ['send_again', 'mark_as_sent'])
  })

  it("quotes the channel's message when it refused", () => {
    const shown = deliveryText(delivery('failed', { error: { code: 'x', message: 'number unreachable' } }), now)
    assert.equal(shown.text, 'Failed: “number unreachable”')
    assert.deepEqual(shown.verbs, ['retry', 'edit', 'dismiss'])
    assert.equal(shown.tone, 'danger')
  })

  it('is quiet for a failure that a teammate has dismissed, and names them', () => {
    const dismissed = delivery('failed', { is_dismissed: true, error: { code: 'x', message: 'number unreachable' } })
    const shown = deliveryText(dismissed, now, { decider: 'Sam' })
    assert.equal(shown.text, 'Failed: “number unreachable” · Dismissed by Sam')
    assert.deepEqual([shown.tone, shown.verbs], ['quiet', ['retry', 'edit']])
    assert.equal(deliveryText(dismissed, now).text, 'Failed: “number unreachable” · Dismissed')
  })

  it('has the reason of a message that nobody cancelled by hand', () => {
    const error = { code: 'channel_deleted', message: 'The channel was deleted.' }
    assert.equal(
      deliveryText(delivery('cancelled', { error }), now).text,
      'Cancelled when the channel was deleted: this was not sent',
    )
    assert.equal(deliveryText(delivery('cancelled'), now).text, 'Cancelled: this was not sent')
    const refused = { code: 'connection_refused', message: 'The server refused the connection.' }
    assert.equal(
      deliveryText(delivery('cancelled', { error: refused }), now, { decider: 'Sam' }).text,
      'Cancelled by Sam: this was not sent',
    )
  })

  const error = (code: string, message: string) => ({ error: { code, message } })
  const refused = error('connection_refused', "The channel's server could not be reached: the connection was refused.")
  const crashed = error('server_error', "The channel's server answered 500.")
  const silent = error('timeout', "The channel's server did not answer within 7 s.")
  const interrupted = error('interrupted', 'Portico was interrupted while the message was being sent.')
  const marked = { decided_by: 'tea_1', decided_by_type: 'teammate' as const }
  const markedByApi = { decided_by_type: 'api' as const }
  const table: [DeliveryState, Partial<Delivery>, string | undefined, string, string[]][] = [
    ['queued', { undo_until: now + 3 }, undefined, 'Sending in 3 s', ['undo']],
    ['queued', {}, undefined, 'Sending…', []],
    ['waiting', { undo_until: now + 3 }, undefined, 'Sending in 3 s', ['undo']],
    ['queued', { held_until: now - 1 }, undefined, 'Sending…', []],
    ['waiting', { ...refused, waits_for: 'msg_1' }, undefined, 'Waits for the one above', ['cancel']],
    ['waiting', refused, undefined, 'Waits for another message of this conversation', ['cancel']],
    ['sending', refused, undefined, 'Sending…', []],
    [
      'delayed',
      refused,
      undefined,
      "Delayed: trying again now (The channel's server could not be reached: the connection was refused)",
      ['try_now', 'cancel'],
    ],
    ['delayed', {}, undefined, 'Delayed: trying again now (no reason given)', ['try_now', 'cancel']],
    ['sent', {}, undefined, 'Sent', []],
    ['sent', marked, 'Sam', 'Marked as sent by Sam: nobody knows whether it arrived', []],
    ['sent', marked, 'you', 'Marked as sent by you: nobody knows whether it arrived', []],
    ['sent', marked, undefined, 'Marked as sent: nobody knows whether it arrived', []],
    ['sent', markedByApi, 'an integration', 'Marked as sent by an integration: nobody knows whether it arrived', []],
    ['not_confirmed', {}, undefined, 'Not confirmed: the server did not answer clearly, it may have arrived', again()],
    ...(
      [
        [crashed, "The channel's server answered 500. It may have arrived"],
        [silent, "The channel's server did not answer within 7 s. It may have arrived"],
        [interrupted, 'Portico was interrupted while the message was being sent. It may have arrived'],
        [error('invalid_response', 'queued'), 'queued. It may have arrived'],
        [error('invalid_response', 'Try later!'), 'Try later! It may have arrived'],
      ] as const
    ).map(([why, text]): (typeof table)[number] => [
      'not_confirmed',
      why,
      undefined,
      `Not confirmed: ${text}`,
      again(),
    ]),
    ['failed', error('refused', 'no such number'), undefined, 'Failed: “no such number”', ['retry', 'edit', 'dismiss']],
    [
      'failed',
      error('message_too_large', 'The message is too large for this channel.'),
      undefined,
      'Failed: The message is too large for this channel',
      ['retry', 'edit', 'dismiss'],
    ],
    ['failed', {}, undefined, 'Failed', ['retry', 'edit', 'dismiss']],
    ['cancelled', {}, undefined, 'Cancelled: this was not sent', ['edit']],
    ['cancelled', {}, 'Sam', 'Cancelled by Sam: this was not sent', ['edit']],
    [
      'cancelled',
      { may_have_arrived: true },
      'Sam',
      'Cancelled by Sam: it is not sent again, but an earlier attempt may have arrived',
      ['edit'],
    ],
    [
      'failed',
      { may_have_arrived: true, ...error('refused', 'no such number') },
      undefined,
      'Failed: “no such number”. An earlier attempt may have arrived',
      ['retry', 'edit', 'dismiss'],
    ],
    [
      'failed',
      { is_dismissed: true, may_have_arrived: true, ...error('refused', 'no such number') },
      'Sam',
      'Failed: “no such number”. An earlier attempt may have arrived · Dismissed by Sam',
      ['retry', 'edit'],
    ],
    [
      'cancelled',
      { may_have_arrived: true, ...error('channel_deleted', 'The channel was deleted.') },
      undefined,
      'Cancelled when the channel was deleted: it is not sent again, but an earlier attempt may have arrived',
      ['edit'],
    ],
    [
      'cancelled',
      error('channel_deleted', 'The channel was deleted.'),
      undefined,
      'Cancelled when the channel was deleted: this was not sent',
      ['edit'],
    ],
  ]
  function again() {
    return ['send_again', 'mark_as_sent']
  }
  for (const [state, part, decider, text, verbs] of table) {
    it(`${state}${part.error ? `, ${part.error.code}` : ''}${decider ? `, by ${decider}` : ''}: ${text}`, () => {
      const shown = deliveryText(delivery(state, part), now, { decider })
      assert.deepEqual([shown.text, shown.verbs], [text, verbs])
    })
  }

  it('promises another try only where there is one, and an arrival nowhere but where it was confirmed', () => {
    for (const [state, part, decider, text] of table) {
      const { text: said } = deliveryText(delivery(state, part), now, { decider })
      assert.equal(/trying again|next try/.test(said), state === 'delayed', text)
      assert.equal(said === 'Sent', state === 'sent' && !part.decided_by_type, text)
      assert.equal(/may have arrived/.test(said), state === 'not_confirmed' || part.may_have_arrived === true, text)
    }
  })

  it('names the first attempt while it is in flight', () => {
    assert.equal(noAttemptText('sending'), 'The first attempt is in flight.')
    assert.equal(noAttemptText('queued'), 'Nothing was sent to the channel’s server yet.')
    assert.equal(noAttemptText('cancelled'), 'Nothing was sent to the channel’s server.')
  })

  it('names what a waiting message waits for', () => {
    assert.equal(deliveryText(delivery('waiting', { waits_for: 'msg_1' }), now).text, 'Waits for the one above')
    const held = deliveryText(delivery('queued', { held_until: now + 90 }), now)
    assert.match(held.text, /^Waits: nothing is sent to this channel before /)
    assert.deepEqual(held.verbs, ['try_now', 'cancel'])
  })

  it('has the failure of a pushed message, and is empty for one without', () => {
    const pushed = { is_inbound: false, delivery: null, error_type: null, error_message: null } as Message
    assert.equal(messageDeliveryText(pushed), null)
    const failed = { ...pushed, error_type: 'delivery_failed', error_message: 'mailbox full' }
    assert.equal(messageDeliveryText(failed)?.text, 'Failed: “mailbox full”')
    assert.equal(messageDeliveryText({ ...failed, is_inbound: true }), null)
  })
})
