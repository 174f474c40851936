import { type MouseEvent, type SyntheticEvent, useLayoutEffect, useRef } from 'react'

/**
 * A dialog above everything. The browser keeps the focus inside, closes it on Escape and gives the focus back, also when
 * it is taken from the page while it is open.
 */
export function useModal(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null)
  const close = () => ref.current?.close()
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  const props = {
    ref,
    onClose: () => ref.current?.open === false && onClose(),
    // the browser says `close` in a later task: a key that is pressed right after Escape would find the dialog open
    onCancel: (event: SyntheticEvent) => {
      if (event.target !== ref.current) return
      event.preventDefault()
      close()
      onClose()
    },
    // the backdrop
    onClick: (event: MouseEvent) => event.target === ref.current && close(),
  }
  return { close, props }
}
