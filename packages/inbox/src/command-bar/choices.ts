import type { ReactNode } from 'react'

export interface Choice {
  id: string
  name: string
  icon: ReactNode
  /** Heading it stands under. */
  group?: string
  keywords?: string
  shortcut?: string
  isCurrent?: boolean
  perform: () => void
}

/** All typed words must begin a word of the name or of its keywords; a name that begins so comes first. */
export function findChoices(choices: Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return choices
  const fits = ({ name, keywords = '' }: Choice) => {
    const words = `${name} ${keywords}`.toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u)
    return wanted.every((part) => words.some((word) => word.startsWith(part)))
  }
  const rank = ({ name }: Choice) => (name.toLocaleLowerCase().startsWith(wanted[0] ?? '') ? 0 : 1)
  return choices
    .filter(fits)
    .map((choice) => ({ ...choice, group: undefined }))
    .sort((one, other) => rank(one) - rank(other))
}
