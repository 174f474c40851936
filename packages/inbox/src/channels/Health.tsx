import type { Channel } from '../api/types.ts'
import styles from './Health.module.css'
import { healthState } from './health-state.ts'
import { healthWords } from './health-words.ts'

export function Health({ channel }: { channel: Channel }) {
  return (
    <span className={styles.health} data-state={healthState(channel)}>
      {healthWords(channel)}
    </span>
  )
}
