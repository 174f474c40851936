import type { Button } from './wire.ts'

/** What stands beside the text of a message that a channel is sent. */
export interface RichContent {
  buttons?: Button[] | undefined
}

/**
 * The same as text, in no language, for channels without the capability: answers are numbered, pages named with their address.
 */
export function asText({ buttons = [] }: RichContent): string {
  let number = 0
  return buttons.map(({ title, url }) => (url === undefined ? `${++number}. ${title}` : `${title}: ${url}`)).join('\n')
}
