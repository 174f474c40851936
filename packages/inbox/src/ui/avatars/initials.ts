const hues = 8

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

const graphemes = new Intl.Segmenter()

function firstLetter(word: string): string {
  const letters = word.replace(/^\P{L}+/u, '')
  return graphemes.segment(letters)[Symbol.iterator]().next().value?.segment ?? ''
}

/** The same colour for the same person. */
export function hueOf(seed: string): number {
  let sum = 7
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return sum % hues
}
