import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkNewChannel, credentialsOf } from './credentials.ts'

const typed = {
  ...{ name: 'Chat', inbox_id: 'inb_1', undo_send_time: '5' },
  ...{ api_key: 'key', access_token: 'token', username: 'u', password: ' p ' },
}

it('only the credential that the type asks for is sent', () => {
  assert.equal(credentialsOf('none', typed), undefined)
  assert.deepEqual(credentialsOf('api_key', typed), { api_key: 'key' })
  assert.deepEqual(credentialsOf('bearer', typed), { access_token: 'token' })
  assert.deepEqual(credentialsOf('basic', typed), { username: 'u', password: ' p ' })
})

it('only what the type asks for can be missing', () => {
  const nothing = { ...typed, api_key: '', access_token: '', username: '', password: '' }
  const lacking = (authType: 'none' | 'api_key' | 'bearer' | 'basic') =>
    Object.entries(checkNewChannel(authType, nothing)).flatMap(([name, message]) => (message ? [name] : []))
  assert.deepEqual(lacking('none'), [])
  assert.deepEqual(lacking('api_key'), ['api_key'])
  assert.deepEqual(lacking('bearer'), ['access_token'])
  assert.deepEqual(lacking('basic'), ['username', 'password'])
})
