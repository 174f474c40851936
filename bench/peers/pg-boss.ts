import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { countResults, createTables, type Job, type Queue, type QueueOptions } from './queue.ts'

const loops = 4
const batch = 100

/** Four loops that each fetch 100 jobs, deliver them, record 100 results and complete 100 jobs; message and job are one transaction. */
export async function startPgBoss({ connection, deliver, onRecorded }: QueueOptions): Promise<Queue> {
  const pool = new pg.Pool({ connectionString: connection, max: 32 })
  await createTables(pool)
  const boss = new PgBoss({ connectionString: connection, max: 8 })
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error}\n`))
  await boss.start()
  await boss.createQueue('deliver')

  // an idle queue must not use time in the rounds of the others
  let added = Promise.withResolvers<void>()
  const wake = () => {
    added.resolve()
    added = Promise.withResolvers<void>()
  }
  const loop = async () => {
    for (;;) {
      const next = added.promise
      const jobs = await boss.fetch<Job>('deliver', { batchSize: batch })
      if (jobs.length === 0) {
        await next
        continue
      }
      const results = await Promise.all(jobs.map(({ data }) => deliver(data)))
      await pool.query({
        name: 'record',
        text: 'insert into results (message_id, external_id) select * from unnest($1::text[], $2::text[])',
        values: [results.map(({ id }) => id), results.map(({ externalId }) => externalId)],
      })
      await boss.complete(
        'deliver',
        jobs.map(({ id }) => id),
      )
      onRecorded(jobs.length)
    }
  }
  for (let n = 0; n < loops; n++) {
    loop().catch((error) => {
      process.stderr.write(`pg-boss: ${error}\n`)
      process.exit(1)
    })
  }

  return {
    addBacklog: async (jobs) => {
      await boss.insert(
        'deliver',
        jobs.map((data) => ({ data })),
      )
      wake()
    },
    add: async (job) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query({
          name: 'create',
          text: 'insert into messages (id, url, body) values ($1, $2, $3)',
          values: [job.id, job.url, job.text],
        })
        await boss.send('deliver', job, { db: { executeSql: (text, values) => client.query(text, values) } })
        await client.query('commit')
        wake()
      } finally {
        client.release()
      }
    },
    countRecorded: () => countResults(pool),
  }
}
