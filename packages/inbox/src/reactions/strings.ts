import { plural } from '../strings/plural.ts'

const more = plural('en', { one: 'and 1 more', other: 'and # more' })

/** The texts of this feature. A language is one object of this shape. */
export const t = {
  react: 'React',
  reactToNewest: 'React to the newest message',
  reactions: 'Reactions',
  you: 'You',
  ownApp: (channel: string | undefined) => (channel ? `Your side, in ${channel}` : 'Your side, in the channel'),
  chip: (emoji: string, count: number, people: string) => `${emoji} ${count}: ${people}`,
  more,
  delayed: (time: string, why: string) => `The reaction is delayed: next try ${time} (${why})`,
  failed: (why: string) => `The customer does not see the reaction: ${why}`,
  retry: 'Retry',
  discard: 'Discard',
  picker: 'Choose a reaction',
  search: 'Search',
  none: 'No emoji has this name.',
  frequent: 'Frequent',
  found: 'Found',
}
