import type { Icon } from '@tabler/icons-react'
import type { Choice } from './choices.ts'
import { dialogStore } from './open-dialog.ts'

export interface Question {
  label: string
  placeholder: string
  empty: string
  choices: (Omit<Choice, 'icon'> & { icon: Icon })[]
}

let current: Question | undefined

/** The question that ChoiceDialog.tsx shows. */
export const currentQuestion = () => current

/** Opens a dialog with a few choices. */
export function choose(question: Question): void {
  current = question
  dialogStore.open('choice')
}
