import assert from 'node:assert/strict'
import { it } from 'node:test'
import { placeInApp } from './wanted.ts'

it('who wanted a page gets it after the sign-in', () => {
  assert.equal(placeInApp('/settings/channels?x=1#y'), '/settings/channels?x=1#y')
  assert.equal(placeInApp('/app/inboxes/inb_1'), '/inboxes/inb_1')
})

it('a link cannot lead out of the app, nor round in circles', () => {
  const evil = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/app//evil.example',
  ]
  for (const wanted of [...evil, '/ok\\@evil', '/sign-in', '/sign-in?from=/x', '', undefined]) {
    assert.equal(placeInApp(wanted), '/', wanted)
  }
})
