import type { Channel } from '../api/types.ts'
import { useOverAt } from '../ui/time/over.ts'
import styles from './Health.module.css'
import { healthState, pausesOf } from './health-state.ts'
import { healthText } from './health-texts.ts'

export function Health({ channel }: { channel: Channel }) {
  useOverAt(pausesOf(channel))
  return (
    <span className={styles.health} data-state={healthState(channel)}>
      {healthText(channel)}
    </span>
  )
}
