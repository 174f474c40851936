import type { Capability, MessageMetadata } from '@portico/protocol'
import { asText, type RichContent } from '@portico/protocol/rich-content'
import type { StoredContent } from './schema.ts'

type Kind = keyof RichContent

const capabilityOf: Record<Kind, Capability> = { buttons: 'buttons' }
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
  as_text = [],
}: StoredContent): Pick<MessageMetadata, Kind | 'pressed_button'> {
  return {
    ...(buttons &&
      !as_text.includes('buttons') && { buttons: buttons.map(({ id, title, url }) => ({ id, title, url })) }),
    ...(pressed_button && { pressed_button: { id: pressed_button.id, title: pressed_button.title } }),
  }
}
