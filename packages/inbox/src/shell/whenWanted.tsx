import { type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react'

interface ButtonProps {
  onClick?: () => void
  onPointerEnter?: () => void
  onFocus?: () => void
}

/**
 * A button whose menu is loaded when it is about to be used. `load` gives the button again, with its menu, opened at
 * once; until then `button` stands in its place.
 */
export function whenWanted<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  Button: ComponentType<Props & ButtonProps>,
): (props: Props) => ReactNode {
  const WithMenu = lazy(load)
  return function WhenWanted(props: Props) {
    const [isWanted, want] = useState(false)
    const prepare = () => void load()
    const button = <Button {...props} onClick={() => want(true)} onPointerEnter={prepare} onFocus={prepare} />
    return isWanted ? (
      <Suspense fallback={button}>
        <WithMenu {...props} />
      </Suspense>
    ) : (
      button
    )
  }
}
