import type { ReactNode } from 'react'

export interface Choice {
  id: string
  name: string
  icon: ReactNode
  /** The heading above the choice. */
  group?: string
  keywords?: string
  /** A second line below the name. */
  detail?: string
  shortcut?: string
  isCurrent?: boolean
  /** Whether it is listed only when something is typed, as one of very many. */
  isOnlyFound?: boolean
  perform: () => void
}

/** All typed words must begin a word of the name or of its keywords; a name that begins so comes first. */
export function findChoices(choices: Choice[], typed: string): Choice[] {
  if (typed.trim() === '') return choices.filter(({ isOnlyFound }) => !isOnlyFound)
  const wanted = wordsOf(typed)
  const matches = ({ name, keywords = '' }: Choice) => {
    const words = wordsOf(`${name} ${keywords}`)
    return wanted.length > 0 && wanted.every((part) => words.some((word) => word.startsWith(part)))
  }
  const rank = ({ name }: Choice) => (wordsOf(name)[0]?.startsWith(wanted[0] ?? '') ? 0 : 1)
  return choices
    .filter(matches)
    .map((choice) => ({ ...choice, group: undefined }))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, mostShown)
}

/** The most results that are shown; typing more narrows them. */
const mostShown = 50

/** The text without accents, so that Zoe finds Zoë. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
}
