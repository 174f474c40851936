import { asText } from '@portico/protocol/rich-content'
import { IconPencil, IconX } from '@tabler/icons-react'
import { LocationCard } from './LocationCard.tsx'
import type { Location } from './location.ts'
import styles from './locations.module.css'
import { openLocation } from './open-location.ts'
import { t } from './place-strings.ts'

export interface DraftLocationProps {
  location: Location
  isCapable: boolean
  onChange: (location: Location | null) => void
}

/** The location of a draft, and what the customer gets. */
export default function DraftLocationCard({ location, isCapable, onChange }: DraftLocationProps) {
  return (
    <div className={styles.draft}>
      <div className={styles.line}>
        <LocationCard location={location} />
        <button
          type="button"
          className={styles.open}
          aria-label={t.change}
          title={t.change}
          onClick={() => openLocation({ location, isCapable, onChoose: onChange })}
        >
          <IconPencil size={16} aria-hidden />
        </button>
        <button
          type="button"
          className={styles.open}
          aria-label={t.remove}
          title={t.remove}
          onClick={() => onChange(null)}
        >
          <IconX size={16} aria-hidden />
        </button>
      </div>
      <p className={styles.hint}>{isCapable ? t.asLocation : t.asText}</p>
      {!isCapable && (
        <p className={styles.asText} dir="auto">
          {asText({ location })}
        </p>
      )}
    </div>
  )
}
