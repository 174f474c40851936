import type { UseQueryOptions } from '@tanstack/react-query'
import type { Choice } from '../ui/dialogs/choices.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import type { ActionContext } from './action.ts'

/** Things of a feature that the command bar finds by name. */
export interface CommandItems {
  /** The query that is run when the bar opens. */
  // biome-ignore lint/suspicious/noExplicitAny: only the feature knows the data
  query?: UseQueryOptions<any, Error, any, any>
  choices(context: ActionContext): Choice[]
}

export type CommandItemsLoader = () => Promise<{ commandItems: CommandItems }>

export function goingTo({ navigate }: ActionContext, path: string): () => void {
  return () => {
    dialogStore.close()
    navigate(path)
  }
}
