import {
  type ClipboardEvent,
  type DragEvent,
  type Ref,
  type TextareaHTMLAttributes,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react'
import { bringsOnlyFiles } from '../ui/files/files.ts'

interface AutosizeTextProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  value: string
  ref?: Ref<HTMLTextAreaElement>
  /** Called when files without text are pasted or dropped. */
  onFiles?: () => void
}

/** A text field as tall as its text, up to its max-height. */
export function AutosizeText({ ref, onFiles, ...props }: AutosizeTextProps) {
  const own = useRef<HTMLTextAreaElement>(null)
  useImperativeHandle(ref, () => own.current as HTMLTextAreaElement)
  useLayoutEffect(() => {
    const field = own.current
    if (!field) return
    field.style.height = 'auto'
    // an empty field needs no measuring, which costs a layout
    if (props.value === '') return
    field.style.height = `${field.scrollHeight}px`
  }, [props.value])
  const blockFiles = (event: ClipboardEvent | DragEvent) => {
    if (!bringsOnlyFiles('dataTransfer' in event ? event.dataTransfer : event.clipboardData)) return
    event.preventDefault()
    onFiles?.()
  }
  return <textarea ref={own} rows={1} {...props} onPaste={blockFiles} onDrop={blockFiles} />
}
