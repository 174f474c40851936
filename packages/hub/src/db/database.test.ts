import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { type OwnCluster, startCluster } from '../../../../tests/harness/cluster.ts'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { type Database, openDatabase } from './database.ts'
import { StorageFull, StorageUnavailable, storageFailure } from './failures.ts'

const backend = (db: Pick<Database, 'query'>) => db.query<{ pid: number }>('backend', 'select pg_backend_pid() as pid')

describe('the database', () => {
  let db: TestDatabase
  before(async () => {
    db = await createDatabase()
    await db.query('make', 'create table notes (id bigint primary key, said_at timestamptz, extra jsonb)')
  })
  after(() => db.drop())

  const kill = (pid: number | undefined) => db.query('kill', 'select pg_terminate_backend($1)', [pid])

  it('gives bigint as number, times as Date, jsonb as values', async () => {
    const [row] = await db.query('values', `select 9007199254740991::bigint as n, now() as t, '{"a":[1]}'::jsonb as j`)
    assert.equal(row?.n, 9007199254740991)
    assert.ok(row?.t instanceof Date)
    assert.deepEqual(row?.j, { a: [1] })
  })

  it('rolls a transaction back when it throws', async () => {
    const failing = db.transaction(async (tx) => {
      await tx.query('insert', 'insert into notes (id) values ($1)', [1])
      throw new Error('no')
    })
    await assert.rejects(failing, /^Error: no$/)
    assert.deepEqual(await db.query('notes', 'select id from notes'), [])
  })

  it('lets a refused statement’s error through, and keeps its connection', async () => {
    const [before] = await backend(db)
    await assert.rejects(db.query('divide', 'select 1 / 0'), { code: '22012' })
    assert.deepEqual(await backend(db), [before])
  })

  it('throws StorageUnavailable when the connection is lost during a statement, and runs the next one', async () => {
    const refused = assert.rejects(db.query('sleep', 'select pg_sleep(4)'), StorageUnavailable)
    await untilSleeping(db)
    await kill(await sleeper(db))
    await refused
    assert.equal((await backend(db)).length, 1)
  })

  it('survives a connection that dies within a transaction, between statements', async () => {
    const failing = db.transaction(async (tx) => {
      const [own] = await backend(tx)
      await kill(own?.pid)
      await tx.query('again', 'select 1')
    })
    await assert.rejects(failing, StorageUnavailable)
    assert.equal((await backend(db)).length, 1)
  })

  it('opens a dedicated connection again after its connection died', async () => {
    const connection = db.dedicatedConnection()
    const [first] = await backend(connection)
    await kill(first?.pid)
    await backend(connection).catch((error) => assert.ok(error instanceof StorageUnavailable))
    const [second] = await backend(connection)
    assert.notEqual(second?.pid, first?.pid)
    await connection.close()
  })

  it('asks a pipelined connection in order, lets one refused statement fail alone, and comes again after it died', async () => {
    const connection = db.dedicatedConnection({ pipelined: true })
    await connection.query('count', 'create sequence asked')
    const next = (n: number) => connection.query<{ n: number }>(`next_${n}`, `select nextval('asked') as n`)
    for (let round = 0; round < 3; round++) {
      const [first, refused, ...others] = await Promise.allSettled([
        next(0),
        connection.query('divide', 'select 1 / 0'),
        next(1),
        next(2),
      ])
      assert.deepEqual(
        [first, ...others].map((query) => query.status === 'fulfilled' && query.value),
        [1, 2, 3].map((n) => [{ n: round * 3 + n }]),
      )
      assert.equal(refused.status === 'rejected' && refused.reason.code, '22012')
    }
    const [before] = await backend(connection)
    const slept = connection.query('sleep', 'select pg_sleep(4)')
    const behind = next(0)
    const both = Promise.all([slept, behind].map((query) => assert.rejects(query, StorageUnavailable)))
    await kill(before?.pid)
    await both
    assert.deepEqual(await next(0), [{ n: 10 }])
    await connection.close()
  })

  it('receives notifications of another hub, also after its listening connection was lost', async () => {
    let onNotification: (payload: string) => void = () => {}
    const { host, port, user, database } = db.pool.options
    const another = openDatabase({ connection: { host, port, user, database } as object })
    const stop = await db.listen('portico_events', (payload) => onNotification(payload))
    const listener = async () =>
      (
        await db.query<{ pid: number }>(
          'listener',
          `select pid from pg_stat_activity where query = 'listen portico_events' and datname = current_database()`,
        )
      )[0]
    const received = async (payload: string) => {
      const notification = new Promise<string>((resolve) => {
        onNotification = resolve
      })
      // own notifications are ignored
      db.notify('portico_events', 'own')
      another.notify('portico_events', payload)
      return notification
    }
    assert.equal(await received('7'), '7')
    const first = await listener()
    await kill(first?.pid)
    let second = await listener()
    while (!second || second.pid === first?.pid) second = await listener()
    assert.equal(await received('8'), '8')
    await stop()
    await another.close()
  })

  it('uses no prepared statements and no LISTEN behind a pooler', async () => {
    const { host, port, user, database } = db.pool.options
    const pooled = openDatabase({
      connection: { host, port, user, database } as object,
      pooled: true,
      maxConnections: 1,
    })
    await pooled.query('named', 'select 1')
    const statements = await pooled.query('prepared', `select name from pg_prepared_statements where name <> ''`)
    const stop = await pooled.listen('portico_events', () => assert.fail('heard'))
    pooled.notify('portico_events', '1')
    await stop()
    await pooled.close()
    assert.deepEqual(statements, [])
  })

  async function sleeper(db: Database): Promise<number | undefined> {
    const rows = await db.query<{ pid: number }>(
      'sleeper',
      `select pid from pg_stat_activity where query = 'select pg_sleep(4)' and datname = current_database() and state = 'active'`,
    )
    return rows[0]?.pid
  }

  async function untilSleeping(db: Database): Promise<void> {
    while ((await sleeper(db)) === undefined);
  }
})

