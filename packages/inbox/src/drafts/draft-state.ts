import { s } from '../strings/strings.ts'

/** What stands in the fields of a draft. */
export interface DraftWords {
  body: string
  channel_id: string | null
  recipient: string | null
  subject: string | null
}

/** A draft as the hub has it. Its version counts its changes; 0: there is none. */
export interface SavedDraft extends DraftWords {
  /** Words typed on another screen, saved beside these. */
  set_aside: string | null
  version: number
}

/** A draft on this screen, and what the hub had when its words were begun from there. */
export interface DraftState {
  words: DraftWords
  setAside: string | null
  base: SavedDraft
  /** A message was made words again, perhaps before the hub emptied the draft that it was: they are new, whatever it had. */
  isPutBack?: boolean
}

export const emptyDraft: DraftWords = { body: '', channel_id: null, recipient: null, subject: null }
const none: SavedDraft = { ...emptyDraft, set_aside: null, version: 0 }
export const noDraft: DraftState = { words: emptyDraft, setAside: null, base: none }

const fields = ['body', 'channel_id', 'recipient', 'subject'] as const
type Field = (typeof fields)[number]

export function sayTheSame(one: DraftWords, other: DraftWords): boolean {
  return fields.every((field) => (one[field] || null) === (other[field] || null))
}

/** A channel that was chosen and nothing else is no draft. */
export function isEmpty({ body, recipient, subject }: DraftWords): boolean {
  return !body.trim() && !recipient?.trim() && !subject?.trim()
}

/** Whether the hub does not have what stands here. */
export function isUnsaved({ words, setAside, base, isPutBack }: DraftState): boolean {
  return isPutBack === true || !sayTheSame(words, base) || (setAside ?? '') !== (base.set_aside ?? '')
}

/** How a channel is named where its choice is told in words. */
type NameOfChannel = (id: string) => string

/**
 * The draft after the hub told what it has by now (null: none). Versions decide, never a clock. What was not changed here
 * follows the hub's: it empties when it was sent elsewhere. Of what was changed on both sides nothing is lost: this screen's
 * stands, the other's is set aside.
 */
export function merge(state: DraftState, saved: SavedDraft | null, nameOf: NameOfChannel): DraftState {
  const base = saved ?? none
  if (base.version === state.base.version && base.version > 0) return { ...state, base }
  const [words, other] = mergeWords(state.words, base, state.isPutBack ? emptyDraft : state.base)
  const isAsideChanged = (state.setAside ?? '') !== (state.base.set_aside ?? '')
  const aside = [base.set_aside, isAsideChanged ? state.setAside : null, asideText(other, nameOf)]
  return { ...state, words, base, setAside: joined(aside, words.body) }
}

/** Two drafts that were begun from the same one as one, and what is set aside of the other. Sent or thrown away is changed as a whole. */
export function mergeWords(mine: DraftWords, theirs: DraftWords, before: DraftWords): [DraftWords, DraftWords] {
  const isEmptied = (words: DraftWords) => isEmpty(words) && !isEmpty(before)
  if (sayTheSame(mine, before) || isEmptied(mine)) return [wordsOf(theirs), emptyDraft]
  const [words, other] = [{ ...mine }, { ...emptyDraft }]
  if (isEmptied(theirs)) return [words, other]
  const isSame = (one: DraftWords, another: DraftWords, field: Field) =>
    (one[field] || null) === (another[field] || null)
  for (const field of fields) {
    if (isSame(theirs, before, field) || isSame(theirs, mine, field)) continue
    Object.assign(isSame(mine, before, field) ? words : other, { [field]: theirs[field] })
  }
  return [words, other]
}

/** Fields that were set aside, as a text that can be shown and stored beside the words. */
export function asideText({ body, channel_id, recipient, subject }: DraftWords, nameOf: NameOfChannel): string | null {
  const named: [string, string | null][] = [
    [s.compose.channel, channel_id && nameOf(channel_id)],
    [s.compose.recipient, recipient],
    [s.compose.subject, subject],
  ]
  const lines = named.flatMap(([name, value]) => (value?.trim() ? `${name}: ${value.trim()}` : []))
  return [...lines, body.trim()].filter(Boolean).join('\n') || null
}

function wordsOf({ body, channel_id, recipient, subject }: DraftWords): DraftWords {
  return { body, channel_id, recipient, subject }
}

/** One text of several, without those that stand in another or in the words themselves. */
export function joined(texts: (string | null)[], words: string): string | null {
  const parts: string[] = []
  for (const text of texts) {
    const said = text?.trim()
    if (said && ![words, ...parts].some((one) => one.includes(said))) parts.push(said)
  }
  return parts.join('\n\n') || null
}
