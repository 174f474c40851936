import {
  type ComponentPropsWithRef,
  type ReactNode,
  type RefObject,
  Suspense,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import styles from './Popup.module.css'
import { keepBeside, type Placement } from './position.ts'

type PopupButtonProps = Pick<
  ComponentPropsWithRef<'button'>,
  'ref' | 'popoverTarget' | 'aria-haspopup' | 'aria-expanded'
>

export interface PopupProps extends Placement {
  /** The button that opens and closes the popup. */
  button: (props: PopupButtonProps) => ReactNode
  label: string
  width: number
  children: ReactNode
}

/**
 * A button and what pops up beside it: the browser's own popover, above everything, dialogs included. The browser closes
 * it on Escape and on a press elsewhere and gives the focus back.
 */
export function Popup({ role, button, label, width, side, edge, children }: PopupProps & { role: 'dialog' | 'menu' }) {
  const id = useId()
  const [isExpanded, setExpanded] = useState(false)
  const [hasContent, setContent] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  return (
    <>
      {button({ ref: opener, popoverTarget: id, 'aria-haspopup': role, 'aria-expanded': isExpanded })}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it has its role while it is open */}
      <div
        ref={popup}
        id={id}
        popover="auto"
        {...(hasContent && { role, 'aria-label': label })}
        tabIndex={-1}
        className={styles.popup}
        style={{ width }}
        // the content outlives the closing, which looks where in it the focus is
        onBeforeToggle={({ target, newState }) => target === popup.current && setExpanded(newState === 'open')}
        onToggle={({ target, newState }) => target === popup.current && setContent(newState === 'open')}
        onBlur={({ currentTarget, relatedTarget }) => {
          const isElsewhere =
            relatedTarget && relatedTarget !== opener.current && !currentTarget.contains(relatedTarget)
          if (isElsewhere) currentTarget.hidePopover()
        }}
      >
        {hasContent && (
          <Suspense>
            <Content opener={opener} popup={popup} side={side} edge={edge}>
              {children}
            </Content>
          </Suspense>
        )}
      </div>
    </>
  )
}

interface ContentProps extends Placement {
  opener: RefObject<HTMLElement | null>
  popup: RefObject<HTMLElement | null>
  children: ReactNode
}

/** Positions the popup and moves the focus into it once its content is loaded: in a menu to the first item. */
function Content({ opener, popup, side, edge, children }: ContentProps) {
  useLayoutEffect(() => {
    if (!opener.current || !popup.current) return
    const stop = keepBeside(opener.current, popup.current, { side, edge })
    const item = popup.current.querySelector<HTMLElement>('[role^="menuitem"]')
    ;(item ?? popup.current).focus({ preventScroll: true })
    return stop
  }, [opener, popup, side, edge])
  return children
}
