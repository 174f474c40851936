import { Queue as BullQueue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Job, Queue, QueueOptions, Result } from './queue.ts'

const concurrency = 256

/** A result is the job's return value, which Redis keeps; the message is nowhere else than in its job. */
export async function startBullmq({ connection, deliver, onRecorded }: QueueOptions): Promise<Queue> {
  const connect = () => new Redis({ path: connection, maxRetriesPerRequest: null })
  const queue = new BullQueue<Job, Result>('deliver', { connection: connect() })
  const worker = new Worker<Job, Result>('deliver', ({ data }) => deliver(data), { connection: connect(), concurrency })
  worker.on('completed', () => onRecorded(1))
  worker.on('error', (error) => process.stderr.write(`bullmq: ${error}\n`))
  await worker.waitUntilReady()
  return {
    addBacklog: async (jobs) => {
      await queue.pause()
      await queue.addBulk(jobs.map((data) => ({ name: 'deliver', data })))
      await queue.resume()
    },
    add: async (job) => {
      await queue.add('deliver', job)
    },
    countRecorded: () => queue.getCompletedCount(),
  }
}
