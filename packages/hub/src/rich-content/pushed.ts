import * as wire from '@portico/protocol/schemas'
import { type TSchema, Type } from 'typebox'
import type { ChannelAuth } from '../http/principal.ts'
import { shapeChecker } from '../http/validation.ts'
import type { StoredContent } from './schema.ts'

/** Checked by contentOfPush: what a server without the capability calls so is a field that is not known. */
const checkedLater = (schema: TSchema) => Type.Optional(Type.Union([schema, Type.Unknown()]))

/** A pushed message's metadata as its route takes it. */
export function lenientMetadata<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object({ ...properties, pressed_button: checkedLater(wire.PressedButton) })
}

const checkPress = shapeChecker(wire.PressedButton)

interface PushedMetadata {
  pressed_button?: unknown
}

/** What a customer's message has beside its text; undefined without any. Throws invalid_body. */
export function contentOfPush(
  { capabilities }: Pick<ChannelAuth, 'capabilities'>,
  { pressed_button }: PushedMetadata,
): StoredContent | undefined {
  if (!capabilities.includes('buttons') || pressed_button == null) return undefined
  const { id, title } = checkPress(pressed_button, 'body.metadata.pressed_button')
  return { pressed_button: { id, title: oneLine(title) } }
}

function oneLine(text: string | null | undefined): string | undefined {
  return text?.replace(/\s+/g, ' ').trim() || undefined
}
