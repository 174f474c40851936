import type { Channel } from '../api/types.ts'
import styles from './Health.module.css'
import { healthState } from './health-state.ts'
import { healthText } from './health-texts.ts'

export function Health({ channel }: { channel: Channel }) {
  return (
    <span className={styles.health} data-state={healthState(channel)}>
      {healthText(channel)}
    </span>
  )
}
