/** The hub counts no further. */
export const countLimit = 1_000

/** The text of a count, with a sign that it may be higher at the hub's limit. */
export function shownCount(count: number): string {
  return count >= countLimit ? `${countLimit - 1}+` : String(count)
}
