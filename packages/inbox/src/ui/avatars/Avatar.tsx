import { useState } from 'react'
import styles from './Avatar.module.css'
import { hueOf, initialsOf } from './initials.ts'

/** A picture, or initials on a colour that is stable per person. It is decorative: the name is beside it. */
export function Avatar({
  name,
  seed,
  size = 32,
  title,
  picture,
}: {
  name: string
  seed: string
  size?: 16 | 20 | 32
  title?: string
  picture?: string | null | undefined
}) {
  // a picture that does not load leaves the initials
  const [broken, setBroken] = useState<string | null>(null)
  return (
    <span
      aria-hidden
      title={title}
      className={styles.avatar}
      data-size={size}
      data-hue={hueOf(seed)}
      data-initials={initialsOf(name)}
    >
      {picture && picture !== broken && (
        <img src={picture} alt="" draggable={false} onError={() => setBroken(picture)} />
      )}
    </span>
  )
}
