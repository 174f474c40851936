import type { Reader } from './database.ts'

/** A broken rule of the schema, and the object that breaks it. */
export interface Violation {
  rule: string
  where: string
}

interface Rule {
  rule: string
  /** Selects `place`, one row for each violation. */
  query: string
}

/** Tenant tables are in schema public, global ones in directory; portico is the migrator's. */
const tenant = `n.nspname = 'public'`
const classes = `pg_class c join pg_namespace n on n.oid = c.relnamespace`
const firstColumn = (table: string, columns: string) =>
  `(select attname from pg_attribute where attrelid = ${table} and attnum = (${columns})[1])`

const rules: Rule[] = [
  {
    rule: 'every tenant table has company_id bigint not null',
    query: `select c.relname as place from ${classes} where ${tenant} and c.relkind in ('r', 'p') and not exists (
      select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'company_id'
      and a.atttypid = 'bigint'::regtype and a.attnotnull)`,
  },
  {
    rule: 'every tenant table has a unique key',
    query: `select c.relname as place from ${classes} where ${tenant} and c.relkind in ('r', 'p')
      and not exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u'))`,
  },
  {
    rule: 'company_id is first in every primary key, unique key and foreign key',
    query: `select k.conname as place from pg_constraint k join ${classes} on c.oid = k.conrelid
      where ${tenant} and k.contype in ('p', 'u', 'f') and ${firstColumn('k.conrelid', 'k.conkey')} <> 'company_id'`,
  },
  {
    rule: 'a foreign key ties company_id to company_id',
    query: `select k.conname as place from pg_constraint k join ${classes} on c.oid = k.conrelid
      where ${tenant} and k.contype = 'f' and ${firstColumn('k.confrelid', 'k.confkey')} <> 'company_id'`,
  },
  {
    rule: 'company_id is first in every unique index',
    query: `select i.indexrelid::regclass::text as place from pg_index i join ${classes} on c.oid = i.indrelid
      where ${tenant} and i.indisunique
      and coalesce(${firstColumn('i.indrelid', 'string_to_array(i.indkey::text, chr(32))::int2[]')}, '') <> 'company_id'`,
  },
  {
    rule: 'no foreign key leads into or out of the directory',
    query: `select k.conname as place from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
      where k.contype = 'f' and c.relnamespace <> r.relnamespace`,
  },
  {
    rule: 'no trigger',
    query: `select t.tgname as place from pg_trigger t where not t.tgisinternal`,
  },
  {
    rule: 'no on delete set null or set default',
    query: `select conname as place from pg_constraint where contype = 'f' and confdeltype in ('n', 'd')`,
  },
  {
    rule: 'no identity column, serial or sequence on tenant tables',
    query: `select c.relname as place from ${classes} left join pg_attribute a on a.attrelid = c.oid
      where ${tenant} and (c.relkind = 'S' or (c.relkind in ('r', 'p') and a.attidentity <> '')) group by c.relname`,
  },
  {
    rule: 'no row-level security',
    query: `select c.relname as place from ${classes} where ${tenant} and c.relrowsecurity`,
  },
]

/** Rules for functions: each pattern is tried on one statement of the body, without comments. */
const forbidden: { rule: string; pattern: RegExp }[] = [
  {
    rule: 'no volatile function in UPDATE',
    pattern: /\bupdate\s+[\w.]+(?:\s+(?:as\s+)?\w+)?\s+set\b.*\b(?:random|gen_random_uuid|clock_timestamp)\s*\(/is,
  },
  {
    rule: 'no NOTIFY and no LISTEN',
    pattern: /\bpg_notify\s*\(|(?:^|\bthen|\bloop|\bbegin|\belse)\s*(?:notify|listen)\s+\w+/i,
  },
  { rule: 'no advisory lock', pattern: /\bpg_(?:try_)?advisory_/i },
  { rule: 'no MERGE and no temporary table', pattern: /\bmerge\s+into\b|\bcreate\s+temp/i },
]

/** Finds violations of the rules that keep sharding over many databases possible (docs/decisions). */
export async function findViolations(db: Pick<Reader, 'query'>): Promise<Violation[]> {
  const found: Violation[] = []
  for (const [index, { rule, query }] of rules.entries()) {
    const rows = await db.query<{ place: string }>(`schema_rule_${index}`, query)
    found.push(...rows.map(({ place }) => ({ rule, where: place })))
  }
  return [...found, ...(await findInFunctions(db))]
}

async function findInFunctions(db: Pick<Reader, 'query'>): Promise<Violation[]> {
  const functions = await db.query<{ name: string; body: string }>(
    'schema_functions',
    `select p.proname as name, p.prosrc as body from pg_proc p
     join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'directory')`,
  )
  return functions.flatMap(({ name, body }) => {
    const statements = body.replace(/--.*$|\/\*.*?\*\//gms, '').split(';')
    const broken = forbidden.filter(({ pattern }) => statements.some((statement) => pattern.test(statement)))
    return broken.map(({ rule }) => ({ rule, where: name }))
  })
}
