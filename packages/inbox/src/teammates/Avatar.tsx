import styles from './Avatar.module.css'

const hues = 8

/** Initials on a colour that stays the same for the same person. Decoration: the name stands beside it. */
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

/** First letters of the first and last word; graphemes, so that emoji and accents stay whole. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word))
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return (
    ends
      .map((word) => firstLetter(word ?? ''))
      .join('')
      .toLocaleUpperCase() || '#'
  )
}

function firstLetter(word: string): string {
  const letters = word.replace(/^\P{L}+/u, '')
  return new Intl.Segmenter().segment(letters)[Symbol.iterator]().next().value?.segment ?? ''
}

function hueOf(seed: string): number {
  let sum = 7
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return sum % hues
}
