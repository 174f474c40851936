import type { Location } from '@portico/protocol'
import * as wire from '@portico/protocol/schemas'
import { type TSchema, Type } from 'typebox'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'
import { shapeChecker } from '../http/validation.ts'
import type { StoredContent } from './schema.ts'
import { oneLine, tidyLocation } from './stored.ts'

/** Checked by contentOfPush: what a server without the capability calls so is a field that is not known. */
const checkedLater = (schema: TSchema) => Type.Optional(Type.Union([schema, Type.Unknown()]))

/** A pushed message's metadata as its route takes it. */
export function lenientMetadata<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object({
    ...properties,
    pressed_button: checkedLater(wire.PressedButton),
    location: checkedLater(wire.Location),
  })
}

const checkPress = shapeChecker(wire.PressedButton)
const checkLocation = shapeChecker(wire.Location)

interface PushedMetadata {
  pressed_button?: unknown
  location?: unknown
}

/** What a pushed message has beside its text; undefined without any. A press is a customer's. Throws invalid_body. */
export function contentOfPush(
  { capabilities }: Pick<ChannelAuth, 'capabilities'>,
  metadata: PushedMetadata,
  isInbound: boolean,
): StoredContent | undefined {
  const pressed_button = isInbound && capabilities.includes('buttons') ? pressOf(metadata) : undefined
  const location = capabilities.includes('locations') ? locationOf(metadata) : undefined
  if (!pressed_button && !location) return undefined
  return { ...(pressed_button && { pressed_button }), ...(location && { location }) }
}

function pressOf({ pressed_button }: PushedMetadata): StoredContent['pressed_button'] {
  if (pressed_button == null) return undefined
  const { id, title } = checkPress(pressed_button, 'body.metadata.pressed_button')
  return { id, title: oneLine(title) }
}

function locationOf({ location }: PushedMetadata): Location | undefined {
  if (location == null) return undefined
  const path = 'body.metadata.location'
  const checked = checkLocation(withNumbers(location), path)
  if (checked.url != null && !URL.canParse(checked.url)) {
    throw new ApiError('invalid_body', undefined, [`${path}.url: is no address`])
  }
  return tidyLocation(checked)
}

/** A form has texts only. */
function withNumbers(location: unknown): unknown {
  if (typeof location !== 'object' || location === null) return location
  const { latitude, longitude } = location as Record<string, unknown>
  return { ...location, latitude: numberIn(latitude), longitude: numberIn(longitude) }
}

const numberIn = (value: unknown) =>
  typeof value === 'string' && /^-?\d{1,3}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value
