const maxCharacters = 255

/** Characters that change the direction of text or end a line. */
const invisible = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** The name of a file as it is shown and stored: without a path, without control characters, of at most 255 characters. */
export function cleanFilename(text: string): string {
  const name = decoded(text.toWellFormed()).replace(invisible, '').split(/[/\\]/).at(-1)!.trim()
  return shortened(/^\.*$/.test(name) ? 'file' : name)
}

/** needle, the client of Front's own import example, percent-encodes names. What it would not have written so is left as it is. */
function decoded(name: string): string {
  try {
    const original = decodeURIComponent(name)
    return encodeURIComponent(original) === name ? original : name
  } catch {
    return name
  }
}

/** Its end says what it is. */
function shortened(name: string): string {
  if (name.length <= maxCharacters) return name
  const end = /\.[^.]{1,20}$/.exec(name)?.[0] ?? ''
  return name.slice(0, maxCharacters - end.length).toWellFormed() + end
}
