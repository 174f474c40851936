import { useEffect } from 'react'
import { s } from '../../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import { dialogStore } from './open-dialog.ts'

/** Closes a dialog whose code did not load, and shows an error toast. */
export function DialogLoadFailed() {
  useEffect(() => {
    dialogStore.close()
    toast(`${s.errors.title}. ${s.errors.notLoaded}`, { tone: 'danger' })
  }, [])
  return null
}
