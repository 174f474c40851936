import { Chooser } from './Chooser.tsx'
import { currentQuestion } from './choose.ts'
import { Dialog } from './Dialog.tsx'
import { dialogStore } from './open-dialog.ts'

export default function ChoiceDialog() {
  const question = currentQuestion()
  if (!question) return null
  const { choices, label, ...texts } = question
  const shown = choices.map(({ icon: Icon, perform, ...choice }) => ({
    ...choice,
    icon: <Icon size={20} stroke={1.5} aria-hidden />,
    perform: () => {
      dialogStore.close()
      perform()
    },
  }))
  return (
    <Dialog label={label}>
      <Chooser label={label} choices={shown} {...texts} />
    </Dialog>
  )
}
