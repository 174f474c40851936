/** Characters that show nothing, though they count as letters or symbols: Hangul fillers, the empty Braille pattern. */
const visible = /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u

/** The name without the blanks around it, or undefined when it has invisible characters only. */
export function visibleName(name: string | null | undefined): string | undefined {
  return name && visible.test(name) ? name.trim() : undefined
}
