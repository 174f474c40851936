import type { Attachment } from '../api/types.ts'
import { type DraftButton, filled, haveSameButtons } from '../buttons/button.ts'
import { t as buttonTexts } from '../buttons/strings.ts'
import { isSameLocation, type Location } from '../locations/location.ts'
import { t as locationTexts } from '../locations/strings.ts'
import { s } from '../strings/strings.ts'

/** The fields of a draft. */
export interface DraftContent {
  body: string
  channel_id: string | null
  recipient: string | null
  subject: string | null
  attachments: Attachment[]
  buttons: DraftButton[]
  location: Location | null
}

/** A draft as the hub stores it. Its version counts its changes; 0: there is none. */
export interface SavedDraft extends DraftContent {
  /** Text typed in another tab or on another device, saved beside this one. */
  set_aside: string | null
  version: number
}

/** A draft in this tab, and the saved draft that it was edited from. */
export interface DraftState {
  content: DraftContent
  conflictingText: string | null
  base: SavedDraft
  /** The content of a message was put back into the draft, perhaps before the hub emptied that draft: it counts as new, whatever the hub has. */
  isPutBack?: boolean | undefined
}

export const emptyDraft: DraftContent = {
  ...{ body: '', channel_id: null, recipient: null, subject: null },
  ...{ attachments: [], buttons: [], location: null },
}
const none: SavedDraft = { ...emptyDraft, set_aside: null, version: 0 }
export const noDraft: DraftState = { content: emptyDraft, conflictingText: null, base: none }

const fields = ['body', 'channel_id', 'recipient', 'subject'] as const
type Field = (typeof fields)[number]

export function hasSameContent(a: DraftContent, b: DraftContent): boolean {
  return (
    fields.every((field) => (a[field] || null) === (b[field] || null)) &&
    hasSameFiles(a, b) &&
    haveSameButtons(a.buttons, b.buttons) &&
    isSameLocation(a.location, b.location)
  )
}

type WithFiles = Pick<DraftContent, 'attachments'>

/** Whether both have the same files in the same order. */
export function hasSameFiles({ attachments: a }: WithFiles, { attachments: b }: WithFiles): boolean {
  return a.length === b.length && a.every(({ id }, index) => id === b[index]?.id)
}

/** Whether nothing was typed or attached: a chosen channel alone is no draft. */
export function isEmpty({ body, recipient, subject, attachments, buttons, location }: DraftContent): boolean {
  const hasWords = [body, recipient, subject].some((text) => text?.trim())
  return !hasWords && attachments.length === 0 && filled(buttons).length === 0 && !location
}

/** Whether this tab has content that the hub does not have. */
export function isUnsaved({ content, conflictingText, base, isPutBack }: DraftState): boolean {
  return isPutBack === true || !hasSameContent(content, base) || (conflictingText ?? '') !== (base.set_aside ?? '')
}

/** The name of a channel in a text about it. */
type NameOfChannel = (id: string) => string

/**
 * Merges the hub's current draft (null: none) into this one. Versions decide, never a clock. A field that was not changed here
 * takes the hub's value; it empties when it was sent elsewhere. Where both sides changed one, this tab's value stays and the
 * other becomes part of the conflicting text.
 */
export function merge(state: DraftState, saved: SavedDraft | null, nameOf: NameOfChannel): DraftState {
  const base = saved ?? none
  if (base.version === state.base.version && base.version > 0) return { ...state, base }
  const [content, other] = mergeContent(state.content, base, state.isPutBack ? emptyDraft : state.base)
  const isConflictChanged = (state.conflictingText ?? '') !== (state.base.set_aside ?? '')
  const conflicts = [base.set_aside, isConflictChanged ? state.conflictingText : null, conflictText(other, nameOf)]
  return { ...state, content, base, conflictingText: joinTexts(conflicts, content.body) }
}

/** Merges two drafts of the same origin: the merged content, and the fields in conflict. A draft that was sent or discarded counts as changed in every field. */
export function mergeContent(
  mine: DraftContent,
  theirs: DraftContent,
  before: DraftContent,
): [DraftContent, DraftContent] {
  const isEmptied = (content: DraftContent) => isEmpty(content) && !isEmpty(before)
  if (hasSameContent(mine, before) || isEmptied(mine)) return [contentOf(theirs), emptyDraft]
  const attachments = mergeFiles(mine, theirs, before)
  const [content, other] = [{ ...mine, attachments }, { ...emptyDraft }]
  if (isEmptied(theirs)) return [content, other]
  const isSame = (a: DraftContent, b: DraftContent, field: Field) => (a[field] || null) === (b[field] || null)
  for (const field of fields) {
    if (isSame(theirs, before, field) || isSame(theirs, mine, field)) continue
    Object.assign(isSame(mine, before, field) ? content : other, { [field]: theirs[field] })
  }
  const areSame = (a: DraftContent, b: DraftContent) => haveSameButtons(a.buttons, b.buttons)
  if (!areSame(theirs, before) && !areSame(theirs, mine))
    (areSame(mine, before) ? content : other).buttons = theirs.buttons
  const isAt = (a: DraftContent, b: DraftContent) => isSameLocation(a.location, b.location)
  if (!isAt(theirs, before) && !isAt(theirs, mine)) (isAt(mine, before) ? content : other).location = theirs.location
  return [content, other]
}

/** Merges the files of two drafts: files that either side added stay, files that either side removed or sent are gone. */
function mergeFiles(mine: WithFiles, theirs: WithFiles, before: WithFiles): Attachment[] {
  const isIn = ({ attachments }: WithFiles, { id }: Attachment) => attachments.some((file) => file.id === id)
  const kept = mine.attachments.filter((file) => isIn(theirs, file) || !isIn(before, file))
  const added = theirs.attachments.filter((file) => !isIn(mine, file) && !isIn(before, file))
  return [...kept, ...added]
}

/** The fields in conflict as one text, to show and to store beside the content. */
export function conflictText(
  { body, channel_id, recipient, subject, buttons, location }: DraftContent,
  nameOf: NameOfChannel,
): string | null {
  const named: [string, string | null][] = [
    [s.compose.channel, channel_id && nameOf(channel_id)],
    [s.compose.recipient, recipient],
    [s.compose.subject, subject],
    [buttonTexts.conflict, filled(buttons).map(wordsOf).join(' · ')],
    [locationTexts.conflict, location && placeOf(location)],
  ]
  const lines = named.flatMap(([name, value]) => (value?.trim() ? `${name}: ${value.trim()}` : []))
  return [...lines, body.trim()].filter(Boolean).join('\n') || null
}

const placeOf = ({ name, address, latitude, longitude }: Location) => name || address || `${latitude}, ${longitude}`

const wordsOf = ({ title, url }: DraftButton) => [title, url].filter(Boolean).join(' ')

function contentOf({
  body,
  channel_id,
  recipient,
  subject,
  attachments,
  buttons,
  location,
}: DraftContent): DraftContent {
  return { body, channel_id, recipient, subject, attachments, buttons, location }
}

/** Joins texts, without those that another one or the content includes. */
export function joinTexts(texts: (string | null)[], content: string): string | null {
  const parts: string[] = []
  for (const text of texts) {
    const trimmed = text?.trim()
    if (trimmed && ![content, ...parts].some((part) => part.includes(trimmed))) parts.push(trimmed)
  }
  return parts.join('\n\n') || null
}
