import { IconSquareRoundedPlus } from '@tabler/icons-react'
import { ToolButton } from '../ui/forms/ToolButton.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { type DraftButton, filled, newButton } from './button.ts'
import { focusEditor } from './pending-focus.ts'
import { t } from './strings.ts'

interface ButtonsToggleProps {
  buttons: DraftButton[]
  onChange: (buttons: DraftButton[]) => void
}

/** Opens the editor of buttons with a first one, and removes them all. */
export function ButtonsToggle({ buttons, onChange }: ButtonsToggleProps) {
  const isOpen = buttons.length > 0
  const name = isOpen ? t.close : t.open
  const press = () => {
    if (!isOpen) focusEditor()
    onChange(isOpen ? [] : [newButton()])
    if (isOpen && filled(buttons).length > 0) toast(t.removed, { undo: () => onChange(buttons) })
  }
  return <ToolButton icon={IconSquareRoundedPlus} aria-label={name} aria-expanded={isOpen} onClick={press} />
}
