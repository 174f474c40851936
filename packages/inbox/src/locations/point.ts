import type { Location } from './location.ts'

type Point = Pick<Location, 'latitude' | 'longitude'>

const number = String.raw`(-?\d{1,3}(?:\.\d+)?)`
const pair = (separator: string) => new RegExp(`^${number}${separator}${number}`)

/** The place that pasted text names: coordinates, or a link of a usual map. null: none that is known. */
export function pointIn(pasted: string): Point | null {
  const text = pasted.trim()
  return pointOfUrl(text) ?? pointOfDegrees(text) ?? pointOfNumbers(text)
}

function point(latitude: number, longitude: number): Point | null {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}

/** `52.37, 4.9`, `52.37 4.9`, and as it is written with decimal commas, `52,37; 4,9` or `52,37 4,9`. */
function pointOfNumbers(text: string): Point | null {
  const dotted = /^\(?(-?\d{1,3}(?:\.\d+)?)°?\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)°?\)?$/.exec(text)
  const commas = /^(-?\d{1,3},\d+)°?\s*[;\s]\s*(-?\d{1,3},\d+)°?$/.exec(text)
  const found = dotted ?? commas
  if (!found) return null
  const [, latitude = '', longitude = ''] = found
  return point(Number(latitude.replace(',', '.')), Number(longitude.replace(',', '.')))
}

/** `52°22'44.8"N 4°54'1.1"E`, in which minutes and seconds may be absent. */
function pointOfDegrees(text: string): Point | null {
  const angle = String.raw`(\d{1,3}(?:\.\d+)?)\s*°\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:["″”]|'')\s*)?`
  const found = new RegExp(`^${angle}([NS])[\\s,;]+${angle}([EWO])$`, 'i').exec(text)
  if (!found) return null
  const [, d1, m1, s1, north = '', d2, m2, s2, east = ''] = found
  const signed = (parts: (string | undefined)[], isNegative: boolean) =>
    parts.reduce((sum, part, i) => sum + Number(part ?? 0) / 60 ** i, 0) * (isNegative ? -1 : 1)
  return point(signed([d1, m1, s1], /s/i.test(north)), signed([d2, m2, s2], /w/i.test(east)))
}

/** Each finds a pair of numbers in a link: in the parameters that services name so, else in its path or fragment. */
function pointOfUrl(text: string): Point | null {
  if (/^geo:/i.test(text)) return pairIn(text.slice(4), ',')
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) return null
  const { searchParams: asked, hostname } = url
  const rest = decoded(url.pathname) + decoded(url.hash)
  return (
    markerIn(rest) ??
    pairIn(asked.get('mlat') && `${asked.get('mlat')},${asked.get('mlon')}`, ',') ??
    (/(?:^|\.)yandex\.[a-z.]+$/.test(hostname) ? reversed(asked.get('pt') ?? asked.get('ll')) : null) ??
    firstOf(asked, ['q', 'query', 'll', 'sll', 'coordinate', 'center', 'destination', 'daddr']) ??
    pairIn(asked.get('cp'), '~') ??
    pairIn(/@(.+)/.exec(rest)?.[1], ',') ??
    pairIn(/#map=[\d.]+\/(.+)/.exec(rest)?.[1], '/') ??
    pairIn(/\/(?:place|search|dir)\/(?:[^/]*\/)*?(-?\d.+)/.exec(rest)?.[1], ',')
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Google's pin, which is more exact than the middle of the map. */
function markerIn(text: string): Point | null {
  const [, latitude, longitude] = new RegExp(`!3d${number}!4d${number}`).exec(text) ?? []
  return latitude === undefined ? null : point(Number(latitude), Number(longitude))
}

function firstOf(asked: URLSearchParams, names: string[]): Point | null {
  for (const name of names) {
    const found = pairIn(asked.get(name)?.replace(/^loc:/, ''), ',')
    if (found) return found
  }
  return null
}

function pairIn(text: string | null | undefined, separator: ',' | '/' | '~'): Point | null {
  const [, latitude, longitude] = pair(`\\s*${separator}\\s*\\+?`).exec(text ?? '') ?? []
  return latitude === undefined ? null : point(Number(latitude), Number(longitude))
}

/** Yandex writes the longitude first. */
function reversed(text: string | null): Point | null {
  const [, longitude, latitude] = pair(',').exec(text ?? '') ?? []
  return latitude === undefined ? null : point(Number(latitude), Number(longitude))
}
