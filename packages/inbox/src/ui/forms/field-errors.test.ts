import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiError } from '../../api/errors.ts'
import { formErrors, trimmed } from './field-errors.ts'

const values = { name: '', server_url: '', auth_type: '', contact_type: '', api_key: '' }
const general = 'Body did not satisfy requirements. The details name each field and what it needs.'
const apiError = (message: string, details: string[]) =>
  new ApiError({ status: 400, code: 'invalid_body', message, details })

describe('pasted text', () => {
  it('is trimmed, except for passwords', () => {
    assert.deepEqual(trimmed({ email: ' a@b.c\n', password: ' x ', n: 3 }, ['password']), {
      email: 'a@b.c',
      password: ' x ',
      n: 3,
    })
  })
})

describe('an error of the hub', () => {
  it('appears beside the field that its details name, with the hub’s message', () => {
    const { fieldErrors, formError } = formErrors(
      apiError('Use https://.', ['body.server_url: is not allowed']),
      values,
    )
    assert.deepEqual([fieldErrors, formError], [{ server_url: 'Use https://.' }, null])
  })

  it('has the text of the detail when the message is the default one', () => {
    const { fieldErrors } = formErrors(apiError(general, ['body.name: missing']), values)
    assert.match(fieldErrors.name ?? '', /missing/)
  })

  it('names nested fields, and several of one line', () => {
    assert.deepEqual(
      Object.keys(formErrors(apiError('No', ['body.credentials.api_key: missing']), values).fieldErrors),
      ['api_key'],
    )
    assert.deepEqual(
      Object.keys(formErrors(apiError('No', ['body.auth_type, body.contact_type: cannot change']), values).fieldErrors),
      ['auth_type', 'contact_type'],
    )
  })

  it('appears above the form when its details name no field of it', () => {
    for (const details of [[], ['body.application_uid: gone'], ['body.constructor: gone']]) {
      const errors = formErrors(apiError('The server said no.', details), values)
      assert.deepEqual(errors, { fieldErrors: {}, formError: 'The server said no.' })
    }
  })

  it('appears above the form when the hub gave no response', () => {
    assert.deepEqual(formErrors(new Error('No connection.'), values), { fieldErrors: {}, formError: 'No connection.' })
  })
})
