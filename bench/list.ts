import type { TestCompany } from '../tests/harness/company.ts'
import { startTestHub, type TestHub } from '../tests/harness/hub.ts'
import { type BenchOptions, median, percentile, type Row, round } from './report.ts'

/**
 * The 50 newest conversations of an inbox over HTTP, in an inbox of 10,000 and in one of 1,000,000 of the same
 * database, in turn. With keyset paging the size must make no difference.
 */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const sizes = quick ? { small: 1_000, large: 50_000 } : { small: 10_000, large: 1_000_000 }
  const hub = await startTestHub()
  try {
    const large = await hub.addCompany('Large')
    await fill(hub, hub, sizes.small)
    await fill(hub, large, sizes.large)
    await hub.db.pool.query('vacuum analyze')
    const rounds = await measure(hub, { small: hub, large }, quick ? 50 : 300)
    const p95 = (of: 'small' | 'large') => median(rounds.map((round) => percentile(round[of], 0.95)))
    yield {
      name: 'list',
      variant: `${sizes.large.toLocaleString('en')} conversations`,
      value: round(p95('large')),
      unit: 'ms p95',
      baseline: round(p95('small')),
      ratio: round(p95('large') / p95('small')),
      p50_ms: round(median(rounds.map((round) => percentile(round.large, 0.5)))),
      p99_ms: round(median(rounds.map((round) => percentile(round.large, 0.99)))),
      note: `baseline: the same list in an inbox of ${sizes.small.toLocaleString('en')}; one caller, API token; 5 rounds in turn; PostgreSQL ${await version(hub)}, shared_buffers 256MB`,
    }
  } finally {
    await hub.close()
  }
}

async function measure(hub: TestHub, companies: { small: TestCompany; large: TestCompany }, requests: number) {
  const rounds: { small: number[]; large: number[] }[] = []
  for (let warmUp = 0; warmUp < 6; warmUp++) {
    const one = { small: [] as number[], large: [] as number[] }
    for (let n = 0; n < requests; n++) {
      for (const size of ['small', 'large'] as const) one[size].push(await timeList(hub, companies[size]))
    }
    if (warmUp > 0) rounds.push(one)
  }
  return rounds
}

async function timeList(hub: TestHub, { inbox, token }: TestCompany): Promise<number> {
  const start = performance.now()
  const { body } = await hub.call('GET', `/inboxes/${inbox}/conversations?status=open&limit=50`, undefined, { token })
  if (body._results.length !== 50) throw new Error(`the list has ${body._results.length} conversations`)
  return performance.now() - start
}

async function version(hub: TestHub): Promise<string> {
  const [row] = await hub.db.query<{ server_version: string }>('version', 'show server_version')
  return row?.server_version ?? ''
}

async function fill({ db }: TestHub, { companyId, inboxId }: TestCompany, conversations: number): Promise<void> {
  const first = 10_000
  const statements = [
    `insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type)
     values (${companyId}, ${first}, 'app_${companyId}', 'bench', 'http://127.0.0.1:9/', 'none', 'custom')`,
    `insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url)
     values (${companyId}, ${first + 1}, ${first}, ${inboxId}, 'bench', 'bench', 'http://127.0.0.1:9/')`,
    `insert into conversations (company_id, id, inbox_id, channel_id, recipient_handle, recipient_name, last_message_at,
       last_message_blurb, last_inbound_id)
     select ${companyId}, ${first + 10} + n, ${inboxId}, ${first + 1}, 'customer-' || n, 'Customer ' || n,
       now() - n * interval '1 second', 'Where is my parcel? I have been waiting since Monday.', n
     from generate_series(1, ${conversations}) n`,
    `update counters set last_number = ${first + 20 + conversations} where company_id = ${companyId}`,
  ]
  const client = await db.pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    for (const text of statements) await client.query({ text, query_timeout: 300_000 } as { text: string })
  } finally {
    client.release(true)
  }
}
