import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { findLocation } from './location.ts'
import { isRoot } from './owner.ts'

const skip = isRoot() ? false : 'only root has another account run PostgreSQL'

it('a folder that is still root’s is given to PostgreSQL’s account: the start that made it was cut off', {
  skip,
}, () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'portico-location-'))
  try {
    chmodSync(dataDirectory, 0o711)
    const directory = join(dataDirectory, 'postgres')
    mkdirSync(directory, { mode: 0o700 })
    const location = findLocation(dataDirectory)
    assert.equal(location.directory, directory)
    assert.notEqual(location.owner?.uid, 0)
    assert.equal(statSync(directory).uid, location.owner?.uid)
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})
