import { type Prefix, publicId } from '@portico/protocol'
import type { Reader } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import type { Location } from './audience.ts'
import { type CauseKind, kindOf } from './catalogue.ts'
import type { Presenters, Shown, ShownConversation, ShownKind } from './presenters.ts'
import { type EventRow, type EventsAfter, listEventsAfter } from './queries.ts'
import type { EventResource } from './schema.ts'

/** An event in two forms: `full` for readers of its conversation, `removal` for those who lost access by it (audience.ts). */
export interface PresentedEvent {
  event: EventRow
  /** The current location of its conversation; null when there is none. */
  location: Location | null
  /** The approximate size of its target in a response. */
  bytes: number
  full: EventResource
  removal: EventResource | null
}

export interface PresentDeps {
  presenters: Presenters
  urls: Urls
}

/** The current resources of the events of a page. */
interface Known {
  companyId: number
  urls: Urls
  conversations: Map<number, ShownConversation>
  shown: Map<ShownKind, Map<number, Shown> | undefined>
}

/** Presents events with their current conversations and targets: one query for each kind of target, for all events together. */
export async function presentEvents(
  { presenters, urls }: PresentDeps,
  companyId: number,
  events: EventRow[],
  detail: 'whole' | 'excerpts',
): Promise<PresentedEvent[]> {
  const ids = distinct(events.map(({ conversation_id }) => conversation_id))
  const kinds = kindsOf(presenters)
  const [conversations, ...found] = await Promise.all([
    presenters.conversations.find(companyId, ids),
    ...kinds.map((kind) => presenters.targets[kind].find(companyId, idsOf(events, kind), detail)),
  ])
  const shown = new Map(kinds.map((kind, n) => [kind, found[n]]))
  return events.map((event) => presentOne(event, { companyId, urls, conversations, shown }, presenters))
}

/**
 * Reads a page of events and presents them with excerpts of their targets, in one round trip of a pipelined connection. The queries of
 * the targets repeat the range of events and run after theirs, so that targets are at least as new as the events.
 */
export async function presentEventsAfter({ presenters, urls }: PresentDeps, reader: Reader, after: EventsAfter) {
  const kinds = kindsOf(presenters)
  const [events, conversations, ...found] = await Promise.all([
    listEventsAfter(reader, after),
    presenters.conversations.findOfEvents(reader, after),
    ...kinds.map((kind) => presenters.targets[kind].findOfEvents(reader, after)),
  ])
  const shown = new Map(kinds.map((kind, n) => [kind, found[n]]))
  const known: Known = { companyId: after.companyId, urls, conversations, shown }
  return events.map((event) => presentOne(event, known, presenters))
}

function kindsOf({ targets }: Presenters): ShownKind[] {
  return Object.keys(targets) as ShownKind[]
}

function presentOne(event: EventRow, known: Known, presenters: Presenters): PresentedEvent {
  return {
    event,
    location: locationOf(event, known),
    bytes: shownTarget(event, known)?.bytes ?? 0,
    full: presentFull(event, known),
    removal: presentRemoval(event, known, presenters),
  }
}

/** The sizes of the events' targets, in bytes, before they are read. */
export async function findTargetSizes({ presenters }: PresentDeps, companyId: number, events: EventRow[]) {
  const kinds = [...new Set(events.map(targetKind))].filter((kind) => kind !== null)
  const sizes = new Map<ShownKind, Map<number, number> | undefined>()
  for (const kind of kinds) sizes.set(kind, await presenters.targets[kind]?.sizesOf?.(companyId, idsOf(events, kind)))
  return (event: EventRow) => {
    const kind = targetKind(event)
    return (kind && sizes.get(kind)?.get(targetId(event) ?? 0)) ?? 0
  }
}

function targetKind({ target_kind: kind }: EventRow): ShownKind | null {
  return kind === 'inbox' ? null : kind
}

function targetId(event: EventRow): number | null {
  return event.target_kind === 'message' ? event.message_id : event.target_id
}

function idsOf(events: EventRow[], kind: ShownKind): number[] {
  const targets = events.filter((event) => targetKind(event) === kind).map(targetId)
  const actors = events.filter(({ actor }) => actor === kind).map(({ actor_id }) => actor_id)
  return distinct([...targets, ...actors])
}

function distinct(ids: (number | null)[]): number[] {
  return [...new Set(ids.filter((id) => id !== null))]
}

function locationOf({ conversation_id: id }: EventRow, { conversations }: Known): Location | null {
  return (id !== null && conversations.get(id)?.location) || null
}

