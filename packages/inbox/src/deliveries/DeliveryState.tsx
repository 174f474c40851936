import type { Message } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import { Popup } from '../ui/popups/Popup.tsx'
import styles from './DeliveryLine.module.css'

const load = () => import('./DeliveryTimeline.tsx')
const DeliveryTimeline = lazyWithFallback(load, NotLoaded)

/** The state of a message; a press shows the timeline of its delivery. */
export function DeliveryState({ message, text }: { message: Message; text: string }) {
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
          aria-label={s.delivery.showTimeline(text)}
          onPointerEnter={load}
          onFocus={load}
        >
          <bdi>{text}</bdi>
        </button>
      )}
    >
      <DeliveryTimeline message={message} />
    </Popup>
  )
}
