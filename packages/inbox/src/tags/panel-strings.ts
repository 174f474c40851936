/** The texts of the choice of tags. A language is one object of this shape. */
export const t = {
  label: 'Tags',
  filter: 'Find or make a tag',
  none: 'No tags yet. Type a name to make one.',
  loading: 'Loading tags…',
  add: 'Add a tag',
  change: 'Change',
  make: (name: string) => `Make the tag “${name}”`,
  added: (tag: string) => `Tagged ${tag}`,
  removed: (tag: string) => `Removed the tag ${tag}`,
}
