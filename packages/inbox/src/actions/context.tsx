import { createContext, useContext } from 'react'
import type { ActionContext } from './action.ts'

const Context = createContext<ActionContext | null>(null)

export const ActionContextProvider = Context.Provider

export function useActionContext(): ActionContext {
  const context = useContext(Context)
  if (!context) throw new Error('useActionContext needs an ActionProvider above it')
  return context
}
