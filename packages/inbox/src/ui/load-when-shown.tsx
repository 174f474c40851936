import { CatchBoundary } from '@tanstack/react-router'
import { type ComponentType, lazy } from 'react'
import { NotLoadedError } from './not-loaded.ts'

/**
 * A component whose code is loaded when it is first shown. When loading fails, `Failed` is shown instead, and loading is tried
 * again the next time.
 */
export function loadWhenShown<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  Failed: ComponentType,
): ComponentType<Props> {
  const ask = () =>
    lazy(() =>
      load().catch((cause) => {
        throw new NotLoadedError('not loaded', { cause })
      }),
    ) as unknown as ComponentType<Props>
  const inPlace = ({ error }: { error: unknown }) => {
    if (error instanceof NotLoadedError) return <Failed />
    throw error
  }
  let Loaded = ask()
  const askAgain = () => {
    Loaded = ask()
  }
  return (props) => (
    <CatchBoundary getResetKey={() => ''} onCatch={askAgain} errorComponent={inPlace}>
      <Loaded {...props} />
    </CatchBoundary>
  )
}
