/** The longest sequences of the standard are families, and flags that are spelled out. */
const MOST_UNITS = 40

/**
 * The one emoji that a text is, in its full form: networks leave the selector U+FE0F out. Null for everything else. A picture
 * that this runtime's Unicode does not know yet counts.
 */
export function emojiOf(text: string): string | null {
  if (text.length > MOST_UNITS) return null
  const full = withSelectors(text)
  return /^\p{RGI_Emoji}$/v.test(full) || isPicture.test(full) ? full : null
}

const isPicture = /^\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*$/u

/** A character that is text by itself is a picture before U+FE0F, or before a colour of skin. */
function withSelectors(text: string): string {
  return text
    .replace(/[\uFE0E\uFE0F]/g, '')
    .replace(
      /[\d#*](?=\u20E3)|(?!\p{Emoji_Presentation}|\p{Emoji_Component})\p{Emoji}(?!\p{Emoji_Modifier})/gu,
      '$&\uFE0F',
    )
}
