import styles from './Avatar.module.css'
import { hueOf, initialsOf } from './initials.ts'

/** Initials on a colour that is stable per person. It is decorative: the name is beside it. */
export function Avatar({
  name,
  seed,
  size = 32,
  title,
}: {
  name: string
  seed: string
  size?: 16 | 20 | 32
  title?: string
}) {
  return (
    <span
      aria-hidden
      title={title}
      className={styles.avatar}
      data-size={size}
      data-hue={hueOf(seed)}
      data-initials={initialsOf(name)}
    />
  )
}
