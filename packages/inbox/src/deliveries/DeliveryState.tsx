import type { Message } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { loadWhenShown } from '../ui/load-when-shown.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import { Popup } from '../ui/popups/Popup.tsx'
import styles from './DeliveryLine.module.css'

const load = () => import('./DeliveryTimeline.tsx')
const DeliveryTimeline = loadWhenShown(load, NotLoaded)

/** The state of a message; a press shows the timeline of its delivery. */
export function DeliveryState({ message, words }: { message: Message; words: string }) {
  return (
    <Popup
      role="dialog"
      label={s.delivery.timeline}
      side="below"
      edge="right"
      width={340}
      button={(props) => (
        <button
          type="button"
          {...props}
          className={styles.state}
          aria-label={s.delivery.showTimeline(words)}
          onPointerEnter={load}
          onFocus={load}
        >
          <bdi>{words}</bdi>
        </button>
      )}
    >
      <DeliveryTimeline message={message} />
    </Popup>
  )
}
