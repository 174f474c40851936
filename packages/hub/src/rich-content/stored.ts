import type { Capability, Location, MessageMetadata } from '@portico/protocol'
import { asText, placeName, type RichContent } from '@portico/protocol/rich-content'
import { blurbOf } from '../bodies/blurb.ts'
import type { StoredContent } from './schema.ts'

type Kind = keyof RichContent

const capabilityOf: Record<Kind, Capability> = { buttons: 'buttons', location: 'locations' }
const kinds = Object.keys(capabilityOf) as Kind[]

/** Undefined when there is none. */
export function storedContent(asked: RichContent, capabilities: Capability[]): StoredContent | undefined {
  const present = kinds.filter((kind) => asked[kind] !== undefined)
  if (present.length === 0) return undefined
  const lacking = present.filter((kind) => !capabilities.includes(capabilityOf[kind]))
  const content = Object.fromEntries(present.map((kind) => [kind, asked[kind]]))
  return { ...content, ...(lacking.length > 0 && { as_text: lacking }) }
}

/** What its channel is sent as text, and that text; null when there is nothing. */
export function fallbackOf({ as_text = [], ...content }: StoredContent): { text: string; replaces: Kind[] } | null {
  if (as_text.length === 0) return null
  return { text: asText(Object.fromEntries(as_text.map((kind) => [kind, content[kind]]))), replaces: as_text }
}

/** As its channel is sent it: what was made as text stays text, and a capability that its type has no longer is not used. */
export function sentContent(content: StoredContent, capabilities: Capability[]): StoredContent {
  const as_text = kinds.filter(
    (kind) =>
      content[kind] !== undefined && (content.as_text?.includes(kind) || !capabilities.includes(capabilityOf[kind])),
  )
  return { ...content, as_text }
}

/** The fields of a message's metadata, without what is text. */
export function contentMetadata({
  buttons,
  pressed_button,
  location,
  as_text = [],
}: StoredContent): Pick<MessageMetadata, Kind | 'pressed_button'> {
  return {
    ...(buttons &&
      !as_text.includes('buttons') && { buttons: buttons.map(({ id, title, url }) => ({ id, title, url })) }),
    ...(location && !as_text.includes('location') && { location: inOrder(location) }),
    ...(pressed_button && { pressed_button: { id: pressed_button.id, title: pressed_button.title } }),
  }
}

/** The fields in one order, so that the same location has the same bytes. */
function inOrder({ latitude, longitude, name, address, url }: Location): Location {
  return { latitude, longitude, ...(name && { name }), ...(address && { address }), ...(url && { url }) }
}

/** Its names on one line each. */
export function tidyLocation({ latitude, longitude, name, address, url }: Location): Location {
  return inOrder({ latitude, longitude, name: oneLine(name), address: oneLine(address), url })
}

export function oneLine(text: string | null | undefined): string | undefined {
  return text?.replace(/\s+/g, ' ').trim() || undefined
}

/** The preview of a message without words. */
export function blurbOfContent(content: StoredContent | undefined): string {
  return content?.location ? blurbOf(`📍 ${placeName(content.location)}`) : ''
}
