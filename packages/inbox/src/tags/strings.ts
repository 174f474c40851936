/** The texts of this feature that the app needs at once. A language is one object of this shape. */
export const t = {
  label: 'Tags',
  change: 'Tag…',
  keywords: 'label tags',
  tagged: (actor: string, tag: string) => `${actor} added the tag ${tag}`,
  untagged: (actor: string, tag: string) => `${actor} removed the tag ${tag}`,
}
