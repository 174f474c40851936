import '@mantine/core/styles/Popover.css'

import { Popover } from '@mantine/core'
import { s } from '../strings/strings.ts'
import { useOpenedAtOnce } from '../ui/dialogs/whenWanted.tsx'
import { DeliveryTimeline } from './DeliveryTimeline.tsx'
import { StateButton, type StateProps } from './StateButton.tsx'

/** The state of a message with its delivery timeline open. */
export default function DeliveryState({ message, words }: StateProps) {
  const opening = useOpenedAtOnce()
  return (
    <Popover
      {...opening}
      position="bottom-end"
      width={340}
      shadow="md"
      withinPortal
      trapFocus
      returnFocus
      // it grows when the attempts have come, and its place is looked for again
      preventPositionChangeWhenVisible={false}
      middlewares={{ flip: true, shift: true, size: { padding: 8, apply: giveRoom } }}
    >
      <Popover.Target>
        <StateButton message={message} words={words} onClick={() => opening.onChange(!opening.opened)} />
      </Popover.Target>
      <Popover.Dropdown aria-label={s.delivery.timeline}>
        <DeliveryTimeline message={message} />
      </Popover.Dropdown>
    </Popover>
  )
}

/** Less is no room: it then stands on the other side. */
const leastRoom = 280

/** The timeline takes no more than there is, and scrolls. */
function giveRoom({
  availableHeight,
  elements,
}: {
  availableHeight: number
  elements: { floating: HTMLElement }
}): void {
  elements.floating.style.setProperty('--room', `${Math.floor(Math.max(availableHeight, leastRoom))}px`)
}
