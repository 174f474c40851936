import { useEffect } from 'react'
import { s } from '../../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import { panels } from './panels.ts'

/** Shown instead of a dialog whose code did not load; the page stays as it is. */
export function DialogFailed() {
  useEffect(() => {
    panels.close()
    toast(`${s.errors.title}. ${s.errors.notLoaded}`, { tone: 'danger' })
  }, [])
  return null
}
