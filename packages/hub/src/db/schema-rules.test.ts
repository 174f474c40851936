import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { findViolations } from './schema-rules.ts'

describe('the schema', () => {
  let db: TestDatabase
  before(async () => {
    db = await createDatabase()
  })
  after(() => db.drop())

  it('keeps every rule for tenant tables', async () => {
    assert.deepEqual(await findViolations(db), [])
  })
})

/** Each statement breaks one rule, which the guard must name. */
const bad: { rule: RegExp; where: string; ddl: string }[] = [
  {
    rule: /company_id bigint not null/,
    where: 'no_company',
    ddl: 'create table no_company (company_id integer primary key)',
  },
  { rule: /has a unique key/, where: 'no_key', ddl: 'create table no_key (company_id bigint not null)' },
  {
    rule: /first in every primary key/,
    where: 'late_company_pkey',
    ddl: 'create table late_company (company_id bigint not null, id bigint, primary key (id, company_id))',
  },
  {
    rule: /first in every primary key/,
    where: 'late_unique_id_company_id_key',
    ddl: 'create table late_unique (company_id bigint primary key, id bigint, unique (id, company_id))',
  },
  {
    rule: /first in every primary key/,
    where: 'late_reference_fkey',
    ddl: `create table late_reference (company_id bigint not null, id bigint not null, inbox_id bigint, primary key (company_id, id),
      constraint late_reference_fkey foreign key (inbox_id, company_id) references inboxes (id, company_id))`,
  },
  {
    rule: /ties company_id to company_id/,
    where: 'crossed_fkey',
    ddl: `create unique index inboxes_crossed on inboxes (id, company_id);
      create table crossed (company_id bigint not null, id bigint not null, primary key (company_id, id),
      constraint crossed_fkey foreign key (company_id, id) references inboxes (id, company_id))`,
  },
  {
    rule: /first in every unique index/,
    where: 'labels_name',
    ddl: 'create table labels (company_id bigint primary key, name text); create unique index labels_name on labels (name)',
  },
  {
    rule: /first in every unique index/,
    where: 'lower_name',
    ddl: 'create unique index lower_name on inboxes (lower(name))',
  },
  {
    rule: /out of the directory/,
    where: 'sign_ins_company',
    ddl: 'alter table directory.sign_ins add constraint sign_ins_company foreign key (company_id) references companies (company_id)',
  },
  {
    rule: /out of the directory/,
    where: 'companies_directory',
    ddl: 'alter table companies add number integer, add constraint companies_directory foreign key (number) references directory.companies (id)',
  },
  {
    rule: /no trigger/,
    where: 'touch',
    ddl: 'create trigger touch before update on inboxes for each row execute function suppress_redundant_updates_trigger()',
  },
  {
    rule: /set null/,
    where: 'forgetful',
    ddl: `alter table conversations add constraint forgetful foreign key (company_id, assignee_id)
      references teammates (company_id, id) on delete set null (assignee_id)`,
  },
  {
    rule: /no identity/,
    where: 'counted',
    ddl: 'create table counted (company_id bigint, id bigint generated always as identity, primary key (company_id, id))',
  },
  {
    rule: /no identity/,
    where: 'serials_id_seq',
    ddl: 'create table serials (company_id bigint, id bigserial, primary key (company_id, id))',
  },
  { rule: /row-level security/, where: 'inboxes', ddl: 'alter table inboxes enable row level security' },
  {
    rule: /volatile/,
    where: 'dice',
    ddl: functionOf('dice', 'update channel_delivery_states l set failures = random()'),
  },
  {
    rule: /volatile/,
    where: 'late_clock',
    ddl: functionOf('late_clock', 'update channel_delivery_states set\n open_until = clock_timestamp()'),
  },
  { rule: /NOTIFY/, where: 'shout', ddl: functionOf('shout', "perform pg_notify('a', 'b')") },
  { rule: /NOTIFY/, where: 'call_out', ddl: functionOf('call_out', 'notify portico_events') },
  { rule: /advisory/, where: 'elbow', ddl: functionOf('elbow', 'perform pg_advisory_xact_lock(1)') },
  { rule: /MERGE/, where: 'scratch', ddl: functionOf('scratch', 'create temp table x (y int)') },
]

function functionOf(name: string, statement: string): string {
  return `create function ${name}() returns void language plpgsql as $$ begin ${statement}; end $$`
}

describe('the guard on the schema', () => {
  let db: TestDatabase
  before(async () => {
    db = await createDatabase()
  })
  after(() => db.drop())

  /** The violations that the guard finds after `ddl` was run. */
  async function findWith(ddl: string) {
    const client = await db.pool.connect()
    try {
      await client.query('begin')
      await client.query(ddl)
      return await findViolations({ query: async (_name, text) => (await client.query(text)).rows })
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  for (const { rule, where, ddl } of bad) {
    it(`names ${where}`, async () => {
      const found = await findWith(ddl)
      assert.ok(
        found.some((violation) => rule.test(violation.rule) && violation.where === where),
        JSON.stringify(found),
      )
    })
  }

  it('lets a row lock and a clock outside UPDATE pass', async () => {
    const body =
      'perform 1 from channel_delivery_states for update skip locked; perform clock_timestamp(); update channel_delivery_states set failures = 0'
    assert.deepEqual(await findWith(functionOf('fine', body)), [])
  })
})