function shownTarget(event: EventRow, known: Known): Shown | undefined {
  const kind = targetKind(event)
  return kind === null ? undefined : known.shown.get(kind)?.get(targetId(event) ?? 0)
}

function presentFull(event: EventRow, known: Known): EventResource {
  const { conversation_id: id } = event
  return {
    ...commonFields(event, known),
    conversation: (id !== null && known.conversations.get(id)?.resource) || null,
    source: sourceOf(event, known),
    target: targetOf(event, known),
    cause: causeOf(event, known),
    data: dataOf(event, known),
  }
}

/** The form of a target for readers who can no longer see it. */
function presentRemoval(event: EventRow, known: Known, { conversations }: Presenters): EventResource | null {
  if (kindOf(event.type)?.audience !== 'inbox_readers_and_left') return null
  const { conversation_id: id } = event
  return {
    ...commonFields(event, known),
    conversation: id === null ? null : conversations.gone(known.companyId, id, event.emitted_at),
    source: hasInboxSource(event) ? noInboxes : sourceOf(event, known),
    target: null,
    cause: null,
    data: null,
  }
}

const noInboxes = { _meta: { type: 'inboxes' }, data: [] }

function commonFields(event: EventRow, { companyId, urls }: Known) {
  const id = publicId('evt', companyId, event.number)
  return {
    _links: { self: urls.of('events', id) },
    id,
    type: event.type,
    emitted_at: event.emitted_at.getTime() / 1000,
  }
}

function hasInboxSource({ actor }: EventRow): boolean {
  return actor === 'channel' || actor === 'system'
}

/** As in Front, the source of a message from outside is the inboxes of its conversation. */
function sourceOf(event: EventRow, known: Known): EventResource['source'] {
  const { actor, actor_id: id } = event
  if (hasInboxSource(event)) return { _meta: { type: 'inboxes' }, data: inboxesOf(event, known) }
  if (actor !== 'teammate') return { _meta: { type: actor }, data: null }
  return { _meta: { type: actor }, data: (id !== null && known.shown.get(actor)?.get(id)?.resource) || null }
}

function targetOf(event: EventRow, known: Known): EventResource['target'] {
  if (event.target_kind === 'inbox') return { _meta: { type: 'inboxes' }, data: inboxesOf(event, known) }
  if (event.target_kind === null || targetId(event) === null) return null
  // events of a permanently deleted conversation are hidden, though its messages may still exist
  const isGone = event.conversation_id !== null && !known.conversations.has(event.conversation_id)
  return { _meta: { type: event.target_kind }, data: (!isGone && shownTarget(event, known)?.resource) || null }
}

/** Row numbers never leave the hub. `inbox` is left out: as a cause it is deleted, or the reader has lost access to it. */
const causePrefixes: Partial<Record<CauseKind, Prefix>> = {
  teammate: 'tea',
  api_token: 'tok',
  channel: 'cha',
  message: 'msg',
  call: 'cal',
  rule: 'rul',
}

function causeOf({ cause, cause_id }: EventRow, { companyId }: Known): EventResource['cause'] {
  if (cause === null) return null
  const prefix = causePrefixes[cause]
  return { type: cause, id: prefix && cause_id !== null ? publicId(prefix, companyId, cause_id) : null }
}

/**
 * The inbox of an event. For a conversation's event it is the current inbox: this reader may have no access to an earlier one.
 */
function inboxesOf(event: EventRow, known: Known) {
  const inbox =
    event.conversation_id === null ? (inboxTarget(event) ?? event.inbox_id) : locationOf(event, known)?.inboxIds[0]
  return inbox ? [{ id: publicId('inb', known.companyId, inbox) }] : []
}

function inboxTarget({ target_kind: kind, target_id: id }: EventRow): number | null {
  return kind === 'inbox' ? id : null
}

/** Row numbers never leave the hub: these fields become public ids. */
const idFields = { inbox_id: 'inb', teammate_id: 'tea', conversation_id: 'cnv', message_id: 'msg' } as const

function dataOf({ data }: EventRow, { companyId }: Known): EventResource['data'] {
  if (!data) return null
  const fields = Object.entries(data).map(([name, value]) => {
    const kind = name in idFields && typeof value === 'number' ? idFields[name as keyof typeof idFields] : undefined
    return [name, kind ? publicId(kind, companyId, value as number) : value]
  })
  return Object.fromEntries(fields)
}
