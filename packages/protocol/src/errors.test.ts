import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorEnvelope } from './envelopes.ts'
import { errorCatalogue } from './errors.ts'

test('an error has the envelope with its code and the id of the request', () => {
  assert.deepEqual(
    errorEnvelope({ code: 'invalid_body', details: ['body.metadata.external_id: missing'], requestId: 'req-1' }),
    {
      _error: {
        status: 400,
        title: 'Bad request',
        message: errorCatalogue.invalid_body.message,
        details: ['body.metadata.external_id: missing'],
        code: 'invalid_body',
        request_id: 'req-1',
      },
    },
  )
})

test('an error with its own message replaces the default one, and has no details when there are none', () => {
  const { _error } = errorEnvelope({ code: 'channel_refused', message: 'Unknown account.', requestId: 'req-1' })
  assert.equal(_error.message, 'Unknown account.')
  assert.equal('details' in _error, false)
})

test('every error code has a title and a message that a person can act on', () => {
  for (const [code, { status, title, message }] of Object.entries(errorCatalogue)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/)
    assert.ok(status >= 400 && status < 600, code)
    assert.match(title, /^[A-Z].*[^.]$/, code)
    assert.match(message, /^[A-Z].*\.$/, code)
    assert.doesNotMatch(`${title} ${message}`, /invalid input|oops|an error occurred|went wrong/i, code)
  }
})
