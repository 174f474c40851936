import assert from 'node:assert/strict'
import { test } from 'node:test'
import { convertBody } from './conversion.ts'

test('many long bodies at once are all converted, and none is refused for lack of a thread', async () => {
  const filling = '<p>It left the depot.</p>'.repeat(36_000)
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, n) => convertBody({ companyId: 1, body: `${filling}<p>The end of ${n}</p>` })),
  )
  for (const [n, { format, blurb, forms }] of all.entries()) {
    assert.equal(format, 'html')
    assert.match(blurb, /^It left the depot\./)
    assert.ok(forms?.text.endsWith(`The end of ${n}`))
  }
  const makeshift = all.filter(({ isMakeshift }) => isMakeshift)
  assert.ok(makeshift.length > 0 && makeshift.length < 40, 'some had a thread and some had none')
  assert.ok(makeshift.every(({ forms }) => forms?.shown === 'text'))
})

test('another company is served while one has filled the line', async () => {
  const long = `<p>${'word '.repeat(150_000)}</p>`
  const many = Array.from({ length: 15 }, () => convertBody({ companyId: 1, body: long }))
  const { isMakeshift, forms } = await convertBody({ companyId: 2, body: `<p>${'Hello '.repeat(1_000)}</p>` })
  assert.deepEqual([isMakeshift, forms?.shown], [undefined, 'inline'])
  await Promise.all(many)
})
