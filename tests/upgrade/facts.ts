import { join } from 'node:path'
import type { Fixture } from '../harness/hub.ts'

export const storedDirectory = join(import.meta.dirname, 'stored')

/** What is known of a stored database, beside it. */
export interface StoredFacts {
  version: string
  token: string
  admin: { email: string; password: string }
  /** Whose messages were all settled. */
  channel: { id: string; typeUid: string; secret: string }
  /** Public ids by what their messages wait for. */
  conversations: { talk: string; undo: string; late: string; held: string }
  messages: { queued: string[]; delayed: string; sending: string }
  /** By path, what the hub of that version answered. */
  answers: Record<string, unknown>
}

/** What a client reads of conversations in which nothing is under way. */
export async function readFacts(
  call: Fixture['call'],
  { conversations, channel }: { conversations: string[]; channel: string },
): Promise<Record<string, unknown>> {
  const paths = [
    ...conversations.flatMap((id) =>
      ['', '/messages', '/timeline', '/events', '/inboxes'].map((rest) => `/conversations/${id}${rest}`),
    ),
    ...['/teammates', '/teams', '/inboxes', `/channels/${channel}`, '/channel_types', '/me'],
  ]
  const answers: Record<string, unknown> = {}
  for (const path of paths) {
    const { status, body } = await call('GET', path)
    if (status !== 200) throw new Error(`GET ${path}: ${status}`)
    answers[path] = withoutOrigin(body)
  }
  return answers
}

/** Links name the address at which the hub was asked. */
function withoutOrigin(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://hub'))
}
