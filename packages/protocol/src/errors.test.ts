import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorEnvelope } from './envelopes.ts'
import { errorCatalogue } from './errors.ts'

test('an error is answered in the envelope, with its code and the id of the request', () => {
  assert.deepEqual(
    errorEnvelope({ code: 'invalid_body', details: ['body.metadata.external_id: missing'], requestId: 'req-1' }),
    {
      _error: {
        status: 400,
        title: 'Bad request',
        message: errorCatalogue.invalid_body.sentence,
        details: ['body.metadata.external_id: missing'],
        code: 'invalid_body',
        request_id: 'req-1',
      },
    },
  )
})

test("a message of its own replaces the catalogue's sentence, and details are left out when there are none", () => {
  const { _error } = errorEnvelope({ code: 'channel_refused', message: 'Unknown account.', requestId: 'req-1' })
  assert.equal(_error.message, 'Unknown account.')
  assert.equal('details' in _error, false)
})

test('every meaning has a title and a sentence that a person can act on', () => {
  for (const [code, { status, title, sentence }] of Object.entries(errorCatalogue)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/)
    assert.ok(status >= 400 && status < 600, code)
    assert.match(title, /^[A-Z].*[^.]$/, code)
    assert.match(sentence, /^[A-Z].*\.$/, code)
    assert.doesNotMatch(`${title} ${sentence}`, /invalid input|oops|an error occurred|went wrong/i, code)
  }
})
