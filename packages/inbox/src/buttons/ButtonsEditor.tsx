import { Suspense } from 'react'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import type { ButtonsEditorProps } from './ButtonRows.tsx'
import { loadButtonRows } from './load.ts'

const Rows = lazyWithFallback(loadButtonRows, NotLoaded)

/** The buttons of a draft, when there are any. */
export function ButtonsEditor(props: ButtonsEditorProps) {
  if (props.buttons.length === 0) return null
  return (
    <Suspense fallback={null}>
      <Rows {...props} />
    </Suspense>
  )
}
