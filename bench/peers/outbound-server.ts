import { createSecretKey, timingSafeEqual } from 'node:crypto'
import { sign } from '@portico/protocol'
import fastify from 'fastify'
import { Pool } from 'undici'
import type { Instruction, OutboundSetup } from '../peers.ts'
import { startBullmq } from './bullmq.ts'
import { startGraphileWorker } from './graphile-worker.ts'
import { startPgBoss } from './pg-boss.ts'
import type { Job, QueueOptions, Result } from './queue.ts'

const kinds = { 'graphile-worker': startGraphileWorker, 'pg-boss': startPgBoss, bullmq: startBullmq }
/** The limit in flight at a channel server. */
const inFlight = 16
const text = 'Your parcel left the depot this morning and should be with you before the weekend. Anything else?'

/** A peer that does an outbound hub's job, in one process like a hub: takes replies over HTTP, queues, delivers and records them. */
process.once('message', async (setup: OutboundSetup) => {
  const start = kinds[setup.kind]
  let recorded = 0
  let isReached = () => {}
  const options: QueueOptions = {
    connection: setup.connection,
    deliver: makeDeliver(setup),
    onRecorded: (count) => {
      recorded += count
      isReached()
    },
  }
  const queue = await start(options)
  let created = 0
  const conversations = Object.keys(setup.urls)
  const jobFor = (conversation: string, body: string): Job => ({
    id: `msg_${(++created).toString(36)}`,
    url: setup.urls[conversation] ?? '',
    text: body,
  })
  const instructions = {
    backlog: async ({ count }: { count: number }) => {
      const jobs = Array.from({ length: count }, (_, n) => jobFor(conversations[n % conversations.length] ?? '', text))
      await queue.addBacklog(jobs)
      return count
    },
    wait: ({ recorded: wanted }: { recorded: number }) =>
      new Promise<number>((resolve) => {
        isReached = () => {
          if (recorded >= wanted) resolve(Date.now())
        }
        isReached()
      }),
    count: () => queue.countRecorded(),
  }
  process.on('message', async (instruction: Instruction) => {
    process.send?.(await instructions[instruction.do](instruction as never))
  })
  process.send?.(
    await listen(setup.token, (conversation, body) => {
      const job = jobFor(conversation, body)
      return queue.add(job).then(() => job.id)
    }),
  )
})
process.on('disconnect', () => process.exit())

function makeDeliver({ body, urls }: OutboundSetup): (job: Job) => Promise<Result> {
  const secret = createSecretKey('s'.repeat(64), 'utf8')
  const template = JSON.parse(body)
  const pools = new Map(
    [...new Set(Object.values(urls))].map((url) => [url, new Pool(new URL(url).origin, { connections: inFlight })]),
  )
  return async ({ id, url, text }) => {
    const request = JSON.stringify({ ...template, payload: { ...template.payload, id, text } })
    const timestamp = Date.now()
    const answer = await pools.get(url)?.request({
      path: new URL(url).pathname,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-front-request-timestamp': String(timestamp),
        'x-front-signature': sign(secret, timestamp, request),
      },
      body: request,
    })
    const said = (await answer?.body.json()) as { type: string; external_id: string }
    if (answer?.statusCode !== 200 || said.type !== 'success')
      throw new Error(`the channel server answered ${answer?.statusCode}`)
    return { id, externalId: said.external_id }
  }
}

async function listen(token: string, create: (conversation: string, body: string) => Promise<string>): Promise<number> {
  const app = fastify()
  const expected = Buffer.from(`Bearer ${token}`)
  const body = {
    type: 'object',
    required: ['body'],
    properties: {
      body: { type: 'string', minLength: 1 },
      options: { type: 'object', properties: { archive: { type: 'boolean' } } },
    },
  }
  app.post('/conversations/:id/messages', { schema: { body } }, async (request, reply) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return reply.code(401).send()
    const { id } = request.params as { id: string }
    const uid = await create(id, (request.body as { body: string }).body)
    return reply.code(202).send({ status: 'accepted', message_uid: uid })
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return Number(new URL(address).port)
}
