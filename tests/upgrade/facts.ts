import { join } from 'node:path'
import type { Fixture } from '../harness/hub.ts'

export const storedDirectory = join(import.meta.dirname, 'stored')

/** Facts about a stored database, in a file beside it. */
export interface StoredFacts {
  version: string
  token: string
  admin: { email: string; password: string }
  /** A conversation whose messages were all settled. */
  channel: { id: string; typeUid: string; secret: string }
  /** Public ids of conversations, by the state in which their messages were stored. */
  conversations: { talk: string; undo: string; late: string; held: string }
  messages: { queued: string[]; delayed: string; sending: string }
  /** The answers of the hub of that version, by path. */
  answers: Record<string, unknown>
}

/** The paths that a client reads, of conversations without an open delivery. */
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

/** Replaces the origin in links: it is the address at which the hub was called. */
function withoutOrigin(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://hub'))
}
