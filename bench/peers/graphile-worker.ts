import { makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import { countResults, createTables, type Job, type Queue, type QueueOptions } from './queue.ts'

const concurrency = 64

/** Jobs fetched 500 at a time and completed in batches, each result recorded by its task; message and job are one statement. */
export async function startGraphileWorker({ connection, deliver, onRecorded }: QueueOptions): Promise<Queue> {
  const pool = new pg.Pool({ connectionString: connection, max: concurrency + 2 })
  pool.on('error', (error) => process.stderr.write(`graphile-worker: ${error}\n`))
  pool.on('connect', (client) => client.on('error', () => {}))
  await createTables(pool)
  const utils = await makeWorkerUtils({ pgPool: pool })
  await utils.migrate()
  await run({
    pgPool: pool,
    noHandleSignals: true,
    taskList: {
      deliver: async (payload) => {
        const { id, externalId } = await deliver(payload as Job)
        await pool.query({
          name: 'record',
          text: 'insert into results (message_id, external_id) values ($1, $2)',
          values: [id, externalId],
        })
        onRecorded(1)
      },
    },
    preset: {
      worker: {
        concurrentJobs: concurrency,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  })
  return {
    addBacklog: async (jobs) => {
      await utils.addJobs(jobs.map((payload) => ({ identifier: 'deliver', payload })))
    },
    add: async ({ id, url, text }) => {
      await pool.query({
        name: 'create',
        text: `with message as (insert into messages (id, url, body) values ($1, $2, $3) returning *)
          select graphile_worker.add_job('deliver', json_build_object('id', id, 'url', url, 'text', body)) from message`,
        values: [id, url, text],
      })
    },
    countRecorded: () => countResults(pool),
  }
}
