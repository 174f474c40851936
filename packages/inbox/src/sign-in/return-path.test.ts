import assert from 'node:assert/strict'
import { it } from 'node:test'
import { returnPath } from './return-path.ts'

it('the page that was asked for is opened after the sign-in', () => {
  assert.equal(returnPath('/settings/channels?x=1#y'), '/settings/channels?x=1#y')
  assert.equal(returnPath('/app/inboxes/inb_1'), '/inboxes/inb_1')
})

it('a link leads neither out of the app nor back to the sign-in', () => {
  const evil = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/app//evil.example',
  ]
  for (const wanted of [...evil, '/ok\\@evil', '/sign-in', '/sign-in?from=/x', '', undefined]) {
    assert.equal(returnPath(wanted), '/', wanted)
  }
})