describe('a frozen PostgreSQL', () => {
  let cluster: OwnCluster
  let db: Database
  before(async () => {
    cluster = await startCluster({ cluster_name: 'frozen' })
    db = openDatabase({ connection: { host: cluster.host, user: cluster.user, database: 'postgres' } })
  })
  after(async () => {
    await db.close()
    await cluster.stop()
  })

  it('is StorageUnavailable within 5.5 s for statements, transactions and connections; closing does not hang', async () => {
    const connection = db.dedicatedConnection()
    await Promise.all([backend(db), backend(connection)])
    const frozen = cluster.processes()
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    try {
      const began = performance.now()
      const asked = [backend(db), backend(connection), db.transaction((tx) => backend(tx)), backend(db)]
      const answers = await Promise.allSettled(asked)
      const took = performance.now() - began
      for (const answer of answers) {
        assert.ok(answer.status === 'rejected' && answer.reason instanceof StorageUnavailable, JSON.stringify(answer))
      }
      assert.ok(took < 5_500, `${took} ms`)
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
    }
    assert.equal((await backend(db)).length, 1)
    assert.equal((await backend(connection)).length, 1)
  })
})

const StorageBusy = StorageUnavailable
describe('a failure', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code })
  const refused = (code: string) => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code })
  const ways = {
    'the server goes or comes': ['57P01', '57P02', '57P03', '57P05', '08000', '08003', '08006', '08P01'].map(refused),
    'the server has no more': ['53000', '53200', '53300', '53400', '58000', '58030'].map(refused),
    'it took too long': ['57014', '55P03', '25P03', '25P04'].map(refused),
    'somebody came first': ['40001', '40003', '40P01'].map(refused),
    'a fail-over left it read only': [refused('25006')],
    'the system or the network says no': [
      ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES', 'EMFILE'],
      ...['ENFILE', 'ENOBUFS', 'ENOMEM', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EPROTO'],
      ...['ERR_STREAM_DESTROYED', 'ERR_SOCKET_CLOSED', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ].map(withCode),
    'the driver says so': [
      'timeout expired',
      'timeout exceeded when trying to connect',
      'Connection terminated',
      'Connection terminated unexpectedly',
      'Connection terminated due to connection timeout',
      'Query read timeout',
      'Client has encountered a connection error and is not queryable',
      'Client was closed and is not queryable',
      'Cannot use a pool after calling end on the pool',
      'Received unexpected commandComplete message from backend.',
      'There was an error establishing an SSL connection',
    ].map((words) => new Error(words)),
  }
  for (const [name, errors] of Object.entries(ways)) {
    it(`is the database being away when ${name}`, () => {
      for (const error of errors) {
        assert.ok(
          storageFailure(error) instanceof StorageUnavailable,
          `${'code' in error ? error.code : error.message}`,
        )
      }
    })
  }

  it('is recognised as a full disk or a lock timeout by its SQLSTATE', () => {
    assert.ok(storageFailure(refused('53100')) instanceof StorageFull)
    assert.ok(storageFailure(refused('55P03')) instanceof StorageBusy)
  })

  it('is the error itself when the statement was at fault', () => {
    const own = ['23505', '22021', '42P01', '57000', 'P0001'].map(refused)
    for (const error of [...own, withCode('ERR_INVALID_ARG_TYPE'), new TypeError('x is not a function')]) {
      assert.equal(storageFailure(error), error)
    }
  })

  it('counts as an unavailable database when it is one of the connection', async () => {
    const nobody = openDatabase({ connection: { host: '127.0.0.1', port: 1 } })
    const connection = nobody.dedicatedConnection()
    await assert.rejects(backend(nobody), StorageUnavailable)
    await assert.rejects(backend(connection), StorageUnavailable)
    await nobody.close()
    const stranger = await createDatabase()
    const { host, port } = stranger.pool.options
    const unknown = openDatabase({ connection: { host, port, user: 'nobody', database: 'nothing' } as object })
    await assert.rejects(backend(unknown), StorageUnavailable)
    await assert.rejects(backend(unknown.dedicatedConnection()), StorageUnavailable)
    await unknown.close()
    await stranger.drop()
  })

  it('keeps the connection when it is a row lock timeout', async () => {
    const db = await createDatabase()
    await db.query('make', 'create table held (id bigint primary key)')
    await db.query('fill', 'insert into held values (1)')
    const connection = db.dedicatedConnection()
    const [before] = await backend(connection)
    await db.transaction(async (tx) => {
      await tx.query('hold', 'select 1 from held for update')
      await connection.query('hurry', `set lock_timeout = '10ms'`)
      await assert.rejects(connection.query('wait', 'select 1 from held for update'), StorageBusy)
    })
    assert.deepEqual(await backend(connection), [before])
    await connection.close()
    await db.drop()
  })
})
