/** The texts of the dialog and of the card. */
export const t = {
  title: 'Location',
  place: 'Coordinates or a link of a map',
  placeHint: 'Of Google Maps, Apple Maps, OpenStreetMap, Bing, Waze or Yandex, or like 52.3791, 4.9003',
  unknown:
    'No place was found in this. Paste coordinates, or the full link of a map; a short link does not say where it leads.',
  missing: 'Paste coordinates or a link of a map, or use where you are.',
  here: 'Use where I am',
  locating: 'Asking the browser…',
  denied: 'The browser did not tell where you are. Allow it for this page, or paste coordinates.',
  insecure: 'Browsers tell where you are only on https pages. Paste coordinates.',
  name: 'Name',
  address: 'Address',
  attach: 'Add to the message',
  change: 'Change the location',
  remove: 'Remove the location',
  asLocation: 'The customer gets it as a location.',
  asText: 'This channel shows no locations. The customer gets it as text:',
  copy: 'Copy the coordinates',
  copied: 'Copied',
  open: 'Open in maps',
  label: (name: string) => `Location: ${name}`,
}
