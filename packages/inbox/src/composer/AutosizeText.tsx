import {
  type ClipboardEvent,
  type Ref,
  type TextareaHTMLAttributes,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react'
import { filesAlone } from '../ui/files/files.ts'

interface AutosizeTextProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  value: string
  ref?: Ref<HTMLTextAreaElement>
  /** Called with files that are pasted without text. */
  onFiles?: (files: File[]) => void
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
  const pasteFiles = (event: ClipboardEvent) => {
    const files = filesAlone(event.clipboardData)
    if (files.length === 0) return
    event.preventDefault()
    onFiles?.(files)
  }
  return <textarea ref={own} rows={1} {...props} onPaste={pasteFiles} />
}
