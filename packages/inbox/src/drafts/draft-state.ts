/** What stands in the fields of a draft. */
export interface DraftWords {
  body: string
  channel_id: string | null
  recipient: string | null
  subject: string | null
}

/** A draft as the hub keeps it. Its version counts its changes; 0: there is none. */
export interface KeptDraft extends DraftWords {
  /** Words typed on another screen, kept beside these. */
  set_aside: string | null
  version: number
}

/** A draft on this screen, and what the hub had when its words were begun from there. */
export interface DraftState {
  words: DraftWords
  setAside: string | null
  base: KeptDraft
  /** A message was made words again, perhaps before the hub emptied the draft that it was: they are new, whatever it had. */
  isPutBack?: boolean
}

export const emptyDraft: DraftWords = { body: '', channel_id: null, recipient: null, subject: null }
const none: KeptDraft = { ...emptyDraft, set_aside: null, version: 0 }
export const noDraft: DraftState = { words: emptyDraft, setAside: null, base: none }

const fields = ['body', 'channel_id', 'recipient', 'subject'] as const

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

/**
 * The draft after the hub told what it keeps by now (null: none). Versions decide, never a clock. Words that were not
 * changed here follow the hub's: they empty when they were sent elsewhere. Words that were changed on both sides are both
 * kept, the other screen's beside.
 */
export function meet(state: DraftState, kept: KeptDraft | null): DraftState {
  const base = kept ?? none
  if (base.version === state.base.version && base.version > 0) return { ...state, base }
  const [words, met] = meetWords(state, base)
  const isAsideChanged = (state.setAside ?? '') !== (state.base.set_aside ?? '')
  const aside = isAsideChanged ? [base.set_aside, state.setAside, met] : [base.set_aside, met]
  return { ...state, words, base, setAside: joined(aside, words.body) }
}

/** The words that stand, and those that go beside them. */
function meetWords({ words, base: before, isPutBack }: DraftState, now: KeptDraft): [DraftWords, string | null] {
  if ((sayTheSame(words, before) && !isPutBack) || isEmpty(words)) return [wordsOf(now), null]
  return [words, now.body]
}

function wordsOf({ body, channel_id, recipient, subject }: KeptDraft): DraftWords {
  return { body, channel_id, recipient, subject }
}

/** One text of several, without those that stand in another or in the words themselves. */
export function joined(texts: (string | null)[], words: string): string | null {
  const kept: string[] = []
  for (const text of texts) {
    const said = text?.trim()
    if (said && ![words, ...kept].some((one) => one.includes(said))) kept.push(said)
  }
  return kept.join('\n\n') || null
}
