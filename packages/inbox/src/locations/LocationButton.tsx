import { IconMapPin } from '@tabler/icons-react'
import styles from './LocationButton.module.css'
import { type LocationRequest, openLocation } from './open-location.ts'
import { t } from './strings.ts'

/** Opens the dialog for the location of a draft. */
export function LocationButton(request: LocationRequest) {
  return (
    <button
      type="button"
      className={styles.open}
      aria-label={t.send}
      title={t.send}
      onClick={() => openLocation(request)}
    >
      <IconMapPin size={20} stroke={1.75} aria-hidden />
    </button>
  )
}
