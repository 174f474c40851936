import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Attachment, Channel } from '../api/types.ts'
import { attachedProblem, checkFiles, limitsOf, limitsText } from './limits.ts'

const limits = { max_bytes: 5 * 1_048_576, media_types: ['image/*', 'application/pdf'] }
const file = (name: string, type: string, size = 1_000) => ({ name, type, size })
const channelWith = (attachments: object) => ({ name: 'SMS', channel_type: { attachments } }) as unknown as Channel

describe('the limits of a channel', () => {
  it('refuse a file of another type, an empty one, and one beyond the size of all files', () => {
    const files = [
      file('plan.PDF', 'application/pdf', 3 * 1_048_576),
      file('page.html', 'text/html'),
      file('folder', ''),
      file('empty.png', 'image/png', 0),
      file('photo.jpg', 'image/jpeg', 2 * 1_048_576 + 1),
      file('small.jpg', 'IMAGE/JPEG', 2 * 1_048_576),
    ]
    const { accepted, problems } = checkFiles(files, [], limits)
    assert.deepEqual(
      accepted.map(({ name }) => name),
      ['plan.PDF', 'small.jpg'],
    )
    assert.match(problems[0] ?? '', /“page\.html” was not attached: this channel takes pictures and PDF\./)
    assert.equal(problems.length, 4)
    assert.match(problems[3] ?? '', /“photo\.jpg” .* 5 MB in all/)
  })

  it('count the files that are attached already', () => {
    const { accepted, problems } = checkFiles(
      [file('a.png', 'image/png'), file('b.png', 'image/png')],
      Array(9).fill(1),
      limits,
    )
    assert.deepEqual([accepted.length, problems.length], [1, 1])
    assert.match(problems[0] ?? '', /10 files at most/)
  })

  it('are said before a file is chosen', () => {
    assert.equal(limitsText(limits), 'Pictures and PDF, up to 5 MB in all')
    assert.equal(limitsText({ max_bytes: 26_214_400, media_types: null }), 'All files, up to 25 MB in all')
  })

  it('of 0 bytes mean that a channel takes no files', () => {
    assert.equal(limitsOf(channelWith({ max_bytes: 0, media_types: null })), null)
    const attached = [{ filename: 'a.png', content_type: 'image/png', size: 1 }] as Attachment[]
    assert.equal(
      attachedProblem(attached, channelWith({ max_bytes: 0, media_types: null })),
      'SMS takes no files, only text.',
    )
    assert.equal(attachedProblem([], channelWith({ max_bytes: 0, media_types: null })), null)
    assert.equal(attachedProblem(attached, channelWith({ max_bytes: 9, media_types: null })), null)
  })
})
