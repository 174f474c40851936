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

/** The question that ChoiceDialog.tsx shows. */
export const asked = () => current

/** Opens a dialog with a few choices. */
export function choose(given: Asked): void {
  current = given
  panels.open('choice')
}
