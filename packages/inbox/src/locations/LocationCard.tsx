import { coordinates, mapUrl, placeName } from '@portico/protocol/rich-content'
import { IconCheck, IconCopy, IconExternalLink } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Location } from './location.ts'
import styles from './locations.module.css'
import { t } from './place-strings.ts'

/** A place by its name, address and coordinates. The picture is drawn: no map is loaded, so no map service learns of the customer. */
export function LocationCard({ location }: { location: Location }) {
  const { name, address, url } = location
  const where = coordinates(location)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a group of form fields
    <div role="group" className={styles.card} aria-label={t.label(placeName(location))}>
      <Picture />
      <div className={styles.words}>
        {name && (
          <p className={styles.name}>
            {url ? (
              <a href={url} target="_blank" rel="noopener noreferrer">
                <bdi>{name}</bdi>
              </a>
            ) : (
              <bdi>{name}</bdi>
            )}
          </p>
        )}
        {address && (
          <p>
            <bdi>{address}</bdi>
          </p>
        )}
        <p className={styles.coordinates}>
          <span translate="no">{where}</span>
          <Copy text={where} />
        </p>
        <a className={styles.maps} href={mapUrl(location)} target="_blank" rel="noopener noreferrer">
          {t.open}
          <IconExternalLink size={14} aria-hidden />
        </a>
      </div>
    </div>
  )
}

function Copy({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 2_500)
    return () => clearTimeout(timer)
  }, [isCopied])
  // pages over http other than loopback have no clipboard API: there the text can be selected
  if (!navigator.clipboard) return null
  const Icon = isCopied ? IconCheck : IconCopy
  const name = isCopied ? t.copied : t.copy
  return (
    <button
      type="button"
      className={styles.copy}
      aria-label={name}
      title={name}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon size={14} aria-hidden />
    </button>
  )
}

function Picture() {
  return (
    <svg className={styles.picture} viewBox="0 0 72 72" aria-hidden>
      <path className={styles.street} d="M-4 50 30 40 78 54M22-4l8 44 6 36M52-4 46 78" />
      <path
        className={styles.pin}
        d="M36 52s13-13.2 13-22.4A13 13 0 0 0 36 16.5a13 13 0 0 0-13 13.1C23 38.8 36 52 36 52Z"
      />
      <circle className={styles.hole} cx="36" cy="29.5" r="4.5" />
    </svg>
  )
}
