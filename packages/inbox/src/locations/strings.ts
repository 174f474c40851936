/** The texts of this feature that the composer needs at once. A language is one object of this shape, and one of place-strings.ts. */
export const t = {
  send: 'Add a location…',
  conflict: 'Location',
}
