import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkNewChannel, credentialsOf, type ServerAuth } from './credentials.ts'

const typed = {
  ...{ name: 'Chat', inbox_id: 'inb_1', undo_send_time: '5' },
  ...{ api_key: 'key', access_token: 'token', username: 'u', password: ' p ' },
  ...{ client_id: 'c', client_secret: 's' },
}

const of = (auth_type: 'none' | 'api_key' | 'bearer' | 'basic') => ({ auth_type, oauth2: null })
const oauth = (grant: 'authorization_code' | 'client_credentials' | 'password') =>
  ({ auth_type: 'oauth2', oauth2: { grant } }) as ServerAuth

it('only the credential that the type asks for is sent', () => {
  assert.equal(credentialsOf(of('none'), typed), undefined)
  assert.deepEqual(credentialsOf(of('api_key'), typed), { api_key: 'key' })
  assert.deepEqual(credentialsOf(of('bearer'), typed), { access_token: 'token' })
  assert.deepEqual(credentialsOf(of('basic'), typed), { username: 'u', password: ' p ' })
  assert.equal(credentialsOf(oauth('authorization_code'), typed), undefined)
  assert.deepEqual(credentialsOf(oauth('client_credentials'), typed), { client_id: 'c', client_secret: 's' })
  assert.deepEqual(credentialsOf(oauth('password'), typed), { username: 'u', password: ' p ' })
})

it('only what the type asks for can be missing', () => {
  const nothing = {
    ...typed,
    api_key: '',
    access_token: '',
    username: '',
    password: '',
    client_id: '',
    client_secret: '',
  }
  const lacking = (type: ServerAuth) =>
    Object.entries(checkNewChannel(type, nothing)).flatMap(([name, message]) => (message ? [name] : []))
  assert.deepEqual(lacking(of('none')), [])
  assert.deepEqual(lacking(of('api_key')), ['api_key'])
  assert.deepEqual(lacking(of('bearer')), ['access_token'])
  assert.deepEqual(lacking(of('basic')), ['username', 'password'])
  assert.deepEqual(lacking(oauth('authorization_code')), [])
  assert.deepEqual(lacking(oauth('client_credentials')), ['client_id', 'client_secret'])
})
