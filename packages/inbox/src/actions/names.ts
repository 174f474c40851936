import type { UseQueryOptions } from '@tanstack/react-query'
import type { Choice } from '../ui/dialogs/choices.ts'
import { panels } from '../ui/dialogs/panels.ts'
import type { ActionContext } from './action.ts'

/** What the command bar finds by its name. */
export interface Names {
  /** What is read for it when the bar opens. */
  // biome-ignore lint/suspicious/noExplicitAny: what it brings, only the feature knows
  query?: UseQueryOptions<any, Error, any, any>
  choices(context: ActionContext): Choice[]
}

export type NamesLoader = () => Promise<{ names: Names }>

export function goingTo({ navigate }: ActionContext, path: string): () => void {
  return () => {
    panels.close()
    navigate(path)
  }
}
