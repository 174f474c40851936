import { s } from '../../strings/strings.ts'
import { isTyping } from '../keys/shortcut.ts'
import { toast } from '../toasts/toasts.ts'

/** The files of a paste or drop without text: a copied table comes as text and as a picture of it. */
export function filesAlone(data: DataTransfer | null): File[] {
  return bringsOnlyFiles(data) ? [...(data?.files ?? [])] : []
}

function bringsOnlyFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true && data.getData('text/plain') === ''
}

/**
 * Blocks files that are dropped where no component takes them, because the browser would open them in place of the page, and says
 * where they can be dropped. A component that takes files handles the event before.
 */
export function blockFileDrops(view: Window): () => void {
  const block = (event: ClipboardEvent | DragEvent) => {
    const data = 'dataTransfer' in event ? event.dataTransfer : event.clipboardData
    const isPlain = isTyping(event.target) && !bringsOnlyFiles(data)
    if (!data?.types.includes('Files') || isPlain || isFileField(event.target)) return
    const isHandled = event.defaultPrevented
    event.preventDefault()
    if (!isHandled && event.type !== 'dragover') toast(s.composer.filesElsewhere, { tone: 'danger' })
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
