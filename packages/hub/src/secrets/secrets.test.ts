import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { MasterKeyError, openSealer } from './master-key.ts'
import { type AdditionalData, makeSealer } from './sealer.ts'

const additionalData: AdditionalData = { table: 'channels', companyId: 1, id: 7, field: 'credential' }

describe('a sealed value', () => {
  const sealer = makeSealer(Buffer.alloc(32, 1))
  const sealed = sealer.seal('s3cret ✓', additionalData)

  it('opens with its additional data, and reveals nothing otherwise', () => {
    assert.equal(sealer.open(sealed, additionalData), 's3cret ✓')
    assert.equal(sealed.includes('s3cret'), false)
    assert.notDeepEqual(sealer.seal('s3cret ✓', additionalData), sealed)
  })

  it('does not open for another table, company, row or field', () => {
    for (const other of [{ table: 'x' }, { companyId: 2 }, { id: 8 }, { field: 'x' }]) {
      assert.throws(() => sealer.open(sealed, { ...additionalData, ...other }))
    }
  })

  it('does not open with another key or after any byte changed', () => {
    assert.throws(() => makeSealer(Buffer.alloc(32, 2)).open(sealed, additionalData), /another key/)
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.throws(() => sealer.open(changed, additionalData), `byte ${at}`)
    }
  })
})

describe('the master key', () => {
  let db: TestDatabase
  let dataDirectory: string
  const keyFile = () => join(dataDirectory, 'master.key')
  before(async () => {
    db = await createDatabase()
  })
  after(() => db.drop())
  beforeEach(async () => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'portico-key-'))
    await db.query('forget', 'delete from directory.master_key')
  })
  const key = () => randomBytes(32).toString('base64')

  it('is made for an empty database, readable by its owner only, and the same from then on', async () => {
    const first = await openSealer(db, { dataDirectory, masterKey: null })
    assert.equal(statSync(keyFile()).mode & 0o777, 0o600)
    const again = await openSealer(db, { dataDirectory, masterKey: null })
    assert.equal(again.open(first.seal('x', additionalData), additionalData), 'x')
  })

  it('is one key for two hubs that meet an empty database at once', async () => {
    const source = { dataDirectory, masterKey: null }
    const [one, two] = await Promise.all([openSealer(db, source), openSealer(db, source)])
    assert.equal(two.open(one.seal('x', additionalData), additionalData), 'x')
  })

  it('must be the one this database was sealed with', async () => {
    await openSealer(db, { dataDirectory, masterKey: key() })
    await assert.rejects(openSealer(db, { dataDirectory, masterKey: key() }), (error: Error) => {
      assert.ok(error instanceof MasterKeyError)
      assert.match(error.message, /master key does not match/)
      return true
    })
  })

  it('is never made for a database that has one', async () => {
    await openSealer(db, { dataDirectory, masterKey: key() })
    await assert.rejects(openSealer(db, { dataDirectory, masterKey: null }), /no master key for this database/)
    assert.equal(existsSync(keyFile()), false)
  })

  it('is refused when it is not 32 bytes, and is not shown', async () => {
    const short = Buffer.from('too short').toString('base64')
    await assert.rejects(openSealer(db, { dataDirectory, masterKey: short }), (error: Error) => {
      assert.match(error.message, /PORTICO_MASTER_KEY is not a master key/)
      assert.equal(error.message.includes(short), false)
      return true
    })
  })

  it('leaves no trace in the database', async () => {
    await openSealer(db, { dataDirectory, masterKey: null })
    const text = readFileSync(keyFile(), 'utf8').trim()
    const [row] = await db.query('row', 'select encode(check_value, $1) as v, key_id from directory.master_key', [
      'base64',
    ])
    assert.equal(JSON.stringify(row).includes(text), false)
    rmSync(dataDirectory, { recursive: true })
  })
})
