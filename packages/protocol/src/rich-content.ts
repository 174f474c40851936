import type { Button, Location } from './wire.ts'

/** What stands beside the text of a message that a channel is sent. */
export interface RichContent {
  buttons?: Button[] | undefined
  location?: Location | undefined
}

/** The same as text, in no language, for channels without the capability. */
export function asText({ buttons, location }: RichContent): string {
  return [location && locationLines(location), buttons && buttonLines(buttons)]
    .flatMap((lines) => (lines ? lines.join('\n') : []))
    .join('\n\n')
}

/** Answers are numbered, pages named with their address. */
function buttonLines(buttons: Button[]): string[] {
  let number = 0
  return buttons.map(({ title, url }) => (url === undefined ? `${++number}. ${title}` : `${title}: ${url}`))
}

function locationLines(location: Location): string[] {
  const { name, address } = location
  return [name, address, mapUrl(location)].flatMap((line) => line || [])
}

/** The place on OpenStreetMap, which needs no account and no key. */
export function mapUrl(location: Location): string {
  const [latitude, longitude] = [degrees(location.latitude), degrees(location.longitude)]
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`
}

/** As maps take them when they are pasted. */
export function coordinates({ latitude, longitude }: Location): string {
  return `${degrees(latitude)}, ${degrees(longitude)}`
}

/** One line that names a place, for previews. */
export function placeName(location: Location): string {
  return location.name || location.address || coordinates(location)
}

/** To a tenth of a metre, never with an exponent. */
const degrees = (value: number) => String(Number(value.toFixed(6)) + 0)
