import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { noPgBouncer, type PgBouncer, startPgBouncer } from '../../../../tests/harness/pgbouncer.ts'
import { type Database, openDatabase } from './database.ts'
import { StorageBusy, StorageUnavailable } from './failures.ts'

for (const hasPooler of [false, true]) {
  const skip = hasPooler && noPgBouncer
  describe(`behind a pooler${hasPooler ? ': PgBouncer' : ' (PostgreSQL itself)'}`, { skip }, () => {
    let direct: TestDatabase
    let pooled: Database
    let pooler: PgBouncer | undefined
    let holder: pg.Client
    before(async () => {
      direct = await createDatabase()
      const { host, port, user, database } = direct.pool.options as pg.ClientConfig
      const connection = { host, port, user, database } as pg.ClientConfig
      if (hasPooler) pooler = await startPgBouncer(connection)
      pooled = openDatabase({ connection: pooler?.connection ?? connection, pooled: true })
      await direct.query('make', 'create table held (id bigint primary key)')
      await direct.query('fill', 'insert into held values (1)')
      holder = new pg.Client(connection)
      await holder.connect()
      if (hasPooler) while (!(await pooled.query('up', 'select 1').catch(() => null))) await wait(20)
    })
    after(async () => {
      await pooled.close()
      await pooler?.stop()
      await holder.end()
      await direct.drop()
    })
    afterEach(() => holder.query('rollback'))

    const holdTable = async () => {
      await holder.query('begin')
      await holder.query('lock table held')
    }

    /** Backends that still work on a statement whose client has given up. */
    const leftBehind = () =>
      direct.query(
        'left',
        `select state, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
           and (wait_event_type = 'Lock' or query like '%pg_sleep%') and state <> 'idle'`,
      )

    it('a statement that waits for a lock in vain is ended by the server, whichever way it was sent', async () => {
      await holdTable()
      const connection = pooled.dedicatedConnection()
      const asked = await Promise.allSettled([
        pooled.query('one', 'select id from held where id = $1', [1]),
        pooled.transaction((tx) => tx.query('one', 'update held set id = id')),
        connection.query('one', 'select id from held'),
      ])
      for (const answer of asked) {
        assert.ok(answer.status === 'rejected' && answer.reason instanceof StorageBusy, JSON.stringify(answer))
      }
      await assert.rejects(pooled.pool.query('select id from held where id = $1', [1]), { code: '55P03' })
      assert.deepEqual(await leftBehind(), [])
      await holder.query('rollback')
      assert.deepEqual(await connection.query('one', 'select id from held'), [{ id: 1 }])
      await connection.close()
    })

    it('many waiting transactions do not use up the connections', async () => {
      await holdTable()
      const waiting = Array.from({ length: 16 }, () => pooled.query('one', 'select id from held'))
      const answers = await Promise.allSettled(waiting)
      assert.ok(answers.every(({ status }) => status === 'rejected'))
      while ((await leftBehind()).length > 0);
      assert.deepEqual(await pooled.query('free', 'select 1 as one'), [{ one: 1 }])
    })

    it('a statement that takes too long is ended by the server', async () => {
      await assert.rejects(pooled.query('sleep', 'select pg_sleep(60)'), StorageUnavailable)
      assert.deepEqual(await leftBehind(), [])
    })

    it('an idle transaction is ended by the server, and its locks are released', async () => {
      const [locked, forgotten] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const silent = pooled.transaction(async (tx) => {
        await tx.query('lock', 'select id from held for update')
        locked.resolve()
        await forgotten.promise
      })
      silent.catch(() => {})
      await locked.promise
      await holder.query('begin')
      const { rows } = await holder.query('select id from held for update')
      assert.equal(rows.length, 1)
      forgotten.resolve()
      await assert.rejects(silent, StorageUnavailable)
    })

    it('no limit outlives its transaction, and what is refused leaves its connection usable', async () => {
      await assert.rejects(pooled.query('divide', 'select 1 / 0'), { code: '22012' })
      await assert.rejects(
        pooled.transaction((tx) => tx.query('divide', 'select 1 / 0')),
        { code: '22012' },
      )
      const [within] = await pooled.query('within', `select current_setting('lock_timeout') as lock`)
      assert.deepEqual(within, { lock: '1500ms' })
      const raw = new pg.Client(pooler?.connection ?? (pooled.pool.options as pg.ClientConfig))
      await raw.connect()
      const { rows } = await raw.query(`select current_setting('lock_timeout') as lock`)
      await raw.end()
      assert.deepEqual(rows, [{ lock: '0' }])
      await pooled.transaction((tx) => tx.query('insert', 'insert into held values (2)'))
      await pooled.query('insert', 'insert into held values (3)')
      assert.equal((await direct.query('all', 'select id from held')).length, 3)
      await direct.query('clear', 'delete from held where id > 1')
    })
  })
}
