import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, bigserial, boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { createVerifier } from 'fast-jwt'
import fastify from 'fastify'
import pg from 'pg'
import type { InboundSetup } from '../peers.ts'

const id = () => bigserial({ mode: 'number' }).primaryKey()
const number = () => bigint({ mode: 'number' }).notNull()
const contacts = pgTable('contacts', { id: id(), channel: text().notNull(), handle: text().notNull(), name: text() })
const conversations = pgTable('conversations', {
  id: id(),
  channel: text().notNull(),
  external_id: text().notNull(),
  contact_id: number(),
  last_message_id: bigint({ mode: 'number' }),
  last_message_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  last_message_blurb: text(),
  is_open: boolean().notNull().default(true),
  unread: number().default(0),
})
const messages = pgTable('messages', {
  id: id(),
  conversation_id: number(),
  channel: text().notNull(),
  external_id: text().notNull(),
  body: text().notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
})
const events = pgTable('events', {
  number: bigserial({ mode: 'number' }).primaryKey(),
  type: text().notNull(),
  conversation_id: number(),
  message_id: number(),
  emitted_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
})

const tables = `
  create table contacts (id bigserial primary key, channel text not null, handle text not null, name text, unique (channel, handle));
  create table conversations (id bigserial primary key, channel text not null, external_id text not null,
    contact_id bigint not null references contacts, last_message_id bigint, last_message_at timestamptz not null default now(),
    last_message_blurb text, is_open boolean not null default true, unread bigint not null default 0, unique (channel, external_id));
  create index on conversations (channel, is_open, last_message_at desc);
  create table messages (id bigserial primary key, conversation_id bigint not null references conversations, channel text not null,
    external_id text not null, body text not null, created_at timestamptz not null default now(), unique (channel, external_id));
  create index on messages (conversation_id, id);
  create table events (number bigserial primary key, type text not null, conversation_id bigint not null, message_id bigint not null,
    emitted_at timestamptz not null default now());
  create index on events (conversation_id)`

/**
 * The handler that one writes: token and schema checked, one transaction a message on a pool of 16 with what exists
 * looked up, the message stored once, its event and its conversation's head with it.
 */
process.once('message', async ({ connection, secret, channels }: InboundSetup) => {
  const pool = new pg.Pool({ connectionString: connection, max: 16 })
  await pool.query(tables)
  for (const [index, channel] of channels.entries()) {
    await pool.query(
      `with contact as (
         insert into contacts (channel, handle, name) select $1, 'h' || $2::text || '-' || v, 'Ivo' from generate_series(0, $3 - 1) v returning *
       )
       insert into conversations (channel, external_id, contact_id, last_message_at)
       select channel, 'v' || split_part(handle, '-', 2), id, now() - interval '1 day' from contact`,
      [channel.id, index, channel.conversations],
    )
  }
  await pool.query('vacuum analyze')
  process.send?.(await listen(pool, secret))
})
process.on('disconnect', () => process.exit())

const shortText = { type: 'string', minLength: 1, maxLength: 500 }
const body = {
  type: 'object',
  required: ['sender', 'body', 'metadata'],
  properties: {
    sender: { type: 'object', required: ['handle'], properties: { handle: shortText, name: shortText } },
    subject: { type: 'string' },
    body: { type: 'string' },
    metadata: {
      type: 'object',
      required: ['external_id', 'external_conversation_id'],
      properties: { external_id: shortText, external_conversation_id: shortText },
    },
    attachments: { type: 'array' },
  },
}

interface Inbound {
  sender: { handle: string; name?: string }
  body: string
  metadata: { external_id: string; external_conversation_id: string }
}

async function listen(pool: pg.Pool, secret: string): Promise<number> {
  const verify = createVerifier({ key: secret, algorithms: ['HS256'] })
  const db = drizzle(pool)
  const app = fastify()
  app.post('/channels/:id/inbound_messages', { schema: { body } }, async (request, reply) => {
    const { id: channel } = request.params as { id: string }
    const token = verify(request.headers.authorization?.slice('Bearer '.length) ?? '') as { sub: string }
    if (token.sub !== channel) return reply.code(403).send()
    const uid = await store(db, channel, request.body as Inbound)
    return reply.code(202).send({ status: 'accepted', message_uid: String(uid) })
  })
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
}

type Db = ReturnType<typeof drizzle>
type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0]

function store(db: Db, channel: string, inbound: Inbound): Promise<number> {
  const { external_id } = inbound.metadata
  return db.transaction(async (tx) => {
    const conversationId = await findOrCreateConversation(tx, channel, inbound)
    const [message] = await tx
      .insert(messages)
      .values({ conversation_id: conversationId, channel, external_id, body: inbound.body })
      .onConflictDoNothing()
      .returning({ id: messages.id })
    if (!message) {
      const [known] = await tx
        .select({ id: messages.id })
        .from(messages)
        .where(and(eq(messages.channel, channel), eq(messages.external_id, external_id)))
      return known?.id ?? 0
    }
    await tx.insert(events).values({ type: 'inbound', conversation_id: conversationId, message_id: message.id })
    await tx
      .update(conversations)
      .set({
        last_message_id: message.id,
        last_message_at: sql`now()`,
        last_message_blurb: inbound.body.slice(0, 120),
        is_open: true,
        unread: sql`${conversations.unread} + 1`,
      })
      .where(eq(conversations.id, conversationId))
    return message.id
  })
}

async function findOrCreateConversation(
  tx: Transaction,
  channel: string,
  { sender, metadata }: Inbound,
): Promise<number> {
  const external_id = metadata.external_conversation_id
  const [found] = await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(and(eq(conversations.channel, channel), eq(conversations.external_id, external_id)))
  if (found) return found.id
  const [contact] = await tx
    .insert(contacts)
    .values({ channel, handle: sender.handle, name: sender.name })
    .onConflictDoUpdate({ target: [contacts.channel, contacts.handle], set: { name: sender.name } })
    .returning({ id: contacts.id })
  const [created] = await tx
    .insert(conversations)
    .values({ channel, external_id, contact_id: contact?.id ?? 0 })
    .onConflictDoUpdate({ target: [conversations.channel, conversations.external_id], set: { is_open: true } })
    .returning({ id: conversations.id })
  return created?.id ?? 0
}
