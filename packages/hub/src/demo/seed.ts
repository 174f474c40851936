import { moveReadPosition } from '../conversations/attention.ts'
import { assign, changeConversation, setStatus } from '../conversations/conversation-actions.ts'
import type { Actor } from '../events/actor.ts'
import type { ChannelAuth } from '../http/principal.ts'
import type { DemoDeps } from './demo.ts'
import { findSeeded, findTeam } from './queries.ts'
import { type Author, type SeedConversation, seedData } from './seed-data.ts'

/** Pushes the seed data as a channel does, oldest message first, then assigns, archives and marks read as it says. */
export async function seedConversations(deps: DemoDeps, auth: ChannelAuth): Promise<void> {
  const team = new Map((await findTeam(deps.db, auth.companyId)).map((teammate) => [teammate.first_name, teammate.id]))
  const messages = seedData.flatMap((seed) => seed.messages.map((message, index) => ({ seed, message, index })))
  for (const { seed, message, index } of messages.sort((a, b) => b.message.minutesAgo - a.message.minutesAgo)) {
    await pushMessage(deps, auth, team, seed, message, index)
  }
  for (const seed of seedData) await applyTeamWork(deps, auth, team, seed)
}

async function pushMessage(
  { receiver }: DemoDeps,
  auth: ChannelAuth,
  team: Map<string, number>,
  { customer, subject }: SeedConversation,
  message: SeedConversation['messages'][number],
  index: number,
): Promise<void> {
  const isInbound = message.from === 'customer'
  await receiver.receive(auth, {
    isInbound,
    people: [customer],
    authorId: isInbound ? undefined : team.get(message.from),
    subject,
    body: message.body,
    externalId: `${customer.handle}-${index}`,
    externalConversationId: customer.handle,
    deliveredAt: Math.floor(Date.now() / 1000) - message.minutesAgo * 60,
  })
}

async function applyTeamWork(
  { db, bus }: DemoDeps,
  auth: ChannelAuth,
  team: Map<string, number>,
  seed: SeedConversation,
) {
  const { companyId, channelId } = auth
  const conversation = await findSeeded(db, companyId, channelId, seed.customer.handle)
  const by = (author: Author): Actor => ({ companyId, kind: 'teammate', id: team.get(author) ?? null })
  const answered = seed.messages.find((message) => message.from !== 'customer')?.from as Author | undefined
  if (seed.assignee) {
    const assignee = team.get(seed.assignee) ?? null
    await changeConversation(db, bus, by(seed.assignee), conversation, assign(assignee))
  }
  if (seed.archived) await changeConversation(db, bus, by(answered ?? 'Noor'), conversation, setStatus('archived'))
  const isNew = seed.messages.at(-1)?.from === 'customer' && !seed.archived
  if (isNew && !seed.assignee) return
  for (const teammateId of team.values()) {
    await moveReadPosition(db, bus, { companyId, teammateId }, conversation, null)
  }
}
