import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sanitised } from './sanitise.ts'

describe('light words on a dark ground keep their ground', () => {
  const cases = {
    '<body bgcolor="#101010" text="#ffffff"><p>Hi</p></body>':
      '<div style="background-color:#101010;color:#ffffff"><p>Hi</p></div>',
    '<body style="background:#101010 url(https://x.example/a.png) no-repeat;color:#fff">Hi</body>':
      '<div style="background-color:#101010;color:#fff">Hi</div>',
    '<td style="color:white; BACKGROUND : rgb(20, 20, 20)">Hi</td>':
      '<td style="color:white;background-color:rgb(20, 20, 20)">Hi</td>',
  }
  for (const [given, shown] of Object.entries(cases)) it(given, () => assert.equal(sanitised(given), shown))
})

describe('a background that is no colour is left out', () => {
  const cases = {
    '<p style="background:none;color:#333">Hi</p>': '<p style="color:#333">Hi</p>',
    '<p style="background:url(https://x.example/a.png)">Hi</p>': '<p>Hi</p>',
    '<p style="background:red;background:expression(alert(1))">Hi</p>': '<p style="background-color:red">Hi</p>',
    '<body>Hi</body>': 'Hi',
  }
  for (const [given, shown] of Object.entries(cases)) it(given, () => assert.equal(sanitised(given), shown))
})

it('hidden content stays hidden on any background', () => {
  assert.equal(sanitised('<p style="background:#222;display:none">Hi</p>'), '')
})
