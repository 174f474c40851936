import type { Icon } from '@tabler/icons-react'
import type { Choice } from './choices.ts'
import { panels } from './panels.ts'

export interface Asked {
  label: string
  placeholder: string
  empty: string
  choices: (Omit<Choice, 'icon'> & { icon: Icon })[]
}

let current: Asked | undefined

/** What ChoiceDialog.tsx asks. */
export const asked = () => current

/** Lets somebody choose one of a few. */
export function choose(given: Asked): void {
  current = given
  panels.open('choice')
}
