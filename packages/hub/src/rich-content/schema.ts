import { Buttons, Location, PressedButton } from '@portico/protocol/schemas'
import { type Static, Type } from 'typebox'

/** What a message may have beside its text, as teammates and integrations ask for it. */
export const richFields = {
  buttons: Type.Optional(
    Type.Unsafe<Static<typeof Buttons>>({
      ...Buttons,
      description:
        'Portico extension. Below the text, which they need. A channel without the capability `buttons` is sent them as lines of text',
    }),
  ),
  location: Type.Optional(
    Type.Unsafe<Static<typeof Location>>({
      ...Location,
      description:
        'Portico extension. A message may be a location alone. A channel without the capability `locations` is sent it as lines of text',
    }),
  ),
}
const RichFields = Type.Object(richFields)
export type RichFields = Static<typeof RichFields>

/** The kinds of content that a channel can only be sent as text. */
export const AsText = Type.Array(Type.Enum(['buttons', 'location']), { maxItems: 2, uniqueItems: true })

/** What stands beside the text of a message, as it is stored with it. */
export const StoredContent = Type.Object({
  buttons: Type.Optional(Buttons),
  pressed_button: Type.Optional(PressedButton),
  location: Type.Optional(Location),
  as_text: Type.Optional(AsText),
})
export type StoredContent = Static<typeof StoredContent>
