import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiError } from '../../api/errors.ts'
import { refusalOf, trimmed } from './problems.ts'

const values = { name: '', server_url: '', auth_type: '', contact_type: '', api_key: '' }
const general = 'Body did not satisfy requirements. The details name each field and what it needs.'
const refusal = (message: string, details: string[]) =>
  new ApiError({ status: 400, code: 'invalid_body', message, details })

describe('what was pasted', () => {
  it('loses the space around it, but for passwords', () => {
    assert.deepEqual(trimmed({ email: ' a@b.c\n', password: ' x ', n: 3 }, ['password']), {
      email: 'a@b.c',
      password: ' x ',
      n: 3,
    })
  })
})

describe('a refusal of the hub', () => {
  it('stands beside the field its details name, in the hub’s words', () => {
    const { problems, refusal: whole } = refusalOf(
      refusal('Use https://.', ['body.server_url: is not allowed']),
      values,
    )
    assert.deepEqual([problems, whole], [{ server_url: 'Use https://.' }, null])
  })

  it('says what the detail says when the sentence would fit any body', () => {
    const { problems } = refusalOf(refusal(general, ['body.name: missing']), values)
    assert.match(problems.name ?? '', /missing/)
  })

  it('finds nested fields and several in one line', () => {
    assert.deepEqual(Object.keys(refusalOf(refusal('No', ['body.credentials.api_key: missing']), values).problems), [
      'api_key',
    ])
    assert.deepEqual(
      Object.keys(refusalOf(refusal('No', ['body.auth_type, body.contact_type: cannot change']), values).problems),
      ['auth_type', 'contact_type'],
    )
  })

  it('stands on top when it names no field of this form, or a field that only looks like one', () => {
    for (const details of [[], ['body.application_uid: gone'], ['body.constructor: gone']]) {
      const found = refusalOf(refusal('The server said no.', details), values)
      assert.deepEqual(found, { problems: {}, refusal: 'The server said no.' })
    }
  })

  it('may be no answer at all', () => {
    assert.deepEqual(refusalOf(new Error('No connection.'), values), { problems: {}, refusal: 'No connection.' })
  })
})
