import { IconMessages } from '@tabler/icons-react'
import { s } from '../strings/strings.ts'
import { Notice } from '../ui/pages/Notice.tsx'

export function NothingOpen() {
  return (
    <Notice
      title={s.conversations.pick}
      hint={s.conversations.pickHint}
      icon={<IconMessages size={32} stroke={1.25} aria-hidden />}
    />
  )
}
