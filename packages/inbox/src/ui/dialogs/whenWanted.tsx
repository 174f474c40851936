import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react'

interface ButtonProps {
  onClick?: () => void
  onPointerEnter?: () => void
  onFocus?: () => void
}

/**
 * A button whose menu is loaded when it is about to be used. `load` gives the button again, with its menu, which opens
 * itself (`useOpenedAtOnce`); until then `button` stands in its place, and hands it the focus.
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
        <TakesFocus>
          <WithMenu {...props} />
        </TakesFocus>
      </Suspense>
    ) : (
      button
    )
  }
}

function TakesFocus({ children }: { children: ReactNode }) {
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => place.current?.querySelector('button')?.focus({ preventScroll: true }), [])
  return (
    <span ref={place} style={{ display: 'contents' }}>
      {children}
    </span>
  )
}

/** Opens after the button has the focus: what opens gives it back to what had it then. */
export function useOpenedAtOnce() {
  const [opened, onChange] = useState(false)
  useEffect(() => onChange(true), [])
  return { opened, onChange }
}
