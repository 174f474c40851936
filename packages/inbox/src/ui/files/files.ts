import { s } from '../../strings/strings.ts'
import { isTyping } from '../keys/shortcut.ts'
import { toast } from '../toasts/toasts.ts'

/** Whether a paste or drop has files and no text. */
export function bringsOnlyFiles(data: DataTransfer | null): boolean {
  if (!data?.types.includes('Files')) return false
  return data.getData('text/plain') === ''
}

/**
 * Blocks pasted and dropped files with a message, because they cannot be sent yet and a file dropped on the page would replace it.
 * Text fields that show the message themselves handle the event.
 */
export function blockFileDrops(view: Window): () => void {
  const block = (event: ClipboardEvent | DragEvent) => {
    const data = 'dataTransfer' in event ? event.dataTransfer : event.clipboardData
    const isPlain = isTyping(event.target) && !bringsOnlyFiles(data)
    if (!data?.types.includes('Files') || isPlain || isFileField(event.target)) return
    const isHandled = event.defaultPrevented
    event.preventDefault()
    if (!isHandled && event.type !== 'dragover') toast(s.composer.noFiles, { tone: 'danger' })
  }
  const types = ['dragover', 'drop', 'paste'] as const
  for (const type of types) view.addEventListener(type, block)
  return () => {
    for (const type of types) view.removeEventListener(type, block)
  }
}

function isFileField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'file'
}
