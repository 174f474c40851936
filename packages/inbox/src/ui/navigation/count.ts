/** The hub counts no further. */
export const countLimit = 1_000

/** A count as it is seen; that of more than the hub counts is none. */
export function shownCount(count: number): string {
  return count >= countLimit ? `${countLimit - 1}+` : String(count)
}
