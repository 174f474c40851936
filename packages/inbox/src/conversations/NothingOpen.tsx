import { IconMessages } from '@tabler/icons-react'
import { s } from '../strings/strings.ts'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import { Notice } from '../ui/pages/Notice.tsx'

export function NothingOpen() {
  const isTouch = useTouchKeyboard()
  return (
    <Notice
      title={s.conversations.pick}
      hint={isTouch ? s.conversations.pickTouchHint : s.conversations.pickHint}
      icon={<IconMessages size={32} stroke={1.25} aria-hidden />}
    />
  )
}
