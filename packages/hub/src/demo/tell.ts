import { moveReadPosition } from '../conversations/attention.ts'
import { assign, changeConversation, setStatus } from '../conversations/verbs.ts'
import type { Actor } from '../events/actor.ts'
import type { ChannelAuth } from '../http/principal.ts'
import type { DemoDeps } from './demo.ts'
import { findTeam, findTold } from './queries.ts'
import { type Author, type Story, stories } from './stories.ts'

/** Pushes the stories through the door that every channel uses, oldest line first, and leaves the team's work as told. */
export async function tellStories(deps: DemoDeps, pass: ChannelAuth): Promise<void> {
  const team = new Map((await findTeam(deps.db, pass.companyId)).map((one) => [one.first_name, one.id]))
  const lines = stories.flatMap((story) => story.lines.map((line, index) => ({ story, line, index })))
  for (const { story, line, index } of lines.sort((a, b) => b.line.minutesAgo - a.line.minutesAgo)) {
    await tellLine(deps, pass, team, story, line, index)
  }
  for (const story of stories) await leaveAsTold(deps, pass, team, story)
}

async function tellLine(
  { receiver }: DemoDeps,
  pass: ChannelAuth,
  team: Map<string, number>,
  { customer, subject }: Story,
  line: Story['lines'][number],
  index: number,
): Promise<void> {
  const isInbound = line.from === 'customer'
  await receiver.receive(pass, {
    isInbound,
    people: [customer],
    authorId: isInbound ? undefined : team.get(line.from),
    subject,
    body: line.body,
    externalId: `${customer.handle}-${index}`,
    externalConversationId: customer.handle,
    deliveredAt: Math.floor(Date.now() / 1000) - line.minutesAgo * 60,
  })
}

async function leaveAsTold({ db, bus }: DemoDeps, pass: ChannelAuth, team: Map<string, number>, story: Story) {
  const { companyId, channelId } = pass
  const conversation = await findTold(db, companyId, channelId, story.customer.handle)
  const by = (author: Author): Actor => ({ companyId, kind: 'teammate', id: team.get(author) ?? null })
  const answered = story.lines.find((line) => line.from !== 'customer')?.from as Author | undefined
  if (story.assignee) {
    const assignee = team.get(story.assignee) ?? null
    await changeConversation(db, bus, by(story.assignee), conversation, assign(assignee))
  }
  if (story.archived) await changeConversation(db, bus, by(answered ?? 'Noor'), conversation, setStatus('archived'))
  const isNew = story.lines.at(-1)?.from === 'customer' && !story.archived
  if (isNew && !story.assignee) return
  for (const teammateId of team.values()) {
    await moveReadPosition(db, bus, { companyId, teammateId }, conversation, null)
  }
}
