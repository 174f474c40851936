import { IconPaperclip } from '@tabler/icons-react'
import { useRef } from 'react'
import { ToolButton } from '../ui/forms/ToolButton.tsx'
import { acceptOf, type limitsOf, limitsText } from './limits.ts'
import { t } from './strings.ts'

type Limits = NonNullable<ReturnType<typeof limitsOf>>

/** Opens the file dialog, on a phone the camera too. Its description says which files the channel takes. */
export function AttachButton({ limits, onFiles }: { limits: Limits; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <ToolButton
        icon={IconPaperclip}
        aria-label={t.attach}
        aria-description={limitsText(limits)}
        title={`${t.attach}. ${limitsText(limits)}`}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t.attach}
        accept={acceptOf(limits)}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])])
          // so that the same file can be chosen again
          target.value = ''
        }}
      />
    </>
  )
}
