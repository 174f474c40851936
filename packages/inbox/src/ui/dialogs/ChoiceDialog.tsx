import { Chooser } from './Chooser.tsx'
import { asked } from './choose.ts'
import { Dialog } from './Dialog.tsx'
import { panels } from './panels.ts'

export default function ChoiceDialog() {
  const given = asked()
  if (!given) return null
  const { choices, label, ...words } = given
  const shown = choices.map(({ icon: Icon, perform, ...choice }) => ({
    ...choice,
    icon: <Icon size={20} stroke={1.5} aria-hidden />,
    perform: () => {
      panels.close()
      perform()
    },
  }))
  return (
    <Dialog label={label}>
      <Chooser label={label} choices={shown} {...words} />
    </Dialog>
  )
}
