import { CatchBoundary } from '@tanstack/react-router'
import { type ComponentType, lazy } from 'react'
import { NotLoadedError } from './not-loaded.ts'

/**
 * A component whose code is loaded when it is first rendered. When loading fails, `Fallback` is rendered, and the next render
 * loads it again.
 */
export function lazyWithFallback<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  Fallback: ComponentType,
): ComponentType<Props> {
  const createLazy = () =>
    lazy(() =>
      load().catch((cause) => {
        throw new NotLoadedError('not loaded', { cause })
      }),
    ) as unknown as ComponentType<Props>
  const ErrorFallback = ({ error }: { error: unknown }) => {
    if (error instanceof NotLoadedError) return <Fallback />
    throw error
  }
  let Loaded = createLazy()
  const reset = () => {
    Loaded = createLazy()
  }
  return (props) => (
    <CatchBoundary getResetKey={() => ''} onCatch={reset} errorComponent={ErrorFallback}>
      <Loaded {...props} />
    </CatchBoundary>
  )
}
